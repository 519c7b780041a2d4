import fc from "fast-check";
import { decodeQR } from "qr/decode.js";
import { describe, expect, it } from "vitest";
import { qrCodeSvg } from "../../../keys/custody/qrcode.ts";
import { encodeShare, parseShare, type Share, type ShareKind } from "../../../keys/custody/share.ts";
import { type SheetContents, shareSheet } from "../../../keys/custody/sheet.ts";
import { splitSecret } from "../../../keys/custody/splitting.ts";
import { RUNS } from "../../wire/property.ts";
import { refusalOf } from "../../wire/refusal.ts";

const PUBLIC_KEY = "sotto1ac7n62q54n4te8n0hyq22slehc5s6e9fhrkhhpjd2a0j97eta40qc023fu";

/** Pixels of a module in the pictures that the reader gets. */
const SCALE = 4;

/** Five shares, three of which open. */
async function fiveShares(kind: ShareKind = "secret-key"): Promise<Share[]> {
  const random = () => Uint8Array.of(0xab, 0x12, 0xcd, 0x34);
  return await splitSecret(new Uint8Array(32).fill(6), { kind, shares: 5, threshold: 3, random });
}

async function contents(more: Partial<SheetContents> = {}): Promise<SheetContents> {
  const [, share] = await fiveShares();
  return { share: share as Share, shares: 5, project: "django", day: 20_780, publicKey: PUBLIC_KEY, ...more };
}

/** The modules of a code drawn as one path of rectangles, one module high. */
function modulesOf(svg: string): boolean[][] {
  const size = Number(svg.match(/viewBox="0 0 (\d+) \1"/)?.[1]);
  const modules = Array.from({ length: size }, () => new Array<boolean>(size).fill(false));
  const path = svg.match(/<path fill="#000" d="([^"]*)"/)?.[1] ?? "";
  const rest = path.replace(/M(\d+) (\d+)h(\d+)v1h-\3z/g, (_, x: string, y: string, length: string) => {
    modules[Number(y)]?.fill(true, Number(x), Number(x) + Number(length));
    return "";
  });
  expect(rest).toBe("");
  return modules;
}

/** What a camera sees of them. */
function read(modules: readonly (readonly boolean[])[]): string {
  const width = modules.length * SCALE;
  const data = new Uint8Array(width * width * 4).map((_, at) => {
    const pixel = at >> 2;
    const [x, y] = [Math.floor((pixel % width) / SCALE), Math.floor(pixel / width / SCALE)];
    return (at & 3) !== 3 && modules[y]?.[x] ? 0 : 255;
  });
  return decodeQR({ width, height: width, data }, { timeLimit: 5_000 });
}

const svgIn = (sheet: string) => sheet.match(/<svg[\s\S]*?<\/svg>/)?.[0] ?? "";
const groupsIn = (sheet: string) => [...sheet.matchAll(/<span>([A-Z0-9-]{6})<\/span>/g)].map(([, group]) => group);

/** What is read on the sheet, tags and style left out. */
function wordsOf(sheet: string): string {
  const body = sheet.slice(sheet.indexOf("<body>"));
  return body.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}

describe("the QR code of a share", () => {
  it("holds exactly the text", async () => {
    for (const share of await fiveShares()) {
      const text = encodeShare(share);
      expect(read(modulesOf(qrCodeSvg(text, "code")))).toBe(text);
    }
  });

  it("has 45 modules, and four blank ones on each side", async () => {
    const modules = modulesOf(qrCodeSvg(encodeShare((await contents()).share), "code"));
    expect(modules).toHaveLength(53);
    const transposed = modules.map((_, x) => modules.map((row) => row[x]));
    for (const rows of [modules, transposed]) {
      const dark = rows.map((row) => row.includes(true));
      expect([dark.indexOf(true), dark.lastIndexOf(true)]).toEqual([4, 48]);
    }
  });

  it("is read with a tear of a fifth of its width, or a stain of two thirds by a sixth", async () => {
    const text = encodeShare((await contents()).share);
    for (const [left, top, width, height] of [
      [40, 18, 9, 20],
      [14, 24, 30, 7],
    ] as const) {
      const modules = modulesOf(qrCodeSvg(text, "code"));
      for (const row of modules.slice(top, top + height)) row.fill(true, left, left + width);
      expect(read(modules)).toBe(text);
    }
  });
});

describe("the sheet of a share", () => {
  it("holds the share as a code and as text in groups", async () => {
    const { share, ...rest } = await contents();
    const sheet = shareSheet({ share, ...rest });
    const text = encodeShare(share);
    expect(read(modulesOf(svgIn(sheet)))).toBe(text);
    expect(groupsIn(sheet)).toHaveLength(15);
    expect(groupsIn(sheet).join("")).toBe(text);
    expect(parseShare(groupsIn(sheet).join("\n"))).toEqual(share);
  });

  it("says what it is, and how many shares open what", async () => {
    const words = wordsOf(shareSheet(await contents()));
    for (const part of [
      "Share 2 of 5",
      "the secret key with which django reads its users’ reports.",
      "Any 3 of the 5 shares together give it back, fewer do not.",
      "5, of which 3 are needed and 2 may be lost",
      "ab12cd34 : only shares of one set fit together",
      "printed 2026-11-23",
      `Public key ${PUBLIC_KEY}`,
      "sotto-keys combine",
      "“share 2, set ab12cd34”",
      "Never two of these sheets in one place",
    ]) {
      expect(words.replace(/ ([’,])/g, "$1")).toContain(part);
    }
  });

  it("says so when all are needed, and of a keyring's identity", async () => {
    const [share] = await splitSecret(new Uint8Array(32).fill(6), {
      kind: "keyring-identity",
      shares: 2,
      threshold: 2,
    });
    const { publicKey: _, ...rest } = await contents({ share: share as Share, shares: 2 });
    const words = wordsOf(shareSheet(rest));
    expect(words).toContain("the identity that opens the keyring of django");
    expect(words).toContain("All 2 shares together give it back");
    expect(words).toContain("2, of which 2 are needed and none may be lost");
    expect(words).not.toContain("Recipient");
    expect(wordsOf(shareSheet({ ...rest, publicKey: "age1xyz" }))).toContain("Recipient age1xyz");
  });

  it("holds nothing of the other shares", async () => {
    const all = await fiveShares();
    const texts = all.map(encodeShare);
    for (const [index, share] of all.entries()) {
      const sheet = shareSheet(await contents({ share }));
      const held = texts.map((text) => groupsIn(sheet).join("") === text);
      expect(held.indexOf(true)).toBe(index);
      expect(held.lastIndexOf(true)).toBe(index);
      // The first 26 digits behind the head are alike in a set: kind, set, threshold, and the number's upper half.
      const own = (text: string) => text.slice(34).match(/.{8}/g) ?? [];
      const bare = sheet.replace(/<\/?span>|\s/g, "");
      for (const other of texts.filter((_, at) => at !== index)) {
        for (const piece of own(other)) expect(bare.includes(piece)).toBe(false);
      }
    }
  });

  it("loads nothing, runs nothing, and forbids both", async () => {
    const sheet = shareSheet(await contents());
    expect(sheet).toContain(
      `http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline';`,
    );
    expect(sheet).not.toMatch(/:\/\/|url\(|@import|<script|<link|<img|<iframe|<object|<form|\bon\w+=|\b(src|href)=/i);
  });

  it("escapes all that is put in", async () => {
    const hostile = `</bdi></style><script>alert("1")</script>&'<b x="`;
    const sheet = shareSheet(await contents({ project: hostile, publicKey: hostile }));
    const escaped =
      "&lt;/bdi&gt;&lt;/style&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;&lt;b x=&quot;";
    expect(sheet.split(escaped)).toHaveLength(3);
    expect(sheet).not.toContain("<script");
  });

  it("has the same elements whatever is put in", async () => {
    const given = await contents();
    const tags = (sheet: string) => sheet.match(/<\/?[a-z][a-z0-9]*/gi)?.join(" ");
    const expected = tags(shareSheet(given));
    const anything = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom(..."<>&\"'`/=-! abdiscrpt") }),
    );
    fc.assert(
      fc.property(anything, anything, (project, publicKey) => {
        expect(tags(shareSheet({ ...given, project, publicKey }))).toBe(expected);
      }),
      { ...RUNS, numRuns: 200 },
    );
  });

  it("shortens a name that is too long for it, and stands in for none", async () => {
    const long = shareSheet(await contents({ project: "🦔".repeat(200) }));
    expect(long).toContain(`<bdi>${"🦔".repeat(59)}…</bdi>`);
    expect(shareSheet(await contents({ project: "🦔".repeat(60) }))).toContain(`<bdi>${"🦔".repeat(60)}</bdi>`);
    expect(shareSheet(await contents({ project: " \n" }))).toContain("<bdi>the project</bdi>");
  });

  it("is not made of a share that is not one of so many", async () => {
    const given = await contents();
    for (const shares of [0, 2, 256, 2.5])
      expect(refusalOf(() => shareSheet({ ...given, shares }))).toBe("SOTTO_SHARE_COUNT");
    const share = { ...given.share, number: 0 };
    expect(refusalOf(() => shareSheet({ ...given, share }))).toBe("SOTTO_SHARE_RANGE");
  });
});
