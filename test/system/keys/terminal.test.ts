// Over 300 lines: conversations with a person at a terminal, which share how they are held.
import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Keyring, writeKeyFile } from "@sotto/keys";
import { dayOf, dayOfDate, encodePublicKey, encodeSecretKey, type KeyPair } from "@sotto/wire";
import { beforeAll, describe, expect, it } from "vitest";
import { mondayOf } from "../../../keys/commands/publish.ts";
import { encodeShare, formatShareFile, setIdText } from "../../../keys/custody/share.ts";
import { splitSecret } from "../../../keys/custody/splitting.ts";
import { formatSecretKey } from "../../../keys/exchange/foreignkey.ts";
import {
  epochsFrom,
  protect,
  protectKeyring,
  seededKeyPair,
  seededKeyring,
  segmentOfDay,
} from "../../decoder/keyrings.ts";
import { sealed, segmentFile } from "../../decoder/sealing.ts";
import { binOf, type Finished, run } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { requirePackages } from "../network/packages.ts";
import { answer, CTRL_C, CTRL_D, contentsOf, ENTER, type Session, type Step, sit, sitAt } from "./person.ts";

const PASSPHRASE = "correct horse battery staple";
const OTHER_PASSPHRASE = "violet anchor pencil summer";
const WEEK = mondayOf(dayOf(Date.now() / 1000));

/** What is typed and may be seen. */
const NO_SECRETS = ["yes", "no"];

const COMMANDS = [
  ...["new", "public", "epochs", "list", "show", "check", "retire", "replace", "passphrase", "split", "combine"],
  ...["import", "export"],
];

beforeAll(() => requirePackages({ stty: "coreutils", age: "age" }));

/** A project's folder: a key in plain text and under a passphrase, and a keyring under it. */
interface Desk {
  readonly folder: string;
  readonly keyPair: KeyPair;
  readonly keyring: Keyring;
  at(...names: string[]): string;
  /** Runs a command at a terminal; whatever is typed must not be seen. */
  sit(args: readonly string[], steps?: readonly Step[]): Promise<Session>;
  /** The same with standard output in a file. */
  redirect(args: readonly string[], steps?: readonly Step[]): Promise<{ screen: string; file: string }>;
  /** Runs a command where there is no terminal. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Finished>;
}

async function desk(): Promise<Desk> {
  const folder = await temporaryFolder();
  const at = (...names: string[]) => join(folder, ...names);
  const keyPair = seededKeyPair("terminal");
  await writeKeyFile(at("plain"), keyPair, { passphrase: null });
  await writeKeyFile(at("locked"), keyPair, { passphrase: null });
  await protect(at("locked"), PASSPHRASE);
  const keyring = await seededKeyring(at("keyring"), epochsFrom(WEEK, 52, 26), "terminal");
  await protectKeyring(at("keyring"), PASSPHRASE);
  return {
    folder,
    keyPair,
    keyring,
    at,
    sit: async (args, steps = []) => unseen(steps, await sit("sotto-keys", args, steps, { cwd: folder })),
    redirect: async (args, steps = []) => {
      const wrapper = ["sh", "-c", 'exec "$@" >out', "sh"];
      const { screen, exitCode } = unseen(steps, await sit("sotto-keys", args, steps, { cwd: folder, wrapper }));
      expect(exitCode).toBe(0);
      return { screen, file: await readFile(at("out"), "utf8") };
    },
    run: async (args, env = {}) => await run("sotto-keys", args, { cwd: folder, env }),
  };
}

/** A keyring whose two epochs are long over, without a passphrase. */
async function oldKeyring(folder: string): Promise<void> {
  await seededKeyring(folder, epochsFrom(dayOfDate("2024-01-01") ?? Number.NaN, 52, 26), "old");
}

/** Fails when an answer is on the screen. */
function unseen(steps: readonly Step[], session: Session): Session {
  const typed = steps.map(({ send = "" }) => send.replace(/[\p{Cc}]/gu, ""));
  for (const secret of typed) {
    if (secret !== "" && !NO_SECRETS.includes(secret)) expect(session.screen).not.toContain(secret);
  }
  expect(session.echoes).toBe(true);
  return session;
}

/** The files of `count` shares of a secret, 2 of which give it back. */
async function sharesOf(secret: Uint8Array, count = 3) {
  return await splitSecret(secret, { kind: "secret-key", shares: count, threshold: 2 });
}

/** A text with one of its characters changed. */
function mistyped(text: string, place: number): string {
  return text.slice(0, place) + (text[place] === "Q" ? "P" : "Q") + text.slice(place + 1);
}

describe("a new passphrase at a terminal", () => {
  it("is asked for twice, without a trace of it, and protects what is written", async () => {
    const { sit, at, run } = await desk();
    const { exitCode, screen } = await sit(
      ["new", "--out", "key"],
      [answer("New passphrase for key: ", PASSPHRASE), answer("The same again: ", PASSPHRASE)],
    );
    expect(screen).toMatch(/^New passphrase for key: \nThe same again: \nsotto1[02-9ac-hj-np-z]{58}\n$/);
    expect(exitCode).toBe(0);
    expect((await stat(at("key"))).mode & 0o777).toBe(0o600);
    expect(await readFile(at("key"), "utf8")).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
    const { stdout } = await run(["public", "key"], { SOTTO_PASSPHRASE: PASSPHRASE });
    expect(screen).toContain(`\n${stdout}`);
  });

  it.each([
    ["differ", [PASSPHRASE, `${PASSPHRASE}.`], "the two differ; nothing was written"],
    ["are empty", [""], "an empty passphrase protects nothing"],
  ])("writes nothing when the two %s", async (_, [first = "", second], message) => {
    const { folder, sit } = await desk();
    const before = await contentsOf(folder);
    const steps = [answer("New passphrase for key: ", first)];
    if (second !== undefined) steps.push(answer("The same again: ", second));
    const { exitCode, screen } = await sit(["new", "--out", "key"], steps);
    expect(screen.split("\n").slice(steps.length)).toEqual([`sotto-keys: ${message}`, ""]);
    expect(exitCode).toBe(1);
    expect(await contentsOf(folder)).toEqual(before);
  });

  it("is not asked for when the file is there already", async () => {
    const { sit } = await desk();
    const { exitCode, screen } = await sit(["new", "--out", "plain"]);
    expect([exitCode, screen]).toEqual([1, "sotto-keys: plain is there already; a key is never overwritten\n"]);
  });
});

describe("a passphrase at a terminal", () => {
  it("is asked for again when it was wrong", async () => {
    const { sit, keyPair } = await desk();
    const { exitCode, screen } = await sit(
      ["public", "locked"],
      [answer("Passphrase of locked: ", OTHER_PASSPHRASE), answer("Once more.\r\nPassphrase of locked: ", PASSPHRASE)],
    );
    expect(screen).toBe(
      `Passphrase of locked: \nThat is not it. Once more.\nPassphrase of locked: \n${encodePublicKey(keyPair.publicKey)}\n`,
    );
    expect(exitCode).toBe(0);
  });

  it("is asked for three times, and then not again", async () => {
    const { sit } = await desk();
    const wrong = answer("Passphrase of locked: ", OTHER_PASSPHRASE);
    const { exitCode, screen } = await sit(["public", "locked"], [wrong, wrong, wrong]);
    expect(screen.split("\n").slice(-3)).toEqual([
      "Passphrase of locked: ",
      "sotto-keys: wrong passphrase, 3 times",
      "",
    ]);
    expect(exitCode).toBe(1);
  });

  it("is not seen either when it comes in the moment in which the question does, as from a password manager", async () => {
    const { sit } = await desk();
    const atOnce = { ...answer("Passphrase of locked: ", PASSPHRASE), atOnce: true };
    for (let turn = 0; turn < 3; turn++) expect((await sit(["public", "locked"], [atOnce])).exitCode).toBe(0);
  });
});

/** Every kind of question, and what leads to it. */
const QUESTIONS: readonly { kind: string; args: string[]; before?: Step[]; question: string; half?: string }[] = [
  { kind: "a passphrase", args: ["public", "locked"], question: "Passphrase of locked: " },
  { kind: "a new passphrase", args: ["new", "--out", "key"], question: "New passphrase for key: " },
  {
    kind: "the same again",
    args: ["epochs", "--keyring", "new"],
    before: [answer("New passphrase", PASSPHRASE)],
    question: "The same again: ",
  },
  {
    kind: "a new passphrase after the old one",
    args: ["passphrase"],
    before: [answer("Passphrase of keyring: ", PASSPHRASE)],
    question: "New passphrase for keyring: ",
  },
  { kind: "a share", args: ["combine", "--out", "key"], question: "Share 1, SOTTO-SHARE-1... (it is not shown): " },
  { kind: "consent", args: ["retire", "--keyring", "old"], question: "Type yes to go on: ", half: "yes" },
];

describe.each(QUESTIONS)(
  "where the question is for $kind",
  ({ args, before = [], question, half = "half an answer" }) => {
    it("Ctrl-C and Ctrl-D end the command: one line, nothing written, and the terminal as it was", async () => {
      const { folder, sit, at } = await desk();
      await oldKeyring(at("old"));
      const files = await contentsOf(folder);
      const typed = (keys: string) => sit(args, [...before, { expect: question, send: keys }]);
      for (const { exitCode, screen } of await Promise.all([`${half}${CTRL_C}`, CTRL_D].map(typed))) {
        expect.soft(screen.slice(screen.lastIndexOf("\n", screen.length - 2) + 1)).toMatch(/^sotto-keys: [^\n]+\n$/);
        expect(exitCode).toBe(1);
      }
      expect(await contentsOf(folder)).toEqual(files);
    });
  },
);

describe("a command that is ended from outside", () => {
  it("leaves nothing half-written and the terminal as it was, at a question and at work", async () => {
    const { folder, sit } = await desk();
    const files = await contentsOf(folder);
    const asked: Step = { expect: "New passphrase for key: ", signal: "SIGTERM" };
    const working: Step[] = [
      answer("New passphrase for key: ", PASSPHRASE),
      answer("The same again: ", PASSPHRASE),
      { expect: "\r\n", send: CTRL_C, atOnce: true },
    ];
    const ended = await Promise.all([[asked], working].map((steps) => sit(["new", "--out", "key"], steps)));
    expect(ended.map(({ signal }) => signal)).toEqual(["SIGTERM", "SIGINT"]);
    expect(await contentsOf(folder)).toEqual(files);
  });
});

describe("each command at a terminal", () => {
  it("epochs makes a keyring under a passphrase, and asks for none to add to it", async () => {
    const { sit, at } = await desk();
    const args = ["epochs", "--keyring", "new", "--every", "4w", "--definition", "sotto.json"];
    const made = await sit(
      [...args, "--for", "8w"],
      [answer("New passphrase for the new keyring new: ", PASSPHRASE), answer("The same again: ", PASSPHRASE)],
    );
    expect(made.exitCode).toBe(0);
    expect(made.screen).toMatch(/: \nThe same again: \nnew is new\. [^\n]+\nnew: 2 keys made, /);
    const added = await sit([...args, "--for", "16w"]);
    expect(added.exitCode).toBe(0);
    expect(added.screen).toMatch(/^new: 2 keys made, \S+ to \S+\nsotto\.json: 4 keys, \S+ to \S+\nsotto\.json is not/);
    expect(JSON.parse(await readFile(at("sotto.json"), "utf8")).keys).toHaveLength(4);
  });

  it("list, show, check and replace ask for nothing, check --secrets for the passphrase", async () => {
    const { sit, keyring } = await desk();
    const ids = keyring.keys.map(({ id }) => id);
    const [list, show, check, secrets] = await Promise.all([
      sit(["list"]),
      sit(["show"]),
      sit(["check"]),
      sit(["check", "--secrets"], [answer("Passphrase of keyring: ", PASSPHRASE)]),
    ]);
    expect(list.screen.split("\n").map((line) => line.slice(0, 8))).toEqual(["key     ", ...ids, ""]);
    expect(show.screen).toMatch(new RegExp(`^key: +${ids[0]}\n`));
    expect(check.screen).toBe("keyring: 2 keys, 2 secrets here\nall is well\n");
    expect(secrets.screen).toBe(`Passphrase of keyring: \n${check.screen}`);
    const { screen } = await sit(["replace", "--all"]);
    expect(screen.split("\n").map((line) => line.slice(0, 20))).toEqual([
      ...ids.map((id) => `${id} replaced by`),
      "2 keys made: sotto-k",
      "",
    ]);
  });

  it("passphrase asks for the old one and for the new one twice, of the keyring and of a key file", async () => {
    const { sit, run } = await desk();
    const steps = (what: string) => [
      answer(`Passphrase of ${what}: `, PASSPHRASE),
      answer(`New passphrase for ${what}: `, "shorter"),
      answer("better.\r\nThe same again: ", "shorter"),
    ];
    const [file, folder] = await Promise.all([
      sit(["passphrase", "locked"], steps("locked")),
      sit(["passphrase"], steps("keyring")),
    ]);
    expect([file.exitCode, folder.exitCode]).toEqual([0, 0]);
    expect(file.screen).toMatch(/\nThat is short: a machine may guess it\. [^\n]+\nThe same again: \nlocked is under/);
    expect(folder.screen).toMatch(/\nkeyring is under the new passphrase\n$/);
    expect((await run(["check", "--secrets"], { SOTTO_PASSPHRASE: "shorter" })).code).toBe(0);
  });

  it("split asks for the passphrase, and combine for one share after the other", async () => {
    const { sit, at, keyPair } = await desk();
    const made = await sit(
      ["split", "locked", "--shares", "3", "--threshold", "2"],
      [answer("Passphrase of locked: ", PASSPHRASE)],
    );
    expect(made.screen).toMatch(/\nshares: 3 shares of locked, set [0-9a-f]{8}; any 2 give it back\nPrint the sheets/);
    const read = async (number: number) =>
      (await readFile(at("shares", `share-${number}-of-3.txt`), "utf8")).split("\n");
    const [third = "", first = ""] = (await Promise.all([read(3), read(1)])).map((lines) => lines[3]);
    const stranger = (await sharesOf(keyPair.secretKey))[0];
    if (stranger === undefined) throw new Error("no shares");
    const set = made.screen.match(/set ([0-9a-f]{8})/)?.[1];
    const { exitCode, screen } = await sit(
      ["combine", "--out", "key", "--plain"],
      [
        answer("Share 1, ", third),
        answer("Share 2, ", mistyped(first, 40)),
        answer("Share 2, ", encodeShare(stranger)),
        answer("Share 2, ", third),
        answer("Share 2, ", encodeSecretKey(keyPair.secretKey)),
        answer("Share 2, ", first.replaceAll(/(.{6})/g, "$1 ").toLowerCase()),
      ],
    );
    expect(screen.split("\n").filter((line) => !line.startsWith("Share 2, SOTTO-SHARE-1... "))).toEqual([
      "Share 1, SOTTO-SHARE-1... (it is not shown): ",
      `Share 3 of set ${set}; one more is needed.`,
      "this is not the text of a share: the check sum does not fit, " +
        "look at line 3 of the sheet, group 1 (characters 37 to 42)",
      `That is of set ${setIdText(stranger)}; the others are of set ${set}.`,
      `Share 3 of set ${set}; one more is needed.`,
      "this is not a share, SOTTO-SHARE-1..., but a secret key",
      `Share 1 of set ${set}; that is enough.`,
      encodePublicKey(keyPair.publicKey),
      "",
    ]);
    expect(exitCode).toBe(0);
    expect(await readFile(at("key"), "utf8")).toContain(encodeSecretKey(keyPair.secretKey));
  });

  it("combine says after the first share that --out is missing, not after the last", async () => {
    const { sit, keyPair } = await desk();
    const [first = ""] = (await sharesOf(keyPair.secretKey)).map(encodeShare);
    const { exitCode, screen } = await sit(["combine"], [answer("Share 1, ", first)]);
    expect(screen).toContain("\nsotto-keys: these are shares of a secret key: say with --out where");
    expect(exitCode).toBe(2);
  });

  it("combine takes a share as it stands on the sheet: five lines, pasted or typed", async () => {
    const { sit, keyPair } = await desk();
    const [first = "", second = ""] = (await sharesOf(keyPair.secretKey)).map(encodeShare);
    const lines = first.replaceAll(/(.{6})(.{6})(.{6})/g, `$1 $2 $3${ENTER}`).trimEnd();
    const { screen } = await sit(
      ["combine", "--check"],
      [answer("Share 1, ", lines), { expect: "Share ", send: CTRL_C }],
    );
    expect(screen).toContain("; one more is needed.");
    expect(screen).not.toContain(second);
  });

  it("split divides the identity of the keyring too, and combine brings it back", async () => {
    const { sit, at, run } = await desk();
    const split = ["split", "--shares", "2", "--threshold", "2"];
    expect((await sit(split, [answer("Passphrase of keyring: ", PASSPHRASE)])).exitCode).toBe(0);
    const shares = Object.entries(await contentsOf(at("shares"))).filter(([name]) => name.endsWith(".txt"));
    const [first = "", second = ""] = shares.map(([, text]) => text.split("\n")[3]);
    const typed = [answer("Share 1, ", first), answer("Share 2, ", second)];
    const { screen } = await sit(["combine"], typed);
    expect(screen).toContain(
      "\nthe shares give back the identity that is in keyring/identity.age; nothing was written\n",
    );
    await rename(at("keyring", "identity.age"), at("taken"));
    expect((await sit(["combine", "--plain"], typed)).screen).toMatch(/\nkeyring: its identity is here again\n$/);
    expect((await run(["check", "--secrets"])).stdout).toMatch(/\nall is well\n$/);
  });

  it("export asks for the passphrase, and import for the one of the file and for a new one", async () => {
    const { sit, at, keyPair } = await desk();
    const made = await sit(
      ["export", "locked", "--format", "age", "--out", "foreign"],
      [answer("Passphrase of locked: ", PASSPHRASE)],
    );
    const publicKey = encodePublicKey(keyPair.publicKey);
    expect(made.screen).toBe(`Passphrase of locked: \n${publicKey}\n`);
    expect(await readFile(at("foreign"), "utf8")).toBe(formatSecretKey(keyPair, "age"));
    await protect(at("foreign"), PASSPHRASE);
    const taken = await sit(
      ["import", "foreign", "--out", "key"],
      [
        answer("Passphrase of foreign: ", PASSPHRASE),
        answer("New passphrase for key: ", OTHER_PASSPHRASE),
        answer("The same again: ", OTHER_PASSPHRASE),
      ],
    );
    expect(taken.screen).toMatch(new RegExp(`\nThe same again: \n${publicKey}\n$`));
    const into = await sit(["import", "foreign", "--from", "2024-01-01"], [answer("Passphrase of ", PASSPHRASE)]);
    expect(into.screen).toMatch(/\nkeyring: key [0-9a-f]{8}, 2024-01-01 to 2025-12-29\n/);
  });

  it("import - does not show a key that is typed or pasted", async () => {
    const { sit, keyPair } = await desk();
    const pasted = `${encodeSecretKey(keyPair.secretKey)}${ENTER}${CTRL_D}`;
    await sit(["import", "-", "--plain", "--out", "key"], [{ expect: "", send: pasted }]);
  });
});

describe("sotto-keys retire at a terminal", () => {
  const old = ["--keyring", "old"];

  it("shows what becomes unreadable; only yes destroys it", async () => {
    const { sit, run, at } = await desk();
    const made = await run(["epochs", "--plain", ...old, "--every", "26w", "--from", "2024-01-01", "--for", "1y"]);
    expect(made.code).toBe(0);
    const files = await contentsOf(at("old"));
    const kept = await sit(["retire", ...old], [answer("Type yes to go on: ", "no")]);
    expect(kept.exitCode).toBe(1);
    expect(kept.screen).toMatch(
      /^What was sealed [^\n]+ can never be read again, by anyone:\nkey +from +to +secret\n[0-9a-f]{8} {2}2024-01-01 {2}2024-06-30 {2}destroyed now\n[0-9a-f]{8} {2}2024-07-01 {2}2024-12-29 {2}destroyed now\nDestroy these 2 secrets\? Type yes to go on: no\nsotto-keys: nothing was destroyed\n$/,
    );
    expect(await contentsOf(at("old"))).toEqual(files);
    const destroyed = await sit(["retire", ...old], [answer("Type yes to go on: ", "yes")]);
    expect([destroyed.exitCode, destroyed.screen.split("\n").at(-2)]).toEqual([0, "old: 2 secrets destroyed"]);
    expect(Object.keys(await contentsOf(at("old", "keys")))).toEqual([]);
    const again = await sit(["retire", ...old]);
    expect([again.exitCode, again.screen]).toEqual([0, "old: no secret is due to be destroyed\n"]);
  });

  it("shows it to the person also when standard output goes to a file", async () => {
    const { redirect, at } = await desk();
    await oldKeyring(at("old"));
    const { screen, file } = await redirect(["retire", ...old], [answer("Type yes to go on: ", "yes")]);
    expect(file).toContain("old: 2 secrets destroyed\n");
    expect(screen).toContain("2024-07-01  2024-12-29");
  });
});

describe("standard output that goes to a file", () => {
  it("holds the result alone: the questions are on the terminal", async () => {
    const { redirect, keyPair } = await desk();
    const steps = [answer("Passphrase of locked: ", PASSPHRASE)];
    const seen = "Passphrase of locked: \n";
    const publicKey = `${encodePublicKey(keyPair.publicKey)}\n`;
    expect(await redirect(["public", "locked"], steps)).toEqual({ screen: seen, file: publicKey });
    const hex = `${Buffer.from(keyPair.secretKey).toString("hex")}\n`;
    expect(await redirect(["export", "locked", "--format", "hex", "--out", "-"], steps)).toEqual({
      screen: seen,
      file: hex,
    });
    const [first = "", second = ""] = (await sharesOf(keyPair.secretKey)).map(encodeShare);
    const typed = [answer("Share 1, ", first), answer("Share 2, ", second)];
    expect((await redirect(["combine", "--out", "key", "--plain"], typed)).file).toBe(publicKey);
  });
});

describe("without a terminal", () => {
  it("a command that needs a passphrase is wrong usage, and says in one line what to do", async () => {
    const { folder, run, at, keyPair } = await desk();
    for (const share of await sharesOf(keyPair.secretKey)) {
      await writeFile(at(`share-${share.number}`), formatShareFile(share, { project: "p", shares: 3 }), {
        mode: 0o600,
      });
    }
    const files = await contentsOf(folder);
    const commands: [string[], RegExp][] = [
      [["public", "locked"], /--passphrase-file.*SOTTO_PASSPHRASE/],
      [["new", "--out", "key"], /--passphrase-file.*SOTTO_PASSPHRASE.*--plain/],
      [["epochs", "--keyring", "new"], /--passphrase-file.*SOTTO_PASSPHRASE.*--plain/],
      [["check", "--secrets"], /--passphrase-file.*SOTTO_PASSPHRASE/],
      [["passphrase", "locked"], /--new-passphrase-file/],
      [["split", "locked", "--shares", "3", "--threshold", "2"], /--passphrase-file.*SOTTO_PASSPHRASE/],
      [["combine", "share-1", "share-2", "--out", "key"], /--passphrase-file.*SOTTO_PASSPHRASE.*--plain/],
      [["combine"], /files/],
      [["import", "locked", "--out", "key"], /--passphrase-file.*SOTTO_PASSPHRASE/],
      [["export", "locked", "--out", "-"], /--passphrase-file.*SOTTO_PASSPHRASE/],
    ];
    const check = async ([args, advice]: [string[], RegExp]) => {
      const { code, stdout, stderr } = await run(args);
      expect([args, code, stdout, stderr]).toEqual([args, 2, "", expect.stringMatching(/^sotto-keys: [^\n]+\n$/)]);
      expect(stderr).toMatch(advice);
    };
    await Promise.all(commands.map(check));
    expect(await contentsOf(folder)).toEqual(files);
  });

  it("a file or the environment gives the passphrase, and the file stands above", async () => {
    const { run, at, keyPair } = await desk();
    await writeFile(at("right"), `${PASSPHRASE}\n`, { mode: 0o600 });
    const expected = { code: 0, stdout: `${encodePublicKey(keyPair.publicKey)}\n`, stderr: "" };
    const withFile = ["public", "locked", "--passphrase-file", "right"];
    expect(await run(withFile)).toEqual(expected);
    expect(await run(["public", "locked"], { SOTTO_PASSPHRASE: PASSPHRASE })).toEqual(expected);
    expect(await run(withFile, { SOTTO_PASSPHRASE: OTHER_PASSPHRASE })).toEqual(expected);
  });
});

describe("--help", () => {
  it("of the program and of every command ends with 0 and fits a terminal of 120 columns", async () => {
    const { folder } = await desk();
    const helpOf = async (name: string) => {
      const argv = [process.execPath, binOf("sotto-keys"), ...(name === "" ? [] : [name]), "--help"];
      const { exitCode, screen } = await sitAt(argv, [], { cwd: folder });
      expect([name, exitCode]).toEqual([name, 0]);
      expect(screen.split("\n").filter((line) => line.length > 120)).toEqual([]);
      return screen;
    };
    const [program = "", ...commands] = await Promise.all(["", ...COMMANDS].map(helpOf));
    for (const name of COMMANDS) expect(program).toMatch(new RegExp(`^ {2}${name} `, "m"));
    for (const [index, name] of COMMANDS.entries()) {
      expect(commands[index]).toMatch(new RegExp(`^Usage: sotto-keys ${name} `));
      expect(commands[index]).toMatch(/^Exit codes: 0 [^\n]+$/m);
    }
  });
});

describe("sotto-decoder scan at a terminal", () => {
  it("asks for the passphrase of a key file and of a keyring, once where it is the same", async () => {
    const { folder, at, keyPair, keyring } = await desk();
    const [key] = keyring.keys;
    if (key === undefined) throw new Error("no key");
    const frames = [...sealed('{"key":"file"}', keyPair, "a", WEEK), ...sealed('{"key":"ring"}', key, "b", WEEK)];
    await writeFile(at("log.seg"), await segmentFile(frames, segmentOfDay(WEEK)));
    const wrapper = ["sh", "-c", 'exec "$@" >out', "sh"];
    const args = ["scan", "--from", ".", "--key-file", "locked"];
    const steps = [answer("Passphrase of locked: ", OTHER_PASSPHRASE), answer("Passphrase of locked: ", PASSPHRASE)];
    const one = unseen(steps, await sit("sotto-decoder", args, steps, { cwd: folder, wrapper }));
    expect(one.screen).toMatch(/^Passphrase of locked: \nThat is not it\. Once more\.\nPassphrase of locked: \n/);
    expect(one.screen).toContain("\nopened: 1\n");
    expect(await readFile(at("out"), "utf8")).toContain('"report":{"key":"file"}');
    const two = await sit("sotto-decoder", [...args, "--keyring", "keyring"], steps.slice(1), { cwd: folder, wrapper });
    expect(unseen(steps, two).screen).toContain("\nopened: 2\n");
    expect(two.screen.match(/Passphrase of/g)).toHaveLength(1);
    expect(await readFile(at("out"), "utf8")).toContain('"report":{"key":"ring"}');
  });
});
