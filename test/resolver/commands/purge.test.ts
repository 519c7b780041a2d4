import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../../e2e/command.ts";
import { addSegment, emptyDataFolder, fileNames, hourAgo, namesIn } from "./datafolder.ts";

const purge = (args: readonly string[], input = "") => run("sotto-resolver", ["purge", ...args], { input });

/** A moment as people write it. */
const written = (seconds: number) => `${new Date(seconds * 1000).toISOString().slice(0, 16)}Z`;

async function threeSegments() {
  const data = await emptyDataFolder();
  const old = await addSegment(data, hourAgo(60));
  const held = await addSegment(data, hourAgo(50), "held");
  const recent = await addSegment(data, hourAgo(2));
  const left = async () => [...(await namesIn(data, "segments")), ...(await namesIn(data, "held"))];
  return { data, old, held, recent, left };
}

describe("sotto-resolver purge", () => {
  it("deletes what ends at or before the time, says what, and leaves the rest", async () => {
    const { data, old, held, recent, left } = await threeSegments();
    const first = await purge(["--data", data, "--before", written(old.end), "--yes"]);
    expect(first.code).toBe(0);
    expect(first.stdout.trim().split("\n")).toEqual([expect.stringContaining(`${old.id}  `)]);
    expect(await left()).toEqual([...fileNames(recent), ...fileNames(held)]);
    // One second into the held segment's last hour: it goes beyond the time.
    const beyond = await purge(["--data", data, "--before", `${written(held.end - 60).slice(0, -1)}:59Z`, "--yes"]);
    expect([beyond.code, beyond.stdout]).toEqual([0, ""]);
    const second = await purge(["--data", data, "--older-than", "48h", "--yes"]);
    expect([second.code, second.stdout]).toEqual([0, expect.stringMatching(/, 3 frames, 514 B, held\n$/)]);
    expect(await left()).toEqual(fileNames(recent));
  });

  it("asks first, and takes nothing but yes for a yes", async () => {
    const { data, old, held, recent, left } = await threeSegments();
    const args = ["--data", data, "--older-than", "48h"];
    const before = await left();
    for (const answer of ["", "\n", "n\n", "no\n", "yellow\n"]) {
      const { code, stdout, stderr } = await purge(args, answer);
      expect([answer, code, stderr.endsWith("sotto-resolver: nothing was deleted\n")]).toEqual([answer, 1, true]);
      expect(stdout.split("\n").map((line) => line.split("  ")[0])).toEqual([old.id, held.id, ""]);
    }
    expect(await left()).toEqual(before);
    for (const answer of ["y\n", "YES\n"]) expect((await purge(args, answer)).code).toBe(0);
    expect(await left()).toEqual(fileNames(recent));
  });

  it("leaves journals and damaged files, and says so", async () => {
    const { data, old } = await threeSegments();
    const journal = `${old.start}-${old.end}-${"0".repeat(16)}.journal`;
    await writeFile(join(data, "journal", journal), Buffer.alloc(65_536));
    await writeFile(join(data, "segments", "damaged.seg"), "no segment");
    const { code, stderr } = await purge(["--data", data, "--older-than", "1h", "--yes"]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/damaged, left: \S+damaged\.seg: /);
    expect(stderr).toMatch(/1 journal before that time left/);
    expect([await namesIn(data, "journal"), await namesIn(data, "segments")]).toEqual([[journal], ["damaged.seg"]]);
  });

  it("deletes nothing and ends with 2 when it is used wrongly", async () => {
    const { data, left } = await threeSegments();
    const before = await left();
    for (const args of [
      ["--data", data, "--yes"],
      ["--data", data, "--yes", "--before", "2026-11-16", "--older-than", "1h"],
      ["--yes", "--older-than", "0s"],
      ...["2026-11-31", "2026-02-30T12:00Z", "2026-11-16T25:00Z", "2026-11-16T12:00", "16.11.2026", "yesterday"].map(
        (time) => ["--data", data, "--yes", "--before", time],
      ),
      ["--data", data, "--yes", "--older-than", "48"],
    ]) {
      expect([args, (await purge(args)).code]).toEqual([args, 2]);
    }
    expect(await left()).toEqual(before);
    expect((await purge(["--data", "/nonexistent", "--yes", "--older-than", "1h"])).code).toBe(1);
  });
});
