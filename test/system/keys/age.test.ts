import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Keyring } from "@sotto/keys";
import { dateOfDay, encodePublicKey, generateKeyPair, type KeyPair } from "@sotto/wire";
import { beforeAll, describe, expect, it } from "vitest";
import { formatKeyFile } from "../../../keys/keyfile.ts";
import { epochsFrom, protectKeyring, seededKeyring } from "../../decoder/keyrings.ts";
import { DAY } from "../../decoder/sealing.ts";
import { type Finished, run } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { requirePackages } from "../network/packages.ts";
import { Program } from "../network/program.ts";
import { answer, type Step, sitAt } from "./person.ts";

const PASSPHRASE = "correct horse battery staple";

/** age's own questions; when they are answered it takes them off the screen. */
const ASKED = answer("Enter passphrase: ", PASSPHRASE);
const ASKED_TWICE = [
  answer("Enter passphrase (leave empty to autogenerate a secure one): ", PASSPHRASE),
  answer("Confirm passphrase: ", PASSPHRASE),
];

beforeAll(() => requirePackages({ age: "age", "age-keygen": "age", stty: "coreutils" }));

/** Runs a program of age where there is no terminal, to its end. */
async function alone(folder: string, argv: readonly string[], input = ""): Promise<Finished> {
  const program = new Program([], argv, { cwd: folder, input });
  const { code } = await program.closed;
  return { code, stdout: program.stdout, stderr: program.stderr };
}

/** Runs a program of age at a terminal; what it writes goes to the file `out`. */
async function asked(folder: string, argv: readonly string[], steps: readonly Step[]): Promise<string> {
  const { exitCode, screen } = await sitAt(["sh", "-c", 'exec "$@" >out', "sh", ...argv], steps, { cwd: folder });
  expect([exitCode, screen]).toEqual([0, expect.not.stringContaining(PASSPHRASE)]);
  return await readFile(join(folder, "out"), "utf8");
}

/** The text that a keyring writes for a key. */
function secretText(keyring: Keyring, keyPair: KeyPair): string {
  const key = keyring.keys.find(({ publicKey }) => Buffer.compare(publicKey, keyPair.publicKey) === 0);
  if (key === undefined) throw new Error("not a key of this keyring");
  return formatKeyFile(keyPair, `${dateOfDay(key.from)} to ${dateOfDay(key.until)}`);
}

/** A keyring of two epochs without a passphrase, with its key pairs. */
async function twoEpochs(folder: string) {
  const keyring = await seededKeyring(folder, epochsFrom(DAY, 2), "age");
  const unlocked = await keyring.unlock({
    unlock: () => Promise.reject(new Error("asked for a passphrase")),
    choose: () => Promise.reject(new Error("asked for a passphrase")),
  });
  const keyPairs = await Promise.all(keyring.keys.map((key) => unlocked.keyPairOf(key)));
  return { keyring, keyPairs: keyPairs.filter((keyPair) => keyPair !== null) };
}

describe("age opens what we write", () => {
  it("a key file that was put under a passphrase", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "pass"), `${PASSPHRASE}\n`, { mode: 0o600 });
    const made = await run("sotto-keys", ["new", "--plain", "--out", "key"], { cwd: folder });
    const text = await readFile(join(folder, "key"), "utf8");
    expect(text).toContain(`\n# public key: ${made.stdout}`);
    const args = ["passphrase", "key", "--new-passphrase-file", "pass"];
    expect((await run("sotto-keys", args, { cwd: folder })).code).toBe(0);
    expect(await asked(folder, ["age", "-d", "key"], [ASKED])).toBe(text);
  });

  it("each secret of a keyring, with its identity under a passphrase and in plain text", async () => {
    const folder = await temporaryFolder();
    const { keyring, keyPairs } = await twoEpochs(join(folder, "keyring"));
    const texts = keyPairs.map((keyPair) => secretText(keyring, keyPair));
    const files = keyring.keys.map((key) => keyring.pathOf(key));
    expect(files).toHaveLength(2);
    for (const [index, file] of files.entries()) {
      const opened = await alone(folder, ["age", "-d", "-i", "keyring/identity.txt", file]);
      expect(opened).toEqual({ code: 0, stdout: texts[index], stderr: "" });
    }
    await protectKeyring(join(folder, "keyring"), PASSPHRASE);
    const question = answer('Enter passphrase for identity file "keyring/identity.age": ', PASSPHRASE);
    const argv = ["age", "-d", "-i", "keyring/identity.age", files[1] ?? ""];
    expect(await asked(folder, argv, [question])).toBe(texts[1]);
  });

  it("a keyring that the command made under a passphrase: identity.age, then a key", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "pass"), `${PASSPHRASE}\n`, { mode: 0o600 });
    const args = ["epochs", "--for", "1w", "--passphrase-file", "pass"];
    expect((await run("sotto-keys", args, { cwd: folder })).code).toBe(0);
    const identity = await asked(folder, ["age", "-d", "keyring/identity.age"], [ASKED]);
    expect(identity).toMatch(/^# public key: age1[a-z0-9]{58}\nAGE-SECRET-KEY-1[A-Z0-9]{58}\n$/);
    await writeFile(join(folder, "identity"), identity, { mode: 0o600 });
    const [secret = ""] = await readdir(join(folder, "keyring", "keys"));
    const { stdout } = await alone(folder, ["age", "-d", "-i", "identity", join("keyring", "keys", secret)]);
    const { keys } = await Keyring.open(join(folder, "keyring"));
    expect(stdout).toContain(`\n# public key: ${encodePublicKey(keys[0]?.publicKey ?? new Uint8Array())}\n`);
  });
});

describe("we open what age writes", () => {
  it("a key file that age put under a passphrase, armored and binary", async () => {
    const open = async (flags: readonly string[]) => {
      const folder = await temporaryFolder();
      const keyPair = generateKeyPair();
      await writeFile(join(folder, "key"), formatKeyFile(keyPair));
      await asked(folder, ["age", "-p", ...flags, "-o", "locked", "key"], ASKED_TWICE);
      await chmod(join(folder, "locked"), 0o600);
      const env = { SOTTO_PASSPHRASE: PASSPHRASE };
      const exported = await run("sotto-keys", ["export", "locked", "--out", "-"], { cwd: folder, env });
      expect(exported).toEqual({ code: 0, stdout: formatKeyFile(keyPair), stderr: "" });
    };
    await Promise.all([open(["-a"]), open([])]);
  });

  it("an identity of age-keygen", async () => {
    const folder = await temporaryFolder();
    expect((await alone(folder, ["age-keygen", "-o", "identity"])).code).toBe(0);
    const recipient = (await alone(folder, ["age-keygen", "-y", "identity"])).stdout;
    const taken = await run("sotto-keys", ["import", "identity", "--plain", "--out", "key"], { cwd: folder });
    expect(taken.code).toBe(0);
    expect((await run("sotto-keys", ["public", "key", "--format", "age"], { cwd: folder })).stdout).toBe(recipient);
  });
});

describe("a key of ours in the hands of age", () => {
  it("opens as an identity what age encrypted to it as a recipient, and goes back again", async () => {
    const folder = await temporaryFolder();
    await run("sotto-keys", ["new", "--plain", "--out", "key"], { cwd: folder });
    const recipient = (await run("sotto-keys", ["public", "key", "--format", "age"], { cwd: folder })).stdout.trim();
    const sealed = await alone(folder, ["age", "-r", recipient, "-o", "sealed"], "what only we can read\n");
    expect(sealed.code).toBe(0);
    await run("sotto-keys", ["export", "key", "--format", "age", "--out", "identity"], { cwd: folder });
    expect(await alone(folder, ["age", "-d", "-i", "identity", "sealed"])).toEqual({
      code: 0,
      stdout: "what only we can read\n",
      stderr: "",
    });
    expect((await alone(folder, ["age-keygen", "-y", "identity"])).stdout.trim()).toBe(recipient);
    await run("sotto-keys", ["import", "identity", "--plain", "--out", "again"], { cwd: folder });
    expect(await readFile(join(folder, "again"), "utf8")).toBe(await readFile(join(folder, "key"), "utf8"));
  });
});
