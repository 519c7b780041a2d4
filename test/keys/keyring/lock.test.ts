import { readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withLock } from "../../../keys/keyring/lock.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { refusalOfAsync } from "../../wire/refusal.ts";

const lockPath = async () => join(await temporaryFolder(), ".lock");

describe("a keyring's lock", () => {
  it("refuses a second, and is gone after the first, whatever came of it", async () => {
    const path = await lockPath();
    await withLock(path, async () => {
      expect(await refusalOfAsync(() => withLock(path, async () => {}))).toBe("SOTTO_KEYRING_LOCKED");
    });
    await expect(withLock(path, () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
    expect(await withLock(path, async () => "done")).toBe("done");
  });

  it("is taken over from a program that died", async () => {
    const path = await lockPath();
    await writeFile(path, "");
    const sevenMinutesAgo = Date.now() / 1000 - 420;
    await utimes(path, sevenMinutesAgo, sevenMinutesAgo);
    expect(await withLock(path, async () => "done")).toBe("done");
  });

  it("of another is left alone by a holder that was suspended for too long", async () => {
    const path = await lockPath();
    await withLock(path, () => writeFile(path, "another's"));
    expect(await readFile(path, "utf8")).toBe("another's");
  });
});
