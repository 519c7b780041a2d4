import { chmodSync, closeSync, openSync, rmSync, writeSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../e2e/scene.ts";
import { framesOfSealed } from "../../resolver/log/collection.ts";
import { ACK, FaultyServer, mountTmpfs, NAK, remount, runServe, until } from "./server.ts";

/** Writes a file until its file system is full. */
function fill(path: string): void {
  const file = openSync(path, "w");
  try {
    for (const size of [65_536, 4096, 512]) {
      const block = Buffer.alloc(size);
      try {
        while (writeSync(file, block) === size);
      } catch (error) {
        expect(error).toMatchObject({ code: "ENOSPC" });
      }
    }
  } finally {
    closeSync(file);
  }
}

async function released(data: string): Promise<string[]> {
  const names = await readdir(join(data, "segments"));
  return (await Promise.all(names.map((name) => framesOfSealed(join(data, "segments", name))))).flat();
}

const journals = async (data: string) => await readdir(join(data, "journal"));
const missing = (some: readonly string[], all: readonly string[]) => some.filter((one) => !all.includes(one));

describe("a disk that is full (protocol.md section 4 rule 1)", () => {
  it("gets nak while the zone goes on, sealing is tried again, and nothing acknowledged is lost", async () => {
    const disk = mountTmpfs("4m");
    const data = join(disk, "data");
    const server = await FaultyServer.start(data);
    expect(await server.report(50)).toEqual(Array.from({ length: 50 }, () => ACK));
    const ballast = join(disk, "ballast");
    fill(ballast);
    await until("nak", async () => (await server.report(20)).includes(NAK));
    expect(await server.isServing()).toBe(true);
    // The bucket has ended, and there is no room for its segment.
    await until("trouble is told", () => /ENOSPC|no space/i.test(server.serving.output()));
    expect(await journals(data)).not.toEqual([]);
    expect(await server.report(3)).toEqual([NAK, NAK, NAK]);
    rmSync(ballast);
    await until("ack", async () => (await server.report(1))[0] === ACK);
    await until("all is sealed", async () => (await journals(data)).length === 0);
    const frames = await released(data);
    expect(missing(server.acknowledged, frames)).toEqual([]);
    expect(new Set(frames).size).toBe(frames.length);
    expect(await readdir(join(data, "sealing"))).toEqual([]);
    expect(await server.serving.stop("SIGTERM")).toBe(0);
  });
});

describe("a file system that becomes read-only", () => {
  it("gets nak while the zone goes on, and ack when it is writable again", async () => {
    const disk = mountTmpfs("16m");
    const data = join(disk, "data");
    const server = await FaultyServer.start(data);
    await server.report(20);
    // A file system with a file open for writing cannot be made read-only.
    await until("all is sealed", async () => (await journals(data)).length === 0);
    remount(disk, "ro");
    expect(await server.report(3)).toEqual([NAK, NAK, NAK]);
    expect(await server.isServing()).toBe(true);
    remount(disk, "rw");
    expect(await server.report(3)).toEqual([ACK, ACK, ACK]);
    await until("all is sealed", async () => (await journals(data)).length === 0);
    expect(missing(server.acknowledged, await released(data))).toEqual([]);
  });

  it("is refused at the start, in one clear line", async () => {
    const disk = mountTmpfs("1m");
    remount(disk, "ro");
    const { code, stderr } = await runServe([], join(disk, "data"));
    expect(stderr.trim()).toMatch(/^sotto-resolver: the data folder cannot be used: EROFS[^\n]*$/);
    expect(code).toBe(1);
  });
});

describe("a folder that the server's user cannot write", () => {
  it("is refused in one clear line", async () => {
    const folder = await temporaryFolder();
    chmodSync(folder, 0o755);
    const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];
    const { code, stderr } = await runServe(nobody, join(folder, "data"));
    expect(stderr.trim()).toMatch(/^sotto-resolver: the data folder cannot be used: EACCES[^\n]*$/);
    expect(code).toBe(1);
  });
});

describe("two servers on one data folder", () => {
  it.each([
    ["beside the first", []],
    ["in another network namespace", ["unshare", "--net"]],
  ])("the second, %s, refuses; after kill -9 of the first one starts at once", async (_where, wrapper) => {
    const data = join(await temporaryFolder(), "data");
    const first = await FaultyServer.start(data);
    await first.report(5);
    const { code, stderr } = await runServe(wrapper, data);
    expect(stderr).toMatch(/in use by another server/);
    expect(code).toBe(1);
    await first.serving.stop("SIGKILL");
    const again = await FaultyServer.start(data);
    await until("all is sealed", async () => (await journals(data)).length === 0);
    expect(missing(first.acknowledged, await released(data))).toEqual([]);
    expect(await again.serving.stop("SIGTERM")).toBe(0);
    expect((await readdir(data)).filter((name) => name.startsWith("lock-"))).toEqual([]);
  });
});
