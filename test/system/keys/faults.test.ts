// Over 300 lines: one table of faults, and what is left after each.
import { execFileSync } from "node:child_process";
import { chmod, chown, cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Keyring, writeKeyFile } from "@sotto/keys";
import { dateOfDay, dayOf, dayOfDate, type EpochKey, toHex } from "@sotto/wire";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { mondayOf } from "../../../keys/commands/publish.ts";
import { readDefinitionKeys } from "../../../keys/definitionkeys.ts";
import { secretName } from "../../../keys/keyring/keyring.ts";
import { epochsFrom, seededKeyPair, seededKeyring } from "../../decoder/keyrings.ts";
import { binOf, type Finished } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { Desk } from "../../keys/commands/commanding.ts";
import { fill } from "../faults/ballast.ts";
import { mountTmpfs, remount } from "../faults/server.ts";
import { requirePackages } from "../network/packages.ts";
import { Program } from "../network/program.ts";
import { contentsOf } from "./person.ts";

const TODAY = dayOf(Date.now() / 1000);
const WEEK = mondayOf(TODAY);
const OLD = dayOfDate("2024-01-01") ?? Number.NaN;

const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];

const THREE_YEARS = 156;

beforeAll(() => requirePackages());

/** Starts `sotto-keys` in a folder, with no terminal. */
function start(cwd: string, args: readonly string[], wrapper: readonly string[] = []): Program {
  const program = new Program(wrapper, [process.execPath, binOf("sotto-keys"), ...args], { cwd });
  onTestFinished(() => program.kill("SIGKILL"));
  return program;
}

async function command(cwd: string, args: readonly string[], wrapper: readonly string[] = []): Promise<Finished> {
  const program = start(cwd, args, wrapper);
  const { code } = await program.closed;
  return { code, stdout: program.stdout, stderr: program.stderr };
}

/** Fails unless each command is refused in one line that gives the reason. */
async function expectRefusals(
  cwd: string,
  refusals: readonly (readonly [readonly string[], RegExp])[],
  wrapper: readonly string[] = [],
): Promise<void> {
  const refused = async ([args, reason]: readonly [readonly string[], RegExp]) => {
    const { code, stderr } = await command(cwd, args, wrapper);
    expect([args, code, stderr]).toEqual([args, 1, expect.stringMatching(/^sotto-keys: [^\n]+\n$/)]);
    expect.soft(stderr, args.join(" ")).toMatch(reason);
  };
  await Promise.all(refusals.map(refused));
}

/** A project's folder, of which `keyring` and `sotto.json` must never be damaged. */
class Project extends Desk {
  constructor(folder: string) {
    super(folder, dateOfDay(TODAY));
  }

  /** The keys of the definition, or none when it is not there. Anything but a whole one is an error. */
  async published(): Promise<EpochKey[]> {
    const names = await readdir(this.folder);
    if (!names.includes("sotto.json")) return [];
    const text = await this.read("sotto.json");
    expect(text).toMatch(/^\{[\s\S]*\}\n$/);
    return readDefinitionKeys(text);
  }

  /** Fails unless the keyring can be read, has every secret that it names, and knows all that is published. */
  async expectSound(): Promise<Keyring> {
    const keyring = await Keyring.open(this.at("keyring"));
    expect(await keyring.present()).toEqual(keyring.keys);
    const ids = new Set(keyring.keys.map(({ publicKey }) => toHex(publicKey)));
    const orphans = (await this.published()).filter(({ publicKey }) => !ids.has(toHex(publicKey)));
    expect(orphans).toEqual([]);
    return keyring;
  }

  /** Fails unless every week of a time has one key, with its secret, and the definition holds it. */
  async expectComplete(weeks: number, ...flags: string[]): Promise<void> {
    const keyring = await this.expectSound();
    expect(keyring.keys.map(({ from }) => from)).toEqual(epochsFrom(WEEK, weeks).map(({ from }) => from));
    expect(await this.published()).toHaveLength(weeks);
    const { printed } = await this.keyring("check", "--definition", "./sotto.json", ...flags);
    expect(
      printed
        .split("\n")
        .filter((line) => !/^(stray|soon): /.test(line))
        .slice(1),
    ).toEqual(printed.endsWith("all is well") ? ["all is well"] : []);
  }

  /** Names in `keys/` that no key accounts for. */
  async strays(): Promise<string[]> {
    const keyring = await Keyring.open(this.at("keyring"));
    const known = keyring.keys.map(secretName);
    return (await keyring.files()).filter((name) => !known.includes(name));
  }

  async epochs(...flags: string[]) {
    return await this.keyring("epochs", "--plain", "--definition", "./sotto.json", ...flags);
  }
}

describe("another user", () => {
  it("gets one clear line for what is not theirs to read or write, and changes nothing", async () => {
    const folder = await temporaryFolder();
    await chmod(folder, 0o755);
    await writeKeyFile(join(folder, "key"), seededKeyPair("faults"), { passphrase: null });
    await seededKeyring(join(folder, "keyring"), epochsFrom(WEEK, 2), "faults");
    await seededKeyring(join(folder, "open"), epochsFrom(WEEK, 2), "faults");
    await chmod(join(folder, "open"), 0o755);
    const files = await contentsOf(folder);
    const unreadable = /cannot read the key file: EACCES/;
    const closed = /cannot read the keyring: EACCES/;
    await expectRefusals(
      folder,
      [
        [["new", "--plain", "--out", "mine"], /cannot write the key file: EACCES/],
        [["epochs", "--plain", "--keyring", "mine"], /cannot make the folder: EACCES/],
        [["public", "key"], unreadable],
        [["export", "key", "--out", "-"], unreadable],
        [["import", "key", "--out", "mine", "--plain"], unreadable],
        [["split", "key", "--shares", "2", "--threshold", "2"], unreadable],
        [["list"], closed],
        [["check"], closed],
        [["epochs"], closed],
        [["replace", "--all"], closed],
        [["retire", "--yes"], closed],
        [["list", "--keyring", "open"], closed],
      ],
      NOBODY,
    );
    expect(await contentsOf(folder)).toEqual(files);
  });

  it("is told when the definition cannot be written; the keyring is sound and the next run writes it", async () => {
    const folder = await temporaryFolder();
    await chmod(folder, 0o755);
    const home = join(folder, "home");
    await mkdir(home);
    await writeFile(join(folder, "sotto.json"), "{}\n");
    await chown(home, 65_534, 65_534);
    const args = ["epochs", "--plain", "--for", "2w"];
    expect((await command(home, args, NOBODY)).code).toBe(0);
    args.push("--definition", "../sotto.json");
    await expectRefusals(home, [[args, /EACCES.*sotto\.json/]], NOBODY);
    expect(await readFile(join(folder, "sotto.json"), "utf8")).toBe("{}\n");
    expect((await command(home, args)).code).toBe(0);
    expect(readDefinitionKeys(await readFile(join(folder, "sotto.json"), "utf8"))).toHaveLength(2);
  });
});

describe("a file system that is read-only", () => {
  it("lets a keyring be read, and refuses in one line what would change it", async () => {
    const disk = mountTmpfs("4m");
    const keyring = await seededKeyring(join(disk, "keyring"), epochsFrom(WEEK, 52, 26), "faults");
    await seededKeyring(join(disk, "old"), epochsFrom(OLD, 52, 26), "old");
    await writeKeyFile(join(disk, "key"), seededKeyPair("faults"), { passphrase: null });
    const passphrase = join(await temporaryFolder(), "passphrase");
    await writeFile(passphrase, "four words at random\n", { mode: 0o600 });
    const files = await contentsOf(disk);
    remount(disk, "ro");
    const listed = await command(disk, ["list"]);
    expect([listed.code, listed.stdout.split("\n").length]).toEqual([0, keyring.keys.length + 2]);
    expect((await command(disk, ["check", "--secrets"])).stdout).toMatch(/\nall is well\n$/);
    await expectRefusals(disk, [
      [["epochs"], /EROFS/],
      [["replace", "--all"], /EROFS/],
      [["retire", "--yes", "--keyring", "old"], /EROFS/],
      [["import", "key", "--from", "2024-01-01"], /EROFS/],
      [["passphrase", "--new-passphrase-file", passphrase], /EROFS/],
      [["epochs", "--plain", "--keyring", "new"], /EROFS/],
      [["new", "--plain", "--out", "new"], /EROFS/],
      [["split", "--shares", "2", "--threshold", "2"], /EROFS/],
    ]);
    expect(await contentsOf(disk)).toEqual(files);
  });
});

describe("a disk that is full", () => {
  it("in the middle of epochs: what was there stays, check names what is left over, and a second run completes it", async () => {
    const disk = mountTmpfs("256k");
    const project = new Project(disk);
    await project.epochs("--for", "4w");
    const before = [await project.read("keyring", "keyring.json"), await project.read("sotto.json")];
    const args = ["epochs", "--for", "3y", "--definition", "sotto.json"];
    await expectRefusals(disk, [[args, /ENOSPC/]]);
    expect([await project.read("keyring", "keyring.json"), await project.read("sotto.json")]).toEqual(before);
    expect((await project.expectSound()).keys).toHaveLength(4);
    const strays = await project.strays();
    const { printed } = await project.keyring("check", "--definition", "./sotto.json");
    const named = printed.split("\n").filter((line) => line.startsWith("stray: "));
    expect(named).toEqual(strays.map((name) => `stray: keys/${name} belongs to no key of keyring.json`));
    const all = (await readdir(disk, { recursive: true })).filter((name) => /(^|\/)\./.test(name));
    expect(all).toEqual([]);
    execFileSync("mount", ["-o", "remount,size=4m", disk]);
    expect((await command(disk, args)).code).toBe(0);
    await project.expectComplete(THREE_YEARS);
  });

  it("at any file that epochs writes: both files that count are whole, the old or the new", async () => {
    const disk = mountTmpfs("256k");
    const { failures } = await untilThereIsRoom(disk, async (room) => {
      const project = new Project(join(disk, "project"));
      await mkdir(project.folder);
      await project.epochs("--for", "4w");
      const before = await project.read("sotto.json");
      const ballast = fill(disk, room);
      const { error } = await project.epochs("--for", "8w");
      const { keys } = await project.expectSound();
      expect([4, 8], `${room} pages`).toContain(keys.length);
      if (error !== null) expect(await project.read("sotto.json")).toBe(before);
      await rm(ballast);
      expect(await project.epochs("--for", "8w"), `${room} pages`).toMatchObject({ error: null });
      await project.expectComplete(8);
      await rm(project.folder, { recursive: true });
      return error;
    });
    // Four secrets, the manifest and the definition.
    expect(failures).toBeGreaterThanOrEqual(6);
  });

  it("while a keyring is made: a second run makes it", async () => {
    const disk = mountTmpfs("64k");
    const { failures } = await untilThereIsRoom(disk, async (room) => {
      const project = new Project(join(disk, "project"));
      await mkdir(project.folder);
      const ballast = fill(disk, room);
      const { error, message } = await project.epochs("--for", "1w");
      if (error !== null) expect.soft(message, `${room} pages`).toContain("ENOSPC");
      await rm(ballast);
      expect.soft(await project.epochs("--for", "1w"), `${room} pages`).toMatchObject({ error: null });
      await rm(project.folder, { recursive: true });
      return error;
    });
    expect(failures).toBeGreaterThanOrEqual(4);
  });
});

/** Tries something with no page free, then with one, and so on, until it is done without an error. */
async function untilThereIsRoom(
  disk: string,
  attempt: (room: number) => Promise<string | null>,
): Promise<{ failures: number }> {
  for (let room = 0; room < 20; room++) {
    const error = await attempt(room);
    if (error === null) return { failures: room };
    expect(error).toMatch(/^SOTTO_KEY(RING|_FILE)_WRITE$/);
  }
  throw new Error(`20 pages of ${disk} are not enough`);
}

describe("kill -9 in the middle of epochs", () => {
  it("leaves a keyring that can be read, a definition that is whole, and work that the next run completes", async () => {
    const folder = await temporaryFolder();
    const template = new Project(join(folder, "template"));
    await mkdir(template.folder);
    await template.epochs("--for", "4w");
    const args = ["epochs", "--for", "3y", "--definition", "sotto.json"];
    const copy = async (name: string) => {
      await cp(template.folder, join(folder, name), { recursive: true });
      return new Project(join(folder, name));
    };
    const whole = await copy("whole");
    const started = Date.now();
    expect((await command(whole.folder, args)).code).toBe(0);
    const duration = Date.now() - started;
    await whole.expectComplete(THREE_YEARS, "--secrets");
    let inTime = 0;
    const round = async (number: number) => {
      const project = await copy(`round-${number}`);
      // A few milliseconds of chance within each sixth of the time.
      const delay = Math.round((duration * (number + Math.random())) / 6);
      const program = start(project.folder, args);
      await sleep(delay);
      program.kill("SIGKILL");
      const { signal } = await program.closed;
      if (signal === "SIGKILL") inTime++;
      const what = `killed after ${delay} of ${duration} ms`;
      const { keys } = await project.expectSound();
      expect([4, THREE_YEARS], what).toContain(keys.length);
      expect([4, THREE_YEARS], what).toContain((await project.published()).length);
      const again = await project.epochs("--for", "3y");
      if (again.error !== null) {
        const lock = project.at("keyring", ".lock");
        expect([what, again.error, again.message]).toEqual([
          what,
          "SOTTO_KEYRING_LOCKED",
          expect.stringContaining(lock),
        ]);
        await rm(lock);
        expect(await project.epochs("--for", "3y"), what).toMatchObject({ error: null });
      }
      await project.expectComplete(THREE_YEARS);
    };
    for (let number = 0; number < 6; number += 2) await Promise.all([round(number), round(number + 1)]);
    expect(inTime).toBeGreaterThanOrEqual(3);
  });
});

describe("two epochs at once", () => {
  it("lose nothing: one of them may have to be run again", async () => {
    const project = new Project(await temporaryFolder());
    await project.epochs("--for", "4w");
    const both = await Promise.all(
      ["1y", "2y"].map((time) => command(project.folder, ["epochs", "--for", time, "--definition", "sotto.json"])),
    );
    for (const { code, stderr } of both) {
      if (code !== 0)
        expect([code, stderr]).toEqual([1, expect.stringMatching(/^sotto-keys: another sotto-keys is at/)]);
    }
    expect(both.map(({ code }) => code)).toContain(0);
    await project.expectSound();
    expect(await project.strays()).toEqual([]);
    expect(await project.epochs("--for", "2y")).toMatchObject({ error: null });
    await project.expectComplete(104);
  });

  it("make one keyring of a folder that holds none", async () => {
    const project = new Project(await temporaryFolder());
    const args = ["epochs", "--plain", "--for", "2w", "--definition", "sotto.json"];
    const both = await Promise.all([command(project.folder, args), command(project.folder, args)]);
    expect(both.map(({ code }) => code)).toContain(0);
    for (const { code, stderr } of both) if (code !== 0) expect(stderr).toMatch(/^sotto-keys: [^\n]+\n$/);
    await project.expectComplete(2);
  });
});
