import { execFileSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeScene, type Scene, summaryOf } from "../../decoder/exact/scene.ts";
import { run } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { mountTmpfs, remount } from "../faults/server.ts";

function scan({ keyring, log, definition }: Scene, store: string) {
  const args = ["--keyring", keyring, "--from", log, "--store", store, "--definition", definition];
  return run("sotto-decoder", ["scan", ...args]);
}

describe("a store on a disk that fills up", () => {
  it("is told of in one line, and what was committed is kept: with room the next scan comes to exact totals", async () => {
    const scene = await makeScene(await temporaryFolder(), { frames: 20_000, segments: 84 });
    const disk = mountTmpfs("600k");
    const store = join(disk, "records.duckdb");
    const full = await scan(scene, store);
    expect(full.code).toBe(1);
    expect(full.stderr).toMatch(/^sotto-decoder: cannot write the store: [^\n]+\n$/m);
    execFileSync("mount", ["-o", "remount,size=64m", disk]);
    const then = await scan(scene, store);
    expect(then.code).toBe(0);
    const { record, rejected, ...fates } = scene.truth.all;
    const summary = summaryOf(then.stderr);
    expect([summary.get("records in the store"), summary.get("rejected")]).toEqual([String(record), String(rejected)]);
    const losses = await run("sotto-decoder", ["losses", "--store", store, "--json"]);
    const { taken, duplicate, foreign } = fates;
    expect(JSON.parse(losses.stdout).totals).toMatchObject({ taken, duplicate, foreign, "no-key": fates["no-key"] });
  });
});

describe("a store where nothing can be written", () => {
  it("is read, and left as it is; a scan is refused in one clear line", async () => {
    const scene = await makeScene(await temporaryFolder(), { frames: 2000, segments: 84 });
    const disk = mountTmpfs("64m");
    const store = join(disk, "records.duckdb");
    expect((await scan(scene, store)).code).toBe(0);
    remount(disk, "ro");
    const report = await run("sotto-decoder", ["report", "--store", store, "--definition", scene.definition, "--json"]);
    expect([report.code, report.stderr]).toEqual([0, ""]);
    expect(JSON.parse(report.stdout).reports[0].name).toBe("weekly");
    const refused = await scan(scene, store);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^sotto-decoder: cannot (write|make) the store: [^\n]+\n$/m);
    expect(await readdir(disk)).toEqual(["records.duckdb"]);
  });
});
