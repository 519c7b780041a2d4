// Over 300 lines: one file's promises, with every fault that a file system has for each.
import { execFile } from "node:child_process";
import { chmod, link, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  checkSecretFolder,
  destroyFile,
  isShared,
  makeSecretFolder,
  readSecretFile,
  refuseExisting,
  replaceFile,
  replaceSecretFile,
  writeSecretFile,
} from "../../keys/secretfile.ts";
import { temporaryFolder } from "../e2e/scene.ts";
import { refusalOfAsync } from "../wire/refusal.ts";

const run = promisify(execFile);

/** What a umask may be, from none to all. */
const UMASKS = [0, 0o002, 0o022, 0o027, 0o077, 0o177, 0o277, 0o777];

/** Each bit with which group or others may do something, alone. */
const SHARED_BITS = [0o001, 0o002, 0o004, 0o010, 0o020, 0o040];

const octal = (mode: number) => mode.toString(8).padStart(3, "0");
const modeOf = async (path: string) => octal((await stat(path)).mode & 0o7777);

/** A process's umask belongs to all of it, so tests of this file run one after the other. */
function setUmask(mask: number): void {
  const before = process.umask(mask);
  onTestFinished(() => {
    process.umask(before);
  });
}

/** A file with a mode, whatever the umask. */
async function fileIn(folder: string, content: string | Uint8Array, mode = 0o600): Promise<string> {
  const path = join(folder, "secret");
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

async function fifoIn(folder: string): Promise<string> {
  const path = join(folder, "pipe");
  await run("mkfifo", ["-m", "644", path]);
  return path;
}

describe("reading a secret", () => {
  it("gives its octets", async () => {
    const octets = Uint8Array.from({ length: 256 }, (_, octet) => octet);
    expect(Uint8Array.from(await readSecretFile(await fileIn(await temporaryFolder(), octets)))).toEqual(octets);
  });

  it.each(SHARED_BITS.map(octal))("is refused when others have the bit %s, alone or with all else", async (bit) => {
    const folder = await temporaryFolder();
    const path = await fileIn(folder, "hush");
    for (const mode of [0o600, 0o400, 0o700]) {
      await chmod(path, mode | Number.parseInt(bit, 8));
      expect(await refusalOfAsync(() => readSecretFile(path))).toBe("SOTTO_KEY_FILE_MODE");
    }
  });

  it("names the file, its mode and what to do, and nothing of the secret", async () => {
    const path = await fileIn(await temporaryFolder(), "hush-hush", 0o640);
    const error = await readSecretFile(path).catch((reason: unknown) => reason);
    expect((error as Error).message).toBe(
      `others can get at ${path} (mode 640): its secret may be known already; if not, chmod 600 it`,
    );
  });

  it.each(["600", "400", "700"])("takes a file of mode %s", async (mode) => {
    const path = await fileIn(await temporaryFolder(), "hush", Number.parseInt(mode, 8));
    expect((await readSecretFile(path)).toString()).toBe("hush");
  });

  it("looks at the file that a symbolic link leads to", async () => {
    const folder = await temporaryFolder();
    const path = await fileIn(folder, "hush", 0o640);
    await symlink("secret", join(folder, "other"));
    expect(await refusalOfAsync(() => readSecretFile(join(folder, "other")))).toBe("SOTTO_KEY_FILE_MODE");
    await chmod(path, 0o600);
    expect((await readSecretFile(join(folder, "other"))).toString()).toBe("hush");
  });

  it("takes a pipe, whatever its mode, and all that comes through it", async () => {
    const path = await fifoIn(await temporaryFolder());
    const secret = Buffer.alloc(65_536, 7);
    const [read] = await Promise.all([readSecretFile(path), writeFile(path, secret)]);
    expect(read.equals(secret)).toBe(true);
  });

  it("refuses a pipe that does not end, without reading on", async () => {
    const path = await fifoIn(await temporaryFolder());
    // The writer sees its pipe broken, or got rid of everything in time.
    const writing = writeFile(path, Buffer.alloc(300_000, 7)).catch(() => {});
    expect(await refusalOfAsync(() => readSecretFile(path))).toBe("SOTTO_KEY_FILE");
    await writing;
  });

  it("takes 64 KiB and not an octet more", async () => {
    const folder = await temporaryFolder();
    const path = await fileIn(folder, Buffer.alloc(65_536, 7));
    expect(await readSecretFile(path)).toHaveLength(65_536);
    await writeFile(path, Buffer.alloc(65_537, 7));
    expect(await refusalOfAsync(() => readSecretFile(path))).toBe("SOTTO_KEY_FILE");
  });

  it("refuses what is not there, a folder, and a path through a file", async () => {
    const folder = await temporaryFolder();
    const path = await fileIn(folder, "hush");
    for (const wrong of [join(folder, "none"), folder, join(path, "x")]) {
      expect(await refusalOfAsync(() => readSecretFile(wrong))).toBe("SOTTO_KEY_FILE_READ");
    }
  });
});

describe("writing a secret", () => {
  it.each(UMASKS.map(octal))("gives mode 0600 when the umask is %s", async (mask) => {
    const folder = await temporaryFolder();
    setUmask(Number.parseInt(mask, 8));
    const path = join(folder, "secret");
    await writeSecretFile(path, "hush");
    expect(await modeOf(path)).toBe("600");
    expect(await readFile(path, "utf8")).toBe("hush");
    expect(await readdir(folder)).toEqual(["secret"]);
    expect((await stat(path)).nlink).toBe(1);
  });

  it("never takes the place of a file, whose content stays", async () => {
    const folder = await temporaryFolder();
    const path = await fileIn(folder, "the old one", 0o644);
    expect(await refusalOfAsync(() => writeSecretFile(path, "hush"))).toBe("SOTTO_KEY_FILE_EXISTS");
    expect(await readFile(path, "utf8")).toBe("the old one");
    expect(await modeOf(path)).toBe("644");
    expect(await readdir(folder)).toEqual(["secret"]);
  });

  it("never takes the place of a folder, or goes into it", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "secret"));
    expect(await refusalOfAsync(() => writeSecretFile(join(folder, "secret"), "x"))).toBe("SOTTO_KEY_FILE_EXISTS");
    expect(await readdir(folder, { recursive: true })).toEqual(["secret"]);
  });

  it("neither follows a symbolic link to nowhere nor takes its place", async () => {
    const folder = await temporaryFolder();
    await symlink("elsewhere", join(folder, "secret"));
    expect(await refusalOfAsync(() => writeSecretFile(join(folder, "secret"), "x"))).toBe("SOTTO_KEY_FILE_EXISTS");
    expect(await readdir(folder)).toEqual(["secret"]);
    expect(await readlink(join(folder, "secret"))).toBe("elsewhere");
  });

  it("leaves nothing where its folder is missing, or is a file", async () => {
    const folder = await temporaryFolder();
    await fileIn(folder, "a file");
    for (const path of [join(folder, "none", "secret"), join(folder, "secret", "secret")]) {
      expect(await refusalOfAsync(() => writeSecretFile(path, "hush"))).toBe("SOTTO_KEY_FILE_WRITE");
    }
    expect(await readdir(folder)).toEqual(["secret"]);
  });

  it("lets one of many win, who write at once", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "secret");
    const outcomes = await Promise.allSettled(
      Array.from({ length: 16 }, (_, writer) => writeSecretFile(path, `${writer}`.repeat(1000))),
    );
    const winners = outcomes.flatMap(({ status }, writer) => (status === "fulfilled" ? [writer] : []));
    expect(winners).toHaveLength(1);
    expect(await readFile(path, "utf8")).toBe(`${winners[0]}`.repeat(1000));
    expect(await readdir(folder)).toEqual(["secret"]);
  });

  it("is refused beforehand where something is: a file, a folder, a link to nowhere", async () => {
    const folder = await temporaryFolder();
    await fileIn(folder, "x");
    await symlink("nowhere", join(folder, "link"));
    for (const path of [join(folder, "secret"), folder, join(folder, "link")]) {
      expect(await refusalOfAsync(() => refuseExisting(path))).toBe("SOTTO_KEY_FILE_EXISTS");
    }
    await refuseExisting(join(folder, "none"));
    await refuseExisting(join(folder, "none", "none"));
  });
});

describe("replacing a file", () => {
  it.each(UMASKS.map(octal))("gives the mode that is asked for when the umask is %s", async (mask) => {
    const folder = await temporaryFolder();
    const path = await fileIn(folder, "old", 0o666);
    setUmask(Number.parseInt(mask, 8));
    for (const mode of [0o600, 0o644, 0o664]) {
      await replaceFile(path, `new ${mode}`, mode);
      expect([await modeOf(path), await readFile(path, "utf8")]).toEqual([octal(mode), `new ${mode}`]);
    }
    expect(await readdir(folder)).toEqual(["secret"]);
  });

  it("writes a file that was not there", async () => {
    const folder = await temporaryFolder();
    await replaceFile(join(folder, "secret"), "new", 0o600);
    expect(await readdir(folder)).toEqual(["secret"]);
  });

  it("leaves a symbolic link one, so that the old content is not kept where it leads", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "stick"));
    const path = await fileIn(join(folder, "stick"), "old");
    await symlink("stick/secret", join(folder, "secret"));
    await replaceFile(join(folder, "secret"), "new", 0o600);
    expect(await readFile(path, "utf8")).toBe("new");
    expect(await readlink(join(folder, "secret"))).toBe("stick/secret");
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(["secret", "stick", "stick/secret"]);
  });

  it("keeps what is there when it fails, and leaves nothing", async () => {
    const folder = await temporaryFolder();
    const path = await fileIn(folder, "old");
    await mkdir(join(folder, "taken", "inside"), { recursive: true });
    for (const wrong of [join(folder, "taken"), join(path, "x"), join(folder, "none", "x")]) {
      expect(await refusalOfAsync(() => replaceFile(wrong, "new", 0o600))).toBe("SOTTO_KEY_FILE_WRITE");
    }
    expect(await readFile(path, "utf8")).toBe("old");
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(["secret", "taken", "taken/inside"]);
  });
});

describe("destroying a file", () => {
  it("overwrites all of it before it goes, as another name of it shows", async () => {
    const folder = await temporaryFolder();
    for (const length of [0, 1, 66, 4096, 65_537]) {
      const path = await fileIn(folder, Buffer.alloc(length, 0xa5));
      const other = join(folder, `other-${length}`);
      await link(path, other);
      expect(await destroyFile(path)).toBe(true);
      expect((await readFile(other)).equals(Buffer.alloc(length))).toBe(true);
      expect((await readdir(folder)).includes("secret")).toBe(false);
    }
  });

  it("says that it was not there", async () => {
    expect(await destroyFile(join(await temporaryFolder(), "secret"))).toBe(false);
  });

  it("fails on a folder, which stays", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "secret"));
    expect(await refusalOfAsync(() => destroyFile(join(folder, "secret")))).toBe("SOTTO_KEY_FILE_WRITE");
    expect(await readdir(folder)).toEqual(["secret"]);
  });
});

describe("putting a new secret in an old one's place", () => {
  it("overwrites what held the old one, as another name of it shows", async () => {
    const folder = await temporaryFolder();
    const path = await fileIn(folder, Buffer.alloc(500, 0xa5));
    await link(path, join(folder, "other"));
    await replaceSecretFile(path, "new");
    expect(await readFile(path, "utf8")).toBe("new");
    expect((await readFile(join(folder, "other"))).equals(Buffer.alloc(500))).toBe(true);
  });

  it("needs an old one, and makes nothing where there is none", async () => {
    const folder = await temporaryFolder();
    expect(await refusalOfAsync(() => replaceSecretFile(join(folder, "x"), "new"))).toBe("SOTTO_KEY_FILE_WRITE");
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("a folder of secrets", () => {
  it.each(UMASKS.map(octal))("is made with mode 0700 when the umask is %s", async (mask) => {
    const folder = await temporaryFolder();
    setUmask(Number.parseInt(mask, 8));
    await makeSecretFolder(join(folder, "ring"));
    expect(await modeOf(join(folder, "ring"))).toBe("700");
  });

  it("is made with those above it", async () => {
    const folder = await temporaryFolder();
    await makeSecretFolder(join(folder, "a", "b"));
    expect([await modeOf(join(folder, "a")), await modeOf(join(folder, "a", "b"))]).toEqual(["700", "700"]);
  });

  it("is taken when it is there, and nobody else can get at it", async () => {
    const folder = await temporaryFolder();
    await fileIn(folder, "x");
    await makeSecretFolder(folder);
    expect(await readdir(folder)).toEqual(["secret"]);
  });

  it.each(SHARED_BITS.map(octal))("is refused when others have the bit %s, and is left as it is", async (bit) => {
    const folder = await temporaryFolder();
    const mode = 0o700 | Number.parseInt(bit, 8);
    await chmod(folder, mode);
    expect(await refusalOfAsync(() => checkSecretFolder(folder))).toBe("SOTTO_KEY_FILE_MODE");
    expect(await refusalOfAsync(() => makeSecretFolder(folder))).toBe("SOTTO_KEY_FILE_MODE");
    expect(await modeOf(folder)).toBe(octal(mode));
  });

  it("is none where there is nothing, or a file", async () => {
    const folder = await temporaryFolder();
    const path = await fileIn(folder, "x");
    expect(await refusalOfAsync(() => checkSecretFolder(join(folder, "none")))).toBe("SOTTO_KEY_FILE_READ");
    expect(await refusalOfAsync(() => checkSecretFolder(path))).toBe("SOTTO_KEY_FILE_READ");
    expect(await refusalOfAsync(() => makeSecretFolder(path))).toBe("SOTTO_KEY_FILE_WRITE");
    expect(await refusalOfAsync(() => makeSecretFolder(join(path, "x")))).toBe("SOTTO_KEY_FILE_WRITE");
  });
});

describe("a mode", () => {
  it("is shared when group or others have any bit of it, whatever the owner and the file's kind have", () => {
    fc.assert(
      fc.property(fc.nat({ max: 0o177_777 }), (mode) => {
        const [group, others] = octal(mode & 0o777).slice(1);
        expect(isShared(mode)).toBe(group !== "0" || others !== "0");
      }),
      { seed: 0x5077, numRuns: 2000 },
    );
  });
});
