import { readFile, writeFile } from "node:fs/promises";
import { dayOfDate, decodePublicKey, parseDefinition } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../e2e/scene.ts";
import { Desk } from "./commanding.ts";

/** A Saturday. */
const TODAY = "2026-11-21";

const desk = async () => new Desk(await temporaryFolder(), TODAY);

describe("sotto-keys epochs", () => {
  it("makes a key for each of the coming weeks, from this one's Monday, and writes them into a definition", async () => {
    const project = await desk();
    const made = await project.keyring(
      "epochs",
      "--every",
      "week",
      "--for",
      "3y",
      "--definition",
      "./sotto.json",
      "--plain",
    );
    expect(made).toMatchObject({ error: null, noted: expect.stringContaining("is new. Without it") });
    const keys = await project.definitionKeys();
    expect(keys).toHaveLength(156);
    expect(keys[0]).toMatchObject({ from: "2026-11-16", until: "2026-11-23" });
    expect(keys.at(-1)).toMatchObject({ from: "2029-11-05", until: "2029-11-12" });
    for (const [index, { from, until }] of keys.entries()) {
      expect((dayOfDate(until) ?? 0) - (dayOfDate(from) ?? 0)).toBe(7);
      if (index > 0) expect(from).toBe(keys[index - 1]?.until);
    }
    expect(new Set(keys.map(({ key }) => decodePublicKey(key).join())).size).toBe(156);
    // The size that the design counts with: about 18 kB for three years.
    expect((await project.read("sotto.json")).length).toBeLessThan(19_000);
  });

  it("run again it changes nothing; later it adds what is missing, without a passphrase", async () => {
    const project = await desk();
    await project.makeKeyring();
    const first = await project.read("sotto.json");
    expect((await project.keyring("epochs", "--for", "1y", "--definition", "./sotto.json")).printed).toContain(
      "none was made",
    );
    expect(await project.read("sotto.json")).toBe(first);
    project.today = "2027-01-06";
    project.passphrase = undefined;
    const later = await project.keyring("epochs", "--for", "1y", "--definition", "./sotto.json");
    expect(later).toMatchObject({
      error: null,
      printed: expect.stringContaining("7 keys made, 2027-11-15 to 2028-01-03"),
    });
    const keys = await project.definitionKeys();
    expect([keys.length, keys[0]?.from, keys.at(-1)?.until]).toEqual([52, "2027-01-04", "2028-01-03"]);
    const known = new Map(
      JSON.parse(first).keys.map((entry: { key: string; from: string }) => [entry.from, entry.key]),
    );
    for (const { from, key } of keys.slice(0, 45)) expect(known.get(from)).toBe(key);
  });

  it.each([
    ["week", 52],
    ["4w", 13],
    ["13 weeks", 4],
    ["year", 1],
  ])("makes epochs of a %s", async (every, number) => {
    const project = await desk();
    await project.makeKeyring("--every", every);
    expect(await project.definitionKeys()).toHaveLength(number);
  });

  it.each([
    ["--every", "0w"],
    ["--every", "2y"],
    ["--every", "day"],
    ["--for", "11y"],
    ["--for", "soon"],
    ["--from", "2026-11-21"],
    ["--from", "monday"],
  ])("refuses %s %s and makes nothing", async (flag, value) => {
    const project = await desk();
    const refused = await project.keyring("epochs", "--plain", flag, value);
    expect(refused.message).toContain(flag);
    expect((await project.keyring("list")).error).toBe("SOTTO_KEYRING_NONE");
  });

  it("leaves the rest of a definition as it is, and says what it still lacks", async () => {
    const project = await desk();
    const head = '{ "project": "example",\n\t"about":   "https://example.org/telemetry",\n\t"keys": ';
    await writeFile(project.at("sotto.json"), `${head}[],\n\t"sotto":1}`);
    const made = await project.keyring("epochs", "--for", "2w", "--plain", "--definition", "./sotto.json");
    expect(made.noted).toContain("is not complete yet: zones");
    const text = await project.read("sotto.json");
    expect(text.startsWith(`${head}[\n`)).toBe(true);
    expect(text.endsWith('],\n\t"sotto":1}')).toBe(true);
    expect((await project.definitionKeys()).map(({ from }) => from)).toEqual(["2026-11-16", "2026-11-23"]);
  });

  it("refuses a definition that is not JSON before it makes anything", async () => {
    const project = await desk();
    await writeFile(project.at("sotto.json"), '{"project": "example",}');
    const refused = await project.keyring("epochs", "--plain", "--definition", "./sotto.json");
    expect(refused.error).toBe("SOTTO_KEYRING_DEFINITION");
    expect((await project.keyring("list")).error).toBe("SOTTO_KEYRING_NONE");
    expect(await project.read("sotto.json")).toBe('{"project": "example",}');
  });

  it("refuses a definition that is not UTF-8: it could not be written back as it was", async () => {
    const project = await desk();
    const octets = Buffer.concat([Buffer.from('{"title":"'), Buffer.of(0xe9), Buffer.from('"}')]);
    await writeFile(project.at("sotto.json"), octets);
    const refused = await project.keyring("epochs", "--plain", "--definition", "./sotto.json");
    expect(refused).toMatchObject({ error: "SOTTO_KEYRING_DEFINITION", message: expect.stringContaining("UTF-8") });
    expect((await readFile(project.at("sotto.json"))).equals(octets)).toBe(true);
  });

  it("twice at the same time makes no week's key twice", async () => {
    const project = await desk();
    await project.makeKeyring();
    const runs = await Promise.all([1, 2].map(() => project.keyring("epochs", "--for", "2y")));
    const errors = runs.map(({ error }) => error).filter((error) => error !== null);
    expect(errors.every((code) => code === "SOTTO_KEYRING_LOCKED")).toBe(true);
    await project.keyring("epochs", "--for", "2y");
    expect((await project.keyring("check")).error).toBeNull();
    expect(await project.rows()).toHaveLength(104);
  });

  it("keeps a key of another keyring while somebody seals for it, and says when it leaves one out", async () => {
    const project = await desk();
    await project.makeKeyring();
    const [first] = await project.definitionKeys();
    const other = new Desk(await temporaryFolder(), TODAY);
    await writeFile(
      other.at("sotto.json"),
      JSON.stringify({ keys: [{ ...first, from: "2026-11-02", until: "2026-12-07" }] }),
    );
    const begun = await other.keyring(
      "epochs",
      "--for",
      "1y",
      "--plain",
      "--definition",
      "./sotto.json",
      "--from",
      "2026-11-30",
    );
    expect(begun.noted).toMatch(/kept key [0-9a-f]{8}, 2026-11-02 to 2026-12-07, of another keyring/);
    expect((await other.definitionKeys()).slice(0, 2).map(({ from }) => from)).toEqual(["2026-11-02", "2026-11-30"]);
    expect((await other.definitionKeys())[0]?.key).toBe(first?.key);
    const filled = await other.keyring("epochs", "--for", "1y", "--definition", "./sotto.json");
    expect(filled.noted).toContain("left out key");
    expect((await other.definitionKeys())[0]?.key).not.toBe(first?.key);
  });

  it("writes keys that the definition's parser takes", async () => {
    const project = await desk();
    await writeFile(
      project.at("sotto.json"),
      JSON.stringify({
        sotto: 1,
        project: "example",
        zones: [{ zone: "r.example.net" }],
        keys: [],
        reports: {
          weekly: {
            window: "week",
            description: "Once a week.",
            fields: {
              age: { key: "a", kind: "age", description: "d", reason: "r", owner: "o", expires: "2028-01-01" },
            },
          },
        },
      }),
    );
    const made = await project.keyring("epochs", "--for", "3y", "--plain", "--definition", "./sotto.json");
    expect(made.noted).not.toContain("not complete");
    expect(parseDefinition(await project.read("sotto.json")).keys).toHaveLength(156);
  });
});

describe("sotto-keys list, show and check", () => {
  it("list says where each epoch stands and where its secret is", async () => {
    const project = await desk();
    await project.makeKeyring("--from", "2026-10-05", "--for", "9w");
    expect((await project.rows()).map((row) => row.replace(/^\S+ +/, ""))).toEqual([
      "2026-10-05  2026-10-12  here    over; due to be destroyed",
      "2026-10-12  2026-10-19  here    over; due to be destroyed",
      // 28 days after 2026-10-26 is 2026-11-23.
      "2026-10-19  2026-10-26  here    over; late reports still come",
      "2026-10-26  2026-11-02  here    over; late reports still come",
      "2026-11-02  2026-11-09  here    over; late reports still come",
      "2026-11-09  2026-11-16  here    over; late reports still come",
      "2026-11-16  2026-11-23  here    now",
      "2026-11-23  2026-11-30  here    to come",
      "2026-11-30  2026-12-07  here    to come",
    ]);
  });

  it("show tells all of the present key, of one by date, and of one by id", async () => {
    const project = await desk();
    await project.makeKeyring();
    const now = await project.keyring("show");
    expect(now.printed).toContain("sealed for: 2026-11-16 to 2026-11-22, both included");
    expect(now.printed).toContain("from 2026-12-21 on, with sotto-keys retire");
    expect(now.printed).toContain((await project.definitionKeys())[0]?.key ?? "?");
    expect((await project.keyring("show", "2026-11-22")).printed).toBe(now.printed);
    const [row = ""] = await project.rows();
    expect((await project.keyring("show", row.split(" ")[0] ?? "")).printed).toBe(now.printed);
    expect((await project.keyring("show", "2030-01-01")).error).toBe("SOTTO_KEYRING_NO_KEY");
    const secret = "SOTTO-SECRET-KEY-1CXSSY2TC6C4WXFYS36P0QZEKMM4JAX4HA5NQX0RUN9TJPSFS5LNQ7VQ8C6";
    expect((await project.keyring("show", secret)).message).not.toContain("CXSSY2TC");
  });

  it("check finds nothing in a fresh keyring and its definition, and opens every secret", async () => {
    const project = await desk();
    await project.makeKeyring();
    const checked = await project.keyring("check", "--secrets", "--definition", "./sotto.json");
    expect(checked).toMatchObject({
      error: null,
      printed: expect.stringMatching(/52 keys, 52 secrets here\nall is well$/),
    });
  });

  it("check notices keys that end soon, a definition that lags behind, and a secret of another key", async () => {
    const project = await desk();
    await project.makeKeyring("--for", "4w");
    await project.keyring("replace", "2026-11-21");
    const files = (await project.rows()).map((row) => row.split(/ +/)).map(([id, from]) => `${from}-${id}.age`);
    await writeFile(
      project.at("keyring", "keys", files[3] ?? ""),
      await project.read("keyring", "keys", files[4] ?? ""),
    );
    const checked = await project.keyring("check", "--secrets", "--definition", "./sotto.json");
    expect(checked.error).toBe("SOTTO_KEYRING_FINDINGS");
    const kinds = checked.printed
      .split("\n")
      .slice(1)
      .map((line) => line.split(":")[0]);
    expect(kinds.toSorted()).toEqual(["definition", "secret", "soon"]);
  });
});
