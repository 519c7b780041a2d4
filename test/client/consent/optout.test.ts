import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findOptOut, OPT_OUT_FILE } from "../../../client/consent/optout.ts";
import { temporaryFolder } from "../../e2e/scene.ts";

async function tree() {
  const root = await temporaryFolder();
  const [home, workingFolder] = [join(root, "home"), join(root, "project", "deep", "deeper")];
  await mkdir(home);
  await mkdir(workingFolder, { recursive: true });
  return { root, home, workingFolder };
}

describe("an opt-out file", () => {
  it("is found in the working folder, above it, and in home, the nearest first", async () => {
    const { root, home, workingFolder } = await tree();
    const search = () => findOptOut({ workingFolder, home });
    expect(search()).toBeNull();
    for (const folder of [home, join(root, "project"), workingFolder]) {
      await writeFile(join(folder, OPT_OUT_FILE), "");
      expect(search()).toBe(join(folder, OPT_OUT_FILE));
    }
  });

  it("may be a folder, or a link to nowhere", async () => {
    const { root, home, workingFolder } = await tree();
    await mkdir(join(root, OPT_OUT_FILE));
    expect(findOptOut({ workingFolder, home })).toBe(join(root, OPT_OUT_FILE));
    await symlink("nowhere", join(workingFolder, OPT_OUT_FILE));
    expect(findOptOut({ workingFolder, home })).toBe(join(workingFolder, OPT_OUT_FILE));
  });

  it("is not found beside or below the working folder, nor under another name", async () => {
    const { root, home, workingFolder } = await tree();
    await writeFile(join(workingFolder, OPT_OUT_FILE), "");
    await writeFile(join(root, `${OPT_OUT_FILE}.txt`), "");
    expect(findOptOut({ workingFolder: join(root, "project"), home })).toBeNull();
  });

  it("is looked for without throwing where there is nothing to look at, and makes nothing", async () => {
    const { home, workingFolder } = await tree();
    const file = join(workingFolder, "file");
    await writeFile(file, "");
    const strange = [join(file, "below"), join(workingFolder, "gone"), "/".repeat(5000), `${workingFolder}/a\0b`];
    for (const place of [...strange, `/${"x/".repeat(2000)}`, `/${"y".repeat(300)}`]) {
      expect(findOptOut({ workingFolder: place, home: place })).toBeNull();
    }
    expect(findOptOut({ workingFolder: null, home: null })).toBeNull();
    expect(await readdir(home)).toEqual([]);
  });
});
