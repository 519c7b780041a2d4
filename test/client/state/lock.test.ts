import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { DEAD_MILLISECONDS, type Lock, takeLock } from "../../../client/state/lock.ts";
import { PATIENCE } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/scene.ts";

async function scene() {
  const folder = await temporaryFolder();
  return { folder, path: join(folder, "x.lock") };
}

async function take(path: string, clock?: () => number): Promise<Lock> {
  const taking = await takeLock(path, clock === undefined ? {} : { clock });
  if (taking.type !== "taken") throw new Error(taking.type);
  return taking.lock;
}

async function leave(path: string, ageMilliseconds: number, token = "dead"): Promise<void> {
  await writeFile(path, token);
  const seconds = (Date.now() - ageMilliseconds) / 1000;
  await utimes(path, seconds, seconds);
}

describe("a lock", () => {
  it("has one holder, and is gone when it is given back", async () => {
    const { folder, path } = await scene();
    const lock = await take(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await takeLock(path)).type).toBe("busy");
    expect(await lock.isHeld()).toBe(true);
    await lock.release();
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
    await (await take(path)).release();
  });

  it("is waited for", async () => {
    const { path } = await scene();
    const lock = await take(path);
    const waiting = takeLock(path, { patience: 60_000 });
    await lock.release();
    expect((await waiting).type).toBe("taken");
  });

  it("is taken over once it was not renewed for six minutes, not before", async () => {
    const { folder, path } = await scene();
    await leave(path, DEAD_MILLISECONDS - 60_000);
    expect((await takeLock(path)).type).toBe("busy");
    await leave(path, DEAD_MILLISECONDS + 1000);
    const lock = await take(path);
    expect(await readdir(folder)).toEqual(["x.lock"]);
    await lock.release();
  });

  it("is taken over when its time is in the future: the clock ran ahead once", async () => {
    const { path } = await scene();
    await leave(path, -DEAD_MILLISECONDS - 60_000);
    await (await take(path)).release();
  });

  it("of a holder that slept too long is no more its own, and not given back by it", async () => {
    const { path } = await scene();
    const sleeper = await take(path, () => Date.now() - DEAD_MILLISECONDS - 1000);
    const next = await take(path);
    expect(await sleeper.isHeld()).toBe(false);
    await sleeper.release();
    expect(await next.isHeld()).toBe(true);
    await next.release();
  });

  it("that is dead goes to one of many", async () => {
    const { folder, path } = await scene();
    for (let round = 0; round < 20; round++) {
      await leave(path, DEAD_MILLISECONDS + 1000);
      const takings = await Promise.all(Array.from({ length: 20 }, () => takeLock(path)));
      const taken = takings.flatMap((taking) => (taking.type === "taken" ? [taking.lock] : []));
      expect(taken.length).toBeLessThanOrEqual(1);
      expect(takings.every(({ type }) => type !== "failed")).toBe(true);
      // Whoever looks again gets it, if nobody did.
      const lock = taken[0] ?? (await take(path));
      await lock.release();
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it("is taken over even when who took it over before died at it", async () => {
    const { folder, path } = await scene();
    await leave(path, DEAD_MILLISECONDS + 1000);
    await leave(`${path}.takeover`, 1000);
    expect((await takeLock(path)).type).toBe("busy");
    await leave(`${path}.takeover`, DEAD_MILLISECONDS + 1000);
    expect((await takeLock(path)).type).toBe("busy");
    await (await take(path)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it("in a folder that vanished is no error", async () => {
    const { folder, path } = await scene();
    const lock = await take(path);
    await rm(folder, { recursive: true });
    expect(await lock.isHeld()).toBe(false);
    await lock.release();
    expect(await takeLock(path)).toEqual({ type: "failed", code: "ENOENT" });
    await expect(stat(folder)).rejects.toThrow();
  });

  it("is renewed while it is held", async () => {
    const { path } = await scene();
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      let now = Date.now();
      const lock = await take(path, () => now);
      now += 60_000;
      vi.advanceTimersByTime(60_000);
      await vi.waitFor(async () => expect(Math.abs((await stat(path)).mtimeMs - now)).toBeLessThan(2), PATIENCE);
      await lock.release();
    } finally {
      vi.useRealTimers();
    }
  });

  it("keeps no program running, and is left behind by one that ends", async () => {
    const { folder, path } = await scene();
    const module = new URL("../../../client/state/lock.ts", import.meta.url).href;
    const script = `const { takeLock } = await import("${module}"); await takeLock(${JSON.stringify(path)});`;
    const args = ["--conditions=sotto-source", "--input-type=module", "--eval", script];
    const [code] = await once(spawn(process.execPath, args, { stdio: "inherit" }), "exit");
    expect(code).toBe(0);
    expect(await readdir(folder)).toEqual(["x.lock"]);
  });
});
