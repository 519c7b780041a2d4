// Over 300 lines: one list of places in which a secret must not be found, after every command.
import { mkdir, open, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Keyring, writeKeyFile } from "@sotto/keys";
import { encodeSecretKey, type KeyPair } from "@sotto/wire";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeAgeIdentity, encodeAgeIdentity } from "../../../keys/agekey.ts";
import { encodeShare, formatShareFile, type Share } from "../../../keys/custody/share.ts";
import { splitSecret } from "../../../keys/custody/splitting.ts";
import { epochsFrom, protect, protectKeyring, seededKeyPair, seededKeyring } from "../../decoder/keyrings.ts";
import { DAY } from "../../decoder/sealing.ts";
import { run } from "../../e2e/command.ts";
import { seededOctets } from "../../e2e/frames.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { requirePackages } from "../network/packages.ts";
import { answer, type Step, sit } from "./person.ts";

/** At random, so that nothing else in a process's memory is like it. */
const PASSPHRASE = Buffer.from(seededOctets("passphrase", 18)).toString("base64url");
const OTHER_PASSPHRASE = Buffer.from(seededOctets("other passphrase", 18)).toString("base64url");

/** Any 16 octets or characters in a row hold one whole piece that begins at a multiple of 8. */
const PIECE = 8;

const CHUNK_OCTETS = 4 * 1024 * 1024;

/** Everything that a process's core holds by default, and more: core(5). */
const COMMON_FILTER = "0x33";

beforeAll(async () => {
  requirePackages({ stty: "coreutils", prlimit: "util-linux" });
  const pattern = (await readFile("/proc/sys/kernel/core_pattern", "utf8")).trim();
  if (/[|/]/.test(pattern)) {
    throw new Error(`core files go to ${pattern}, not into the folder: sysctl kernel.core_pattern=core`);
  }
});

function piecesOf(octets: Uint8Array): Buffer[] {
  const whole = Math.floor(octets.length / PIECE);
  return Array.from({ length: whole }, (_, index) => Buffer.from(octets.subarray(index * PIECE, (index + 1) * PIECE)));
}

/** What must be found nowhere of a text: the part behind the `1` of bech32, as it is and in the other case. */
function textPieces(text: string): Buffer[] {
  const secret = text.slice(text.lastIndexOf("1") + 1);
  return [secret, secret.toLowerCase(), secret.toUpperCase()].flatMap((form) => piecesOf(Buffer.from(form)));
}

/** What must be found nowhere of 32 octets: themselves, in hexadecimal, and as a key of sotto and of age. */
function secretPieces(secret: Uint8Array): Buffer[] {
  const hex = Buffer.from(secret).toString("hex");
  const texts = [encodeSecretKey(secret), encodeAgeIdentity(secret)];
  return [...piecesOf(secret), ...piecesOf(Buffer.from(hex)), ...texts.flatMap(textPieces)];
}

/** The first of some pieces that a file holds. */
async function findIn(path: string, pieces: readonly Buffer[]): Promise<string | null> {
  const zeros = Buffer.alloc(CHUNK_OCTETS);
  const chunk = Buffer.alloc(CHUNK_OCTETS);
  const file = await open(path);
  try {
    for (let offset = 0; ; offset += CHUNK_OCTETS - PIECE) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_OCTETS, offset);
      const part = chunk.subarray(0, bytesRead);
      // Most of a core is memory that was never used.
      const found = part.equals(zeros.subarray(0, bytesRead))
        ? undefined
        : pieces.find((piece) => part.includes(piece));
      if (found !== undefined) return found.toString("latin1");
      if (bytesRead < CHUNK_OCTETS) return null;
    }
  } finally {
    await file.close();
  }
}

/** A command that waits at a question, with secrets in its memory. */
interface Waiting {
  readonly command: string;
  readonly args: readonly string[];
  readonly before: readonly Step[];
  readonly question: string;
  readonly secrets: readonly Buffer[];
}

/** Ends a waiting command so that it leaves a core file; gives what was found in it, and what was seen outside. */
async function coreOf(folder: string, { command, args, before, question, secrets }: Waiting, prepare: string) {
  const cwd = join(folder, prepare === "" ? "as-it-is" : "control");
  await mkdir(cwd);
  const { runs, signal } = await sit(
    command,
    args,
    [
      ...before,
      { expect: question, run: ["cat", "/proc/{pid}/coredump_filter"] },
      { expect: "", run: ["cat", "/proc/{pid}/cmdline"] },
      { expect: "", run: ["sh", "-c", prepare] },
      { expect: "", signal: "SIGABRT" },
    ],
    { cwd, wrapper: ["prlimit", "--core=unlimited"] },
  ).catch((error: Error) => {
    throw new Error(error.message.slice(0, 2000));
  });
  expect(signal).toBe("SIGABRT");
  const [core, ...others] = await readdir(cwd);
  if (core === undefined || others.length > 0) throw new Error(`not one core file in ${cwd}`);
  const [filter = "", line = ""] = runs;
  expect(secrets.filter((piece) => line.includes(piece.toString("latin1")))).toEqual([]);
  return { filter: Number.parseInt(filter, 16), found: await findIn(join(cwd, core), secrets) };
}

interface Safe {
  readonly folder: string;
  readonly keyPair: KeyPair;
  readonly keyring: Keyring;
  readonly identity: string;
  readonly shares: readonly [Share, Share, ...Share[]];
  at(...names: string[]): string;
}

/** A key and a keyring under a passphrase, and shares of the key. */
async function safe(): Promise<Safe> {
  const folder = await temporaryFolder();
  const at = (...names: string[]) => join(folder, ...names);
  const keyPair = seededKeyPair("secrecy");
  for (const [name, passphrase] of [
    ["locked", PASSPHRASE],
    ["other", OTHER_PASSPHRASE],
  ] as const) {
    await writeKeyFile(at(name), keyPair, { passphrase: null });
    await protect(at(name), passphrase);
  }
  const keyring = await seededKeyring(at("keyring"), epochsFrom(DAY, 2), "secrecy");
  const identity = (await readFile(at("keyring", "identity.txt"), "utf8")).split("\n")[1] ?? "";
  await protectKeyring(at("keyring"), PASSPHRASE);
  const [first, second, ...more] = await splitSecret(keyPair.secretKey, {
    kind: "secret-key",
    shares: 3,
    threshold: 2,
  });
  if (first === undefined || second === undefined) throw new Error("no shares");
  return { folder, keyPair, keyring, identity, shares: [first, second, ...more], at };
}

const WAITING: readonly [string, (safe: Safe) => Waiting][] = [
  [
    "combine, after the first share",
    ({ shares: [share] }) => ({
      command: "sotto-keys",
      args: ["combine", "--check"],
      before: [answer("Share 1, ", encodeShare(share))],
      question: "Share 2, ",
      secrets: [...textPieces(encodeShare(share)), ...piecesOf(share.point)],
    }),
  ],
  [
    "passphrase, between the old one and the new",
    ({ at, keyPair }) => ({
      command: "sotto-keys",
      args: ["passphrase", at("locked")],
      before: [answer("Passphrase of ", PASSPHRASE)],
      question: "New passphrase for ",
      secrets: [...piecesOf(Buffer.from(PASSPHRASE)), ...secretPieces(keyPair.secretKey)],
    }),
  ],
  [
    "passphrase of a keyring, between the new one and the same again",
    ({ at, identity }) => ({
      command: "sotto-keys",
      args: ["passphrase", "--keyring", at("keyring")],
      before: [answer("Passphrase of ", PASSPHRASE), answer("New passphrase for ", OTHER_PASSPHRASE)],
      question: "The same again: ",
      secrets: [
        ...[PASSPHRASE, OTHER_PASSPHRASE].flatMap((text) => piecesOf(Buffer.from(text))),
        ...secretPieces(decodeAgeIdentity(identity)),
      ],
    }),
  ],
  [
    "sotto-decoder scan, between two key files",
    ({ at, keyPair }) => ({
      command: "sotto-decoder",
      args: ["scan", "--from", at(), "--key-file", at("locked"), "--key-file", at("other")],
      before: [answer("locked: ", PASSPHRASE)],
      question: "other: ",
      secrets: [...piecesOf(Buffer.from(PASSPHRASE)), ...secretPieces(keyPair.secretKey)],
    }),
  ],
];

describe.each(WAITING)("a core file of %s", (_, waitingIn) => {
  it("holds nothing of a secret, though the memory does, and the command line neither", async () => {
    const place = await safe();
    const waiting = waitingIn(place);
    // With the usual filter the secrets are in the core: the search would have found them.
    const usual = `echo ${COMMON_FILTER} >/proc/{pid}/coredump_filter`;
    const [asItIs, control] = await Promise.all(["", usual].map((prepare) => coreOf(place.folder, waiting, prepare)));
    expect(asItIs).toEqual({ filter: 0, found: null });
    expect(control?.found).toEqual(expect.any(String));
  });
});

/** A text with one of its last characters changed. */
function mistyped(text: string): string {
  const place = text.length - 12;
  return text.slice(0, place) + (text[place] === "Q" ? "P" : "Q") + text.slice(place + 1);
}

/** The first run of 8 characters that a text has in common with a secret, without regard to case, and how many. */
function sharedRuns(text: string, secret: string): string[] {
  const [small, whole] = [secret.toLowerCase(), text.toLowerCase()];
  const runs = Array.from({ length: Math.max(0, small.length - 7) }, (_, index) => small.slice(index, index + 8));
  const shared = runs.filter((part) => whole.includes(part));
  return shared.length === 0 ? [] : [`${shared[0]} and ${shared.length - 1} more`];
}

/** The part of a bech32 text that is secret. */
const dataOf = (text: string) => text.slice(text.lastIndexOf("1") + 1);

describe("the messages of commands that fail, with --debug", () => {
  it.each<[string, (safe: Safe) => { file: string; secret: string; commands: string[][] }]>([
    [
      "a secret key that was mistyped",
      ({ keyPair }) => {
        const text = mistyped(encodeSecretKey(keyPair.secretKey));
        const commands = [
          ["public", "FILE"],
          ["export", "FILE", "--out", "-"],
          ["import", "FILE", "--out", "new", "--plain"],
          ["split", "FILE", "--shares", "3", "--threshold", "2"],
          ["passphrase", "FILE", "--new-passphrase-file", "FILE"],
          ["combine", "FILE"],
        ];
        return { file: text, secret: dataOf(text), commands };
      },
    ],
    [
      "two secret keys in a file",
      ({ keyPair }) => {
        const text = encodeSecretKey(keyPair.secretKey);
        const commands = [
          ["public", "FILE"],
          ["import", "FILE", "--out", "new", "--plain"],
          ["check", "--secrets", "--passphrase-file", "FILE"],
        ];
        return { file: `${text}\n${text}\n`, secret: dataOf(text), commands };
      },
    ],
    [
      "an age identity that was mistyped",
      ({ identity }) => {
        const text = mistyped(identity);
        const commands = [
          ["import", "FILE", "--out", "new", "--plain"],
          ["public", "FILE"],
        ];
        return { file: text, secret: dataOf(text), commands };
      },
    ],
    [
      "a secret in hexadecimal of which a digit is missing",
      ({ keyPair }) => {
        const text = Buffer.from(keyPair.secretKey).toString("hex").slice(1);
        return { file: text, secret: text, commands: [["import", "FILE", "--out", "new", "--plain"]] };
      },
    ],
    [
      "a share that was mistyped",
      ({ shares: [share] }) => {
        const text = mistyped(encodeShare(share));
        const commands = [
          ["combine", "FILE", "--check"],
          ["import", "FILE", "--out", "new", "--plain"],
          ["public", "FILE"],
        ];
        return { file: text, secret: dataOf(text), commands };
      },
    ],
    [
      "a share that was altered, and others of which there are too few",
      ({ shares: [share] }) => {
        const altered = { ...share, point: share.point.with(0, (share.point[0] ?? 0) ^ 1) };
        const text = encodeShare(altered);
        const commands = [
          ["combine", "FILE", "share", "--check"],
          ["combine", "FILE", "share-2", "--check"],
          ["combine", "FILE", "--check"],
        ];
        return { file: text, secret: dataOf(text), commands };
      },
    ],
    [
      "a passphrase that is wrong",
      () => {
        const commands = [
          ["public", "locked", "--passphrase-file", "FILE"],
          ["check", "--secrets", "--passphrase-file", "FILE"],
          ["split", "--shares", "3", "--threshold", "2", "--passphrase-file", "FILE"],
          ["passphrase", "locked", "--passphrase-file", "FILE", "--new-passphrase-file", "FILE"],
          ["import", "locked", "--out", "new", "--passphrase-file", "FILE"],
        ];
        return { file: OTHER_PASSPHRASE, secret: OTHER_PASSPHRASE, commands };
      },
    ],
  ])("say nothing of %s", async (_, made) => {
    const place = await safe();
    const { file, secret, commands } = made(place);
    await writeFile(place.at("FILE"), file, { mode: 0o600 });
    for (const [name, share] of [
      ["share", place.shares[0]],
      ["share-2", place.shares[1]],
    ] as const) {
      await writeFile(place.at(name), formatShareFile(share, { project: "p", shares: 3 }), { mode: 0o600 });
    }
    const told = async (args: string[]) => {
      const { code, stdout, stderr } = await run("sotto-keys", [...args, "--debug"], { cwd: place.folder });
      expect([args, code, stdout]).toEqual([args, 1, ""]);
      expect(stderr, args.join(" ")).toMatch(/^\w*Error: .+\n +at /);
      expect(sharedRuns(stderr, secret), args.join(" ")).toEqual([]);
    };
    await Promise.all(commands.map(told));
  });

  it("say nothing of a keyring's identity that was mistyped, nor of a secret key that a scan cannot take", async () => {
    const { at, folder, identity, keyPair } = await safe();
    await seededKeyring(at("plain"), epochsFrom(DAY, 2), "other");
    await writeFile(at("plain", "identity.txt"), `${mistyped(identity)}\n`, { mode: 0o600 });
    const checked = await run("sotto-keys", ["check", "--secrets", "--keyring", "plain", "--debug"], { cwd: folder });
    expect([checked.code, sharedRuns(checked.stderr, dataOf(mistyped(identity)))]).toEqual([1, []]);
    const text = mistyped(encodeSecretKey(keyPair.secretKey));
    await writeFile(at("FILE"), `${text}\n`, { mode: 0o600 });
    const scanned = await run("sotto-decoder", ["scan", "--from", ".", "--key-file", "FILE", "--debug"], {
      cwd: folder,
    });
    expect([scanned.code, sharedRuns(scanned.stderr, dataOf(text))]).toEqual([1, []]);
  });

  it("say nothing of a secret that was given as an argument by mistake", async () => {
    const { folder, keyPair, shares } = await safe();
    const key = encodeSecretKey(keyPair.secretKey);
    const share = encodeShare(shares[0]);
    const commands: [string, string[]][] = [
      [key, ["public", key]],
      [mistyped(key), ["public", mistyped(key)]],
      [key, ["show", key]],
      [key, ["replace", key]],
      [key, ["export", "--key", key, "--out", "-"]],
      [key, ["export", key, "--out", "-"]],
      [key, ["import", key, "--out", "new", "--plain"]],
      [share, ["combine", share]],
    ];
    const told = async ([secret, args]: [string, string[]]) => {
      const { code, stdout, stderr } = await run("sotto-keys", args, { cwd: folder });
      expect([1, 2]).toContain(code);
      expect.soft(sharedRuns(stdout + stderr, dataOf(secret)), args[0]).toEqual([]);
    };
    await Promise.all(commands.map(told));
  });
});
