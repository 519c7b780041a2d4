import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ManifestKey, writeKeyFile } from "@sotto/keys";
import { dateOfDay } from "@sotto/wire";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { run } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/scene.ts";
import { epochsFrom, protect, protectKeyring, seededKeyPair, seededKeyring, segmentOfDay } from "./keyrings.ts";
import { DAY, sealed, segmentFile } from "./sealing.ts";

const PASSPHRASE = "correct horse battery staple";
const lone = seededKeyPair("lone");

/** Two weeks' reports found in the second, with the keyring that opens them. */
async function madeProject() {
  vi.stubEnv("SOTTO_PASSPHRASE", undefined);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const folder = await temporaryFolder();
  const keyring = await seededKeyring(join(folder, "keyring"), epochsFrom(DAY, 2), "project");
  const keys = keyring.keys as [ManifestKey, ManifestKey];
  const frames = [
    ...keys.flatMap((key) => sealed(`{"week":${(key.from - DAY) / 7}}`, key, key.id, key.from)),
    ...sealed('{"lone":1}', lone, "lone", DAY),
    ...sealed('{"lone":2}', lone, "lone too", DAY - 7),
  ];
  await writeFile(join(folder, "log.seg"), await segmentFile(frames, segmentOfDay(DAY + 7)));
  const passphraseFile = join(folder, "passphrase");
  await writeFile(passphraseFile, `${PASSPHRASE}\n`, { mode: 0o600 });
  const scan = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    run("sotto-decoder", ["scan", "--from", folder, ...args], { env });
  return { folder, keyring, keys, passphraseFile, scan };
}

/** The reports that were printed. */
function reportsIn(stdout: string): object[] {
  const lines = stdout
    .trim()
    .split("\n")
    .filter((line) => line !== "");
  return lines.map((line) => (JSON.parse(line) as { report: object }).report);
}

function linesOf(stderr: string): string[] {
  return stderr.trim().split("\n");
}

describe("sotto-decoder scan with a keyring", () => {
  it("takes the passphrase from a file or the environment, and needs none where the identity has none", async () => {
    const { keyring, passphraseFile, scan } = await madeProject();
    const open = await scan(["--keyring", keyring.folder]);
    expect([open.code, reportsIn(open.stdout)]).toEqual([0, expect.arrayContaining([{ week: 0 }, { week: 1 }])]);
    expect(open.stderr).toContain("\nopened: 2\nforeign: 1\npending: 0\nno key: 1\n");
    await protectKeyring(keyring.folder, PASSPHRASE);
    const byFile = await scan(["--keyring", keyring.folder, "--passphrase-file", passphraseFile]);
    const byEnvironment = await scan(["--keyring", keyring.folder], { SOTTO_PASSPHRASE: PASSPHRASE });
    expect([byFile, byEnvironment]).toEqual([open, open]);
  });

  it("without any passphrase, or any key, is wrong usage: exit code 2, a line that says so, and nothing printed", async () => {
    const { folder, keyring, scan } = await madeProject();
    await protectKeyring(keyring.folder, PASSPHRASE);
    const keyFile = join(folder, "lone.key");
    await writeKeyFile(keyFile, lone, { passphrase: null });
    await protect(keyFile, PASSPHRASE);
    const cases: [string[], RegExp][] = [
      [["--keyring", keyring.folder], /--passphrase-file.*SOTTO_PASSPHRASE/],
      [["--key-file", keyFile], /--passphrase-file.*SOTTO_PASSPHRASE/],
      [[], /--keyring.*--key-file/],
    ];
    for (const [args, reason] of cases) {
      const { code, stdout, stderr } = await scan(args);
      expect([code, stdout, linesOf(stderr)]).toEqual([2, "", [expect.stringMatching(reason)]]);
    }
  });

  it("tries key files besides, also those under a passphrase", async () => {
    const { folder, keyring, passphraseFile, scan } = await madeProject();
    await protectKeyring(keyring.folder, PASSPHRASE);
    const keyFile = join(folder, "lone.key");
    await writeKeyFile(keyFile, lone, { passphrase: null });
    await protect(keyFile, PASSPHRASE);
    const args = ["--key-file", keyFile, "--passphrase-file", passphraseFile];
    const alone = await scan(args);
    expect([alone.code, reportsIn(alone.stdout)]).toEqual([0, expect.arrayContaining([{ lone: 1 }, { lone: 2 }])]);
    const { code, stdout, stderr } = await scan([...args, "--keyring", keyring.folder]);
    expect([code, reportsIn(stdout).length]).toEqual([0, 4]);
    expect(stderr).toContain("\nopened: 4\nforeign: 0\npending: 0\nno key: 0\n");
  });

  it("names each key whose secret is elsewhere and what waits for it, and finds it when it is back", async () => {
    const { folder, keyring, keys, scan } = await madeProject();
    const [first] = keys;
    const elsewhere = join(folder, "elsewhere");
    await rename(keyring.pathOf(first), elsewhere);
    const waiting = await scan(["--keyring", keyring.folder]);
    expect([waiting.code, reportsIn(waiting.stdout)]).toEqual([0, [{ week: 1 }]]);
    const epoch = `from ${dateOfDay(DAY)} until ${dateOfDay(DAY + 7)}`;
    expect(linesOf(waiting.stderr)[0]).toBe(
      `sotto-decoder: key ${first.id}, ${epoch}, is not here: 2 frames in 1 segment wait for it; scan again when the key is there`,
    );
    expect(waiting.stderr).toContain("\nopened: 1\nforeign: 0\npending: 2\nno key: 1\n");
    await rename(elsewhere, keyring.pathOf(first));
    const again = await scan(["--keyring", keyring.folder]);
    expect(reportsIn(again.stdout)).toHaveLength(2);
    expect(again.stderr).toContain("\nforeign: 1\npending: 0\n");
  });

  it("does not try what was retired", async () => {
    const { keyring, keys, scan } = await madeProject();
    await keyring.retire([keys[0]], DAY + 35);
    const { code, stdout, stderr } = await scan(["--keyring", keyring.folder]);
    expect([code, reportsIn(stdout)]).toEqual([0, [{ week: 1 }]]);
    expect(stderr).toContain("\nopened: 1\nforeign: 0\npending: 0\nno key: 3\n");
  });

  it("that cannot be used says why in one line, exit code 1", async () => {
    const { folder, keyring, keys, scan } = await madeProject();
    const refusal = async (args = ["--keyring", keyring.folder], env = {}) => {
      const { code, stdout, stderr } = await scan(args, env);
      expect([code, stdout, linesOf(stderr).length]).toEqual([1, "", 1]);
      return stderr;
    };
    expect(await refusal(["--keyring", folder])).toMatch(/holds no keyring/);
    await writeFile(keyring.pathOf(keys[1]), "-----BEGIN AGE ENCRYPTED FILE-----\n");
    expect(await refusal()).toContain(`${keyring.folder}: key ${keys[1].id}, from ${dateOfDay(DAY + 7)} until `);
    await protectKeyring(keyring.folder, PASSPHRASE);
    expect(await refusal(undefined, { SOTTO_PASSPHRASE: "wrong" })).toBe(
      `sotto-decoder: ${keyring.folder}: wrong passphrase\n`,
    );
    await rm(join(keyring.folder, "identity.age"));
    expect(await refusal()).toMatch(/identity of .* is not here/);
  });
});
