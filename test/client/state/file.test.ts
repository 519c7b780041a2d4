import { execFileSync } from "node:child_process";
import { chmod, lstat, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readStateFile, replaceStateFile } from "../../../client/state/file.ts";
import { temporaryFolder } from "../../e2e/scene.ts";

async function stateFile(...names: string[]) {
  const within = await temporaryFolder();
  return { path: join(within, ...names), within, version: 1, maxOctets: 1000 };
}

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

describe("reading", () => {
  it("tells an object with a version, and makes nothing", async () => {
    const file = await stateFile("a.json");
    expect(readStateFile(file)).toEqual({ type: "absent" });
    expect(readStateFile({ ...file, path: join(file.path, "below") })).toEqual({ type: "absent" });
    expect(await readdir(file.within)).toEqual([]);
    await writeFile(file.path, ' {"version":1,"x":{"__proto__":1}} ');
    expect(readStateFile(file)).toMatchObject({ type: "read", value: { version: 1 } });
    expect(readStateFile({ ...file, path: join(file.path, "below") })).toEqual({ type: "absent" });
    expect(await readdir(file.within)).toEqual(["a.json"]);
  });

  it.each([
    ["", "it is not JSON"],
    ['{"version":1', "it is not JSON"],
    ['\ufeff{"version":1}', "it is not JSON"],
    ["[".repeat(900), "it is not JSON"],
    ["[1]", "it is not a JSON object"],
    ["null", "it is not a JSON object"],
    ["{}", "it has no version"],
    ['{"version":0}', "it has no version"],
    ['{"version":1.5}', "it has no version"],
    ['{"version":"1"}', "it has no version"],
    ['{"__proto__":{"version":1}}', "it has no version"],
    [" ".repeat(1001), "it is larger than 1000 octets"],
  ])("calls %j damaged", async (text, reason) => {
    const file = await stateFile("a.json");
    await writeFile(file.path, text);
    expect(readStateFile(file)).toEqual({ type: "damaged", reason });
  });

  it("calls what is not UTF-8, a folder and a pipe damaged, and does not wait for the pipe", async () => {
    const file = await stateFile("a.json");
    await writeFile(file.path, Buffer.from('{"version":1,"x":"\xff"}', "latin1"));
    expect(readStateFile(file)).toEqual({ type: "damaged", reason: "it is not JSON" });
    expect(readStateFile({ ...file, path: file.within }).type).toBe("damaged");
    const pipe = join(file.within, "pipe");
    execFileSync("mkfifo", [pipe]);
    expect(readStateFile({ ...file, path: pipe })).toEqual({ type: "damaged", reason: "it is not a file" });
  });

  it("tells a newer version and what cannot be read", async () => {
    const file = await stateFile("a.json");
    await writeFile(file.path, '{"version":7}');
    expect(readStateFile(file)).toEqual({ type: "newer", version: 7 });
    const loop = join(file.within, "loop");
    await symlink("loop", loop);
    expect(readStateFile({ ...file, path: loop }).type).toBe("unreadable");
    expect(readStateFile({ ...file, path: "a\0b" }).type).toBe("unreadable");
  });
});

describe("replacing", () => {
  it.each([0o000, 0o022, 0o077, 0o177, 0o777])("makes 0600 in 0700, umask %i", async (mask) => {
    const file = await stateFile("one", "two", "a.json");
    await chmod(file.within, 0o755);
    const before = process.umask();
    // Threads of a test cannot set it; a process of its own can.
    const script = `process.umask(${mask}); const { replaceStateFile } = await import(${JSON.stringify(
      new URL("../../../client/state/file.ts", import.meta.url).href,
    )}); console.log(JSON.stringify(await replaceStateFile(${JSON.stringify(file)}, { version: 1 })));`;
    const args = ["--conditions=sotto-source", "--input-type=module", "--eval", script];
    expect(execFileSync(process.execPath, args, { encoding: "utf8" }).trim()).toBe('{"type":"replaced"}');
    expect(process.umask()).toBe(before);
    expect(await modeOf(join(file.within, "one"))).toBe(0o700);
    expect(await modeOf(join(file.within, "one", "two"))).toBe(0o700);
    expect(await modeOf(file.path)).toBe(0o600);
    expect(await modeOf(file.within)).toBe(0o755);
  });

  it("leaves the mode of a folder that was there, and nothing but the file in it", async () => {
    const file = await stateFile("there", "a.json");
    await mkdir(join(file.within, "there"));
    await chmod(join(file.within, "there"), 0o750);
    for (const x of [1, 2]) expect(await replaceStateFile(file, { version: 1, x })).toEqual({ type: "replaced" });
    expect(await modeOf(join(file.within, "there"))).toBe(0o750);
    expect(readStateFile(file)).toEqual({ type: "read", value: { version: 1, x: 2 } });
    expect(await readdir(join(file.within, "there"))).toEqual(["a.json"]);
  });

  it("leaves a newer program's file alone, and replaces a damaged one", async () => {
    const file = await stateFile("a.json");
    await writeFile(file.path, '{"version":2}');
    expect(await replaceStateFile(file, { version: 1 })).toEqual({ type: "newer", version: 2 });
    expect(await readFile(file.path, "utf8")).toBe('{"version":2}');
    await writeFile(file.path, "{");
    expect(await replaceStateFile(file, { version: 1 })).toEqual({ type: "replaced" });
  });

  it("follows links, also one to a file that is not there yet", async () => {
    const file = await stateFile("a.json");
    await mkdir(join(file.within, "elsewhere"));
    await symlink("elsewhere/second", file.path);
    await symlink("real.json", join(file.within, "elsewhere", "second"));
    expect(await replaceStateFile(file, { version: 1 })).toEqual({ type: "replaced" });
    expect((await lstat(file.path)).isSymbolicLink()).toBe(true);
    expect((await readdir(join(file.within, "elsewhere"))).toSorted()).toEqual(["real.json", "second"]);
    expect(readStateFile(file).type).toBe("read");
  });

  it("makes no folder for a link's end, no home that is gone, and goes round in no circle", async () => {
    const file = await stateFile("a.json");
    await symlink("gone/real.json", file.path);
    expect(await replaceStateFile(file, { version: 1 })).toMatchObject({ type: "failed", code: "ENOENT" });
    const loop = join(file.within, "loop");
    await symlink("loop", loop);
    expect(await replaceStateFile({ ...file, path: loop }, { version: 1 })).toMatchObject({ code: "ELOOP" });
    expect((await readdir(file.within)).toSorted()).toEqual(["a.json", "loop"]);
    const home = await stateFile("x", "y", "a.json");
    await rm(home.within, { recursive: true });
    expect(await replaceStateFile(home, { version: 1 })).toMatchObject({ type: "failed", code: "ENOENT" });
    await expect(stat(home.within)).rejects.toThrow();
  });

  it("tells what the file system says, and leaves nothing", async () => {
    const file = await stateFile("file", "a.json");
    await writeFile(join(file.within, "file"), "");
    expect((await replaceStateFile(file, { version: 1 })).type).toBe("failed");
    const directory = { ...file, path: join(file.within, "directory") };
    await mkdir(directory.path);
    expect((await replaceStateFile(directory, { version: 1 })).type).toBe("failed");
    expect((await readdir(file.within)).toSorted()).toEqual(["directory", "file"]);
  });

  it("refuses what it would not read, and writes nothing once a lock was lost", async () => {
    const file = await stateFile("a.json");
    const large = await replaceStateFile(file, { version: 1, x: "x".repeat(1000) });
    expect(large).toMatchObject({ type: "failed", code: "SOTTO_STATE_TOO_LARGE" });
    const lost = await replaceStateFile(file, { version: 1 }, async () => false);
    expect(lost).toMatchObject({ type: "failed", code: "SOTTO_STATE_LOCK_LOST" });
    expect(await readdir(file.within)).toEqual([]);
  });

  it("removes what a program that died left half written, and only that", async () => {
    const file = await stateFile("a.json");
    const names = [".a.json.new-old", ".a.json.new-young", ".b.json.new-old"];
    for (const name of names) await writeFile(join(file.within, name), "{");
    for (const name of [names[0], names[2]]) {
      await utimes(join(file.within, name ?? ""), Date.now() / 1000 - 400, Date.now() / 1000 - 400);
    }
    await replaceStateFile(file, { version: 1 });
    expect((await readdir(file.within)).toSorted()).toEqual([".a.json.new-young", ".b.json.new-old", "a.json"]);
  });

  it("says that nothing can be written below what is no folder", async () => {
    const file = await stateFile("a.json");
    const place = join(file.within, "place");
    await writeFile(place, "");
    const below = { ...file, path: join(place, "sotto", "a.json"), within: place };
    expect(await replaceStateFile(below, { version: 1 })).toMatchObject({ type: "failed", code: "ENOTDIR" });
    expect(await readFile(place, "utf8")).toBe("");
  });
});
