import { cp, mkdir, open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import type { Expected } from "./biglog.ts";
import { FRAME_LABELS, makeScene, type Scene, summaryOf } from "./scene.ts";

function framesOf(stderr: string) {
  const summary = summaryOf(stderr);
  return Object.fromEntries(
    Object.entries(FRAME_LABELS).map(([reason, label]) => [reason, Number(summary.get(label))]),
  );
}

function expectedFrames(expected: Expected) {
  return Object.fromEntries(Object.keys(FRAME_LABELS).map((reason) => [reason, expected[reason as keyof Expected]]));
}

function scan({ keyring, log, store, definition }: Scene, ...more: string[]) {
  const args = ["--keyring", keyring, "--from", log, "--store", store, "--definition", definition];
  return run("sotto-decoder", ["scan", ...args, ...more]);
}

describe("100,000 frames, one in a hundred the project's, of every kind there is", () => {
  it("come to exact totals: with a key absent, with it there, and when there is nothing new", async () => {
    const folder = await temporaryFolder();
    const scene = await makeScene(folder, { frames: 100_000, segments: 84 });
    const { truth } = scene;
    const [first = ""] = await readdir(scene.log);
    await damage(join(scene.log, first), join(scene.log, "damaged.seg"));
    await mkdir(join(scene.log, "mirror"));
    await cp(join(scene.log, first), join(scene.log, "mirror", first));

    await scene.withSecret(false);
    const without = await scan(scene);
    expect(without.stdout).toBe("");
    expect(without.stderr).toMatch(/damaged\.seg: the segment is damaged/);
    expect(without.stderr).toMatch(/is not here: [\d,]+ frames in [\d,]+ segments wait for it/);
    expect(without.code).toBe(1);
    expect(framesOf(without.stderr)).toEqual(expectedFrames(truth.without));
    const atFirst = summaryOf(without.stderr);
    expect(atFirst.get("segments that several places have")).toBe("1");
    expect(atFirst.get("records in the store")).toBe(String(truth.without.record));

    await scene.withSecret(true);
    const again = await scan(scene, "--engine", "sodium-native", "--threads", "1");
    const then = summaryOf(again.stderr);
    expect(framesOf(again.stderr)).toMatchObject({ pending: 0, "no-key": 0 });
    expect(Number(then.get("frames scanned"))).toBe(truth.without.pending);
    expect(Number(then.get("taken"))).toBe(truth.all.taken - truth.without.taken);
    expect(Number(then.get("records in the store"))).toBe(truth.all.record);
    expect(Number(then.get("rejected"))).toBe(truth.all.rejected);
    // Those whose time is over are deleted after each scan: the log is longer than 28 days.
    const leftovers = [atFirst, then].map((summary) => Number.parseInt(summary.get("deleted as too old") ?? "0", 10));
    const standing = ["incomplete", "void"].map((state) => Number(then.get(state)));
    expect(sum([...leftovers, ...standing])).toBe(truth.all.incomplete + truth.all.void);

    const nothing = await scan(scene);
    expect(summaryOf(nothing.stderr).get("frames scanned")).toBe("0");
    expect(summaryOf(nothing.stderr).get("records in the store")).toBe(String(truth.all.record));

    const losses = await run("sotto-decoder", ["losses", "--store", scene.store, "--json"]);
    expect(losses.code).toBe(0);
    expect(JSON.parse(losses.stdout).totals).toMatchObject(expectedFrames(truth.all));
  });
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Copies a segment, and turns one bit of it. */
async function damage(from: string, to: string): Promise<void> {
  const octets = await readFile(from);
  octets[octets.length - 100] = (octets[octets.length - 100] as number) ^ 1;
  const file = await open(to, "w");
  await file.writeFile(octets);
  await file.close();
}
