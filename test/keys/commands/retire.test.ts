import { readdir, rename } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../e2e/scene.ts";
import { Desk } from "./commanding.ts";

/** A project whose epochs began seven weeks before this one. */
async function olderProject(): Promise<Desk> {
  const project = new Desk(await temporaryFolder(), "2026-11-21");
  await project.makeKeyring("--from", "2026-10-05");
  return project;
}

describe("sotto-keys retire", () => {
  it("shows what becomes unreadable, asks where it can, and without a terminal wants --yes", async () => {
    const project = await olderProject();
    const before = await readdir(project.at("keyring", "keys"));
    const refused = await project.keyring("retire");
    expect(refused).toMatchObject({ error: "SOTTO_USAGE", message: expect.stringContaining("--yes") });
    expect(refused.printed).toContain("can never be read again");
    expect(refused.printed).toMatch(
      /2026-10-05 {2}2026-10-11 {2}destroyed now\n\S+ {2}2026-10-12 {2}2026-10-18 {2}destroyed now$/,
    );
    expect(await readdir(project.at("keyring", "keys"))).toEqual(before);
  });

  it("destroys the secrets of epochs that ended 28 days ago or earlier, to the day, and keeps the others", async () => {
    const project = await olderProject();
    expect((await project.keyring("retire", "--yes")).printed).toContain("2 secrets destroyed");
    const states = (await project.rows()).map((row) => row.split(/ {2,}/).slice(1, 5));
    expect(states.slice(0, 3)).toEqual([
      ["2026-10-05", "2026-10-12", "none", "over; destroyed"],
      ["2026-10-12", "2026-10-19", "none", "over; destroyed"],
      ["2026-10-19", "2026-10-26", "here", "over; late reports still come"],
    ]);
    const files = await readdir(project.at("keyring", "keys"));
    expect(files).toHaveLength(50);
    expect(files[0]).toMatch(/^2026-10-19-/);
    project.today = "2026-11-22";
    expect((await project.keyring("retire", "--yes")).printed).toContain("no secret is due");
    // 28 days after 2026-10-26.
    project.today = "2026-11-23";
    expect((await project.keyring("retire", "--yes")).printed).toContain("1 secret destroyed");
    expect((await project.keyring("check")).error).toBeNull();
  });

  it("says which secrets were elsewhere, and destroys one that comes back", async () => {
    const project = await olderProject();
    const [first = ""] = await readdir(project.at("keyring", "keys"));
    await rename(project.at("keyring", "keys", first), project.at("stick"));
    const retired = await project.keyring("retire", "--yes");
    expect(retired.printed).toContain("1 secret destroyed");
    expect(retired.noted).toContain("1 secret of these epochs was not here: destroy it where it is kept");
    await rename(project.at("stick"), project.at("keyring", "keys", first));
    expect((await project.keyring("check")).printed).toContain("remains: ");
    expect((await project.keyring("retire", "--yes")).printed).toContain("1 secret destroyed");
    expect(await readdir(project.at("keyring", "keys"))).not.toContain(first);
  });
});

describe("sotto-keys replace", () => {
  it("puts a new key in the place of a stolen one from this week on, and keeps the old secret", async () => {
    const project = await olderProject();
    const [old] = await project.definitionKeys();
    const replaced = await project.keyring("replace", "2026-11-21", "--definition", "./sotto.json");
    expect(replaced.error).toBeNull();
    const [next] = await project.definitionKeys();
    expect(next).toMatchObject({ from: "2026-11-16", until: "2026-11-23" });
    expect(next?.key).not.toBe(old?.key);
    const rows = (await project.rows()).filter((row) => /^\S+ +2026-11-16 /.test(row));
    expect(rows).toHaveLength(2);
    expect(rows.filter((row) => row.includes("here    now; replaced on 2026-11-21"))).toHaveLength(1);
    const checked = await project.keyring("check", "--definition", "./sotto.json");
    expect(checked.printed.split("\n").filter((line) => /^(overlap|definition|gap):/.test(line))).toEqual([]);
    // Sealed for by users who have not updated: nothing of it is destroyed early.
    expect(await readdir(project.at("keyring", "keys"))).toHaveLength(53);
  });

  it("cuts a long epoch: the new key begins on this Monday", async () => {
    const project = new Desk(await temporaryFolder(), "2026-11-21");
    await project.makeKeyring("--every", "year", "--from", "2026-06-01");
    await project.keyring("replace", "2026-11-21", "--definition", "./sotto.json");
    expect(await project.definitionKeys()).toMatchObject([{ from: "2026-11-16", until: "2027-05-31" }]);
  });

  it("replaces all keys of this week and later", async () => {
    const project = await olderProject();
    const old = await project.definitionKeys();
    await project.keyring("replace", "--all", "--definition", "./sotto.json");
    const next = await project.definitionKeys();
    expect(next.map(({ from }) => from)).toEqual(old.map(({ from }) => from));
    expect(next.filter(({ key }) => old.some((entry) => entry.key === key))).toEqual([]);
  });

  it("refuses a key that nobody is to seal for any more", async () => {
    const project = await olderProject();
    expect(await project.keyring("replace", "2026-10-05")).toMatchObject({
      error: "SOTTO_KEYRING_REPLACE",
      message: expect.stringContaining("its epoch is over"),
    });
    await project.keyring("replace", "2026-12-01");
    const [id = ""] = (await project.rows()).find((row) => row.includes("replaced"))?.split(" ") ?? [];
    expect((await project.keyring("replace", id)).message).toContain("it was replaced already");
    expect((await project.keyring("replace")).error).toBe("SOTTO_USAGE");
    expect((await project.keyring("replace", id, "--all")).error).toBe("SOTTO_USAGE");
  });
});
