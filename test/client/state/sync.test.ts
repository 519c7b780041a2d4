import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { appendSync, makeFileSync, makeFolderSync, replaceFileSync } from "../../../client/state/sync.ts";
import { temporaryFolder } from "../../e2e/scene.ts";

describe("writing without waiting", () => {
  it("makes folders and files for the user alone, whatever the umask, and replaces whole", async () => {
    const home = await temporaryFolder();
    const place = { path: join(home, "a/b/file.json"), within: home };
    const umask = process.umask(0o077 ^ 0o777);
    try {
      expect(replaceFileSync(place, "one")).toBe(true);
    } finally {
      process.umask(umask);
    }
    expect(replaceFileSync(place, "two")).toBe(true);
    expect(readFileSync(place.path, "utf8")).toBe("two");
    const modes = ["a", "a/b", "a/b/file.json"].map((path) => statSync(join(home, path)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o700, 0o600]);
    expect(readdirSync(join(home, "a/b"))).toEqual(["file.json"]);
  });

  it("makes a file only where there is none", async () => {
    const home = await temporaryFolder();
    const place = { path: join(home, "file.json"), within: home };
    expect([makeFileSync(place, "one"), makeFileSync(place, "two")]).toEqual(["made", "there"]);
    expect(readFileSync(place.path, "utf8")).toBe("one");
    expect(readdirSync(home)).toEqual(["file.json"]);
  });

  it("never makes what it must not: a home that is gone", async () => {
    const home = join(await temporaryFolder(), "gone");
    const place = { path: join(home, "state/file.json"), within: home };
    expect(replaceFileSync(place, "x")).toBe(false);
    expect(makeFileSync(place, "x")).toBe("failed");
    expect(appendSync(place, "x", () => 0)).toBeNull();
    expect(() => makeFolderSync({ path: join(home, "state"), within: home })).toThrow("ENOENT");
    expect(() => statSync(home)).toThrow();
  });

  it("appends, and tells the size", async () => {
    const home = await temporaryFolder();
    const place = { path: join(home, "log"), within: home };
    const size = (file: number) => file;
    expect(appendSync(place, "ab\n", size)).not.toBeNull();
    expect(appendSync(place, "cd\n", size)).not.toBeNull();
    expect(readFileSync(place.path, "utf8")).toBe("ab\ncd\n");
  });

  it("removes what a program that died left half written, and leaves what one may still be writing", async () => {
    const home = await temporaryFolder();
    mkdirSync(join(home, "s"));
    const place = { path: join(home, "s/file.json"), within: home };
    const [old, young, others] = [".file.json.new-1-2-3", ".file.json.new-4-5-6", ".other.json.new-1-2-3"];
    for (const name of [old, young, others]) writeFileSync(join(home, "s", name), "{");
    for (const name of [old, others]) utimesSync(join(home, "s", name), 1, 1);
    expect(replaceFileSync(place, "x")).toBe(true);
    expect(readdirSync(join(home, "s")).sort()).toEqual([young, others, "file.json"].sort());
  });
});
