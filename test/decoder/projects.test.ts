import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/scene.ts";
import { epochsFrom, seededKeyring, segmentOfDay } from "./keyrings.ts";
import { DAY, sealed, segmentFile } from "./sealing.ts";

/** Two projects' reports in one log, of two weeks each, with their keyrings. */
async function twoProjects() {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder, name);
  const rings = [
    await seededKeyring(at("north"), epochsFrom(DAY, 2), "north"),
    await seededKeyring(at("south"), epochsFrom(DAY, 2), "south"),
  ];
  const frames = rings.flatMap(({ folder: name, keys }) =>
    keys.flatMap((key) =>
      [1, 2, 3].flatMap((n) => sealed(JSON.stringify({ of: name.slice(-5), n }), key, `${key.id} ${n}`, key.from)),
    ),
  );
  await writeFile(at("log.seg"), await segmentFile(frames, segmentOfDay(DAY + 7)));
  const scan = (...args: string[]) => run("sotto-decoder", ["scan", "--from", folder, ...args]);
  const exported = async (store: string) => {
    const { stdout } = await run("sotto-decoder", ["export", "--ndjson", "--store", at(store)]);
    return stdout.trim().split("\n");
  };
  const losses = async (store: string) =>
    JSON.parse((await run("sotto-decoder", ["losses", "--json", "--store", at(store)])).stdout);
  return { at, scan, exported, losses };
}

describe("sotto-decoder scan for several projects at once", () => {
  it("puts into each store what a scan with its keyring alone puts there", async () => {
    const { at, scan, exported, losses } = await twoProjects();
    const together = await scan(
      ...["--keyring", at("north"), "--keyring", at("south")],
      ...["--store", at("north.duckdb"), "--store", at("south.duckdb")],
    );
    expect(together.code).toBe(0);
    expect(together.stderr).toContain(`store: ${at("north.duckdb")}\n`);
    expect(together.stderr).toContain(`store: ${at("south.duckdb")}\n`);
    for (const name of ["north", "south"]) {
      await scan("--keyring", at(name), "--store", at(`${name} alone.duckdb`));
      const reports = await exported(`${name}.duckdb`);
      expect(reports).toHaveLength(6);
      expect(reports.filter((line) => !line.includes(name))).toEqual([]);
      expect(await losses(`${name}.duckdb`)).toEqual(await losses(`${name} alone.duckdb`));
    }
  });

  it("brings a store that fell behind up to date, and leaves the other as it is", async () => {
    const { at, scan, exported } = await twoProjects();
    await scan("--keyring", at("north"), "--store", at("north.duckdb"));
    const both = ["--keyring", at("north"), "--keyring", at("south")];
    const stores = ["--store", at("north.duckdb"), "--store", at("south.duckdb")];
    const { stderr } = await scan(...both, ...stores);
    const [, north = "", south = ""] = stderr.split(/^store: /m);
    expect(north).toContain("segments scanned: 0\nsegments without anything new: 1\n");
    expect(south).toContain("segments scanned: 1\nsegments without anything new: 0\n");
    expect(await exported("north.duckdb")).toHaveLength(6);
    expect(await exported("south.duckdb")).toHaveLength(6);
  });

  it("prints both, or keeps both in one store, where there is none or one", async () => {
    const { at, scan, exported } = await twoProjects();
    const both = ["--keyring", at("north"), "--keyring", at("south")];
    const { stdout } = await scan(...both);
    expect(stdout.trim().split("\n")).toHaveLength(12);
    await scan(...both, "--store", at("both.duckdb"));
    expect(await exported("both.duckdb")).toHaveLength(12);
  });

  it.each([
    ["one keyring for two stores", ["--keyring", "a", "--store", "1", "--store", "2"], /as many --keyring as --store/],
    [
      "a key file among two",
      ["--keyring", "a", "--keyring", "b", "--key-file", "c", "--store", "1", "--store", "2"],
      /--key-file goes with one --store only/,
    ],
    [
      "one definition for two stores",
      ["--keyring", "a", "--keyring", "b", "--store", "1", "--store", "2", "--definition", "d"],
      /as many --definition as --store, in the same order: 2, not 1/,
    ],
    [
      "two definitions for one",
      ["--keyring", "a", "--store", "1", "--definition", "d", "--definition", "e"],
      /1, not 2/,
    ],
    [
      "a store twice",
      ["--keyring", "a", "--keyring", "b", "--store", "1", "--store", "./1"],
      /one --store is given twice/,
    ],
  ])("refuses %s as wrong usage", async (_, args, message) => {
    const { code, stdout, stderr } = await run("sotto-decoder", ["scan", "--from", "nowhere", ...args]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });
});
