import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { FolderLock } from "../../../resolver/log/lock.ts";
import { temporaryFolder } from "../../e2e/scene.ts";

const LOCKED = { code: "SOTTO_STORE_LOCKED" };

/** A process that takes the lock of a folder and keeps it. */
async function holder(folder: string) {
  const module = new URL("../../../resolver/log/lock.ts", import.meta.url).href;
  const script = `const { FolderLock } = await import(${JSON.stringify(module)});
    await FolderLock.acquire(${JSON.stringify(folder)}); console.log("held"); setInterval(() => {}, 1000);`;
  const args = ["--conditions=sotto-source", "--input-type=module", "-e", script];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child;
}

describe("the lock of a data folder", () => {
  it("is one holder's until it lets go, and leaves no file", async () => {
    const folder = await temporaryFolder();
    const lock = await FolderLock.acquire(folder);
    await expect(FolderLock.acquire(folder)).rejects.toMatchObject(LOCKED);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
    await (await FolderLock.acquire(folder)).release();
  });

  it("is refused while another process has it, even a stopped one, and free at once when that is killed", async () => {
    const folder = await temporaryFolder();
    const child = await holder(folder);
    await expect(FolderLock.acquire(folder)).rejects.toMatchObject(LOCKED);
    child.kill("SIGSTOP");
    await expect(FolderLock.acquire(folder)).rejects.toMatchObject(LOCKED);
    child.kill("SIGKILL");
    await once(child, "exit");
    const lock = await FolderLock.acquire(folder);
    expect(await readdir(folder)).toHaveLength(1);
    await lock.release();
  });

  it("works in a folder whose path is longer than that of a socket may be", async () => {
    const folder = join(await temporaryFolder(), "x".repeat(120));
    await mkdir(folder);
    const lock = await FolderLock.acquire(folder);
    await expect(FolderLock.acquire(folder)).rejects.toMatchObject(LOCKED);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it("is taken by at most one of many that come at once", async () => {
    for (let round = 0; round < 20; round++) {
      const folder = await temporaryFolder();
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => FolderLock.acquire(folder)));
      const locks = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      expect(locks.length).toBeLessThanOrEqual(1);
      for (const lock of locks) await lock.release();
    }
  });
});
