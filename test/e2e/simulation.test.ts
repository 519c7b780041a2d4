import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { weekOf } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { countSegments, type Segment } from "../../bench/simulation/counting.ts";
import { coverageOf, isCovered } from "../../bench/simulation/coverage.ts";
import type { Cell } from "../../bench/simulation/estimates.ts";
import { liveLot } from "../../bench/simulation/lot.ts";
import { commandOf, readOptions } from "../../bench/simulation/options.ts";
import { keysOf, type Project, projectsOf } from "../../bench/simulation/projects.ts";
import { FIRST_DAY, ROBBED, replacementDay } from "../../bench/simulation/scenario.ts";
import { runLot } from "../../bench/simulation/shard.ts";
import { sealBuckets } from "../../bench/simulation/zone.ts";

const RUN = fileURLToPath(new URL("../../bench/simulation/run.ts", import.meta.url));
const HOUR = 3600;
const RULES = { first: 0, bucket: HOUR, minBatch: 100, retention: 168 * HOUR };
const settings = { installations: 1000, weeks: 8, seed: "simulation test", minBatch: 10, sealed: 1 };

function lotOf(number: number) {
  const project = projectsOf(settings.installations)[number] as Project;
  return { number, project, keys: keysOf(project, settings.weeks), installations: 60, liesFor: 60 };
}

describe("npm run simulate", () => {
  it("keeps its promises, shows the truth beside the estimates, and draws them", () => {
    const folder = mkdtempSync(join(tmpdir(), "sotto-simulate-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const picture = join(folder, "year.svg");
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--conditions=sotto-source", RUN, "--quick", "--picture", picture],
      { encoding: "utf8" },
    );
    expect(stdout).not.toContain("BROKEN");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.match(/^kept /gm)?.length).toBeGreaterThan(8);
    expect(stdout).toMatch(/^2027-02-08 +[\d,]+ +[\d,]+ +[\d,]+ +-\d/m);
    const drawn = readFileSync(picture, "utf8");
    expect(drawn).toMatch(
      /^<svg .*role="img" aria-labelledby="title desc">\n<title id="title">[^<]+<\/title>\n<desc id="desc">/,
    );
    expect(drawn).toContain("prefers-color-scheme:dark");
  });

  it("explains itself, and refuses what it does not know", () => {
    expect(readOptions(["--help"])).toBeNull();
    const refused = [["--weeks", "1"], ["--installations", "1e9"], ["--installations", ""], ["--x"]];
    for (const args of refused) expect(() => readOptions(args)).toThrow();
    const options = readOptions(["--seed", "it's", "--json"]);
    expect(options?.json).toBe(true);
    expect(options === null ? "" : commandOf(options.settings)).toMatch(/ --installations 100000 .*'it'\\''s'$/);
  });
});

describe("the committed picture", () => {
  it("is that of a million installations, and names the command that draws it", () => {
    const drawn = readFileSync(new URL("../../docs/simulation.svg", import.meta.url), "utf8");
    expect(drawn).toContain("1,000,000 simulated installations of 50 projects");
    expect(drawn).toContain("npm run simulate -- --installations 1000000 --weeks 52 --seed 'sotto'");
  });
});

describe("a lot of simulated installations", () => {
  it("lives the same again", async () => {
    expect(await runLot(lotOf(1), settings)).toEqual(await runLot(lotOf(1), settings));
  });

  it.each([0, 1, 2])("gives a record for each report, whoever sends it again (project %i)", async (number) => {
    const lot = lotOf(number);
    const share = await runLot(lot, settings);
    expect(share.totals.repeated + share.totals.replayed).toBeGreaterThan(0);
    expect(share.totals.twice).toBe(0);
    const { packets, keys, boxes } = liveLot(lot, settings);
    const segments = packets.map(({ at, ...packet }): Segment => {
      return { span: { start: at - (at % HOUR), end: at - (at % HOUR) + HOUR }, packets: [{ at, ...packet }] };
    });
    const { rows, truths, lies } = await countSegments(lot.project, keys, segments, boxes);
    const records = [...rows.values()].reduce((sum, count) => sum + count, 0);
    expect(records).toBe(truths.length + lies.length);
    const perWindow = truths.map(({ owner, window }) => `${owner} ${window}`);
    expect(new Set(perWindow).size).toBe(perWindow.length);
    expect(lies.length > 0).toBe(number === 1);
  });

  it("seals for two keys in the week in which one was stolen, and both are tried", async () => {
    const lot = { ...lotOf(ROBBED), installations: 300 };
    const { before, after } = lot.keys;
    const week = weekOf(replacementDay(settings.weeks));
    const ofWeek = after.filter(({ from }) => weekOf(from) === week);
    expect(ofWeek.map((key) => before.includes(key))).toEqual([true, false]);
    const { packets } = liveLot(lot, settings);
    const used = new Set(packets.map(({ told }) => told.publicKey));
    expect(ofWeek.every(({ publicKey }) => used.has(publicKey))).toBe(true);
    expect(FIRST_DAY % 7).toBe(4);
  });
});

describe("buckets of a small zone", () => {
  it("are held until they are a hundred, and deleted unseen after 84 hours", () => {
    expect(sealBuckets([100, 0, 99, 1, 5], RULES)).toEqual([
      { start: 0, end: HOUR, count: 100, isReleased: true },
      { start: 2 * HOUR, end: 4 * HOUR, count: 100, isReleased: true },
      { start: 4 * HOUR, end: 5 * HOUR, count: 5, isReleased: false },
    ]);
    const long = [99, ...new Array<number>(84).fill(0), 200];
    expect(sealBuckets(long, RULES)).toEqual([
      { start: 0, end: HOUR, count: 99, isReleased: false },
      { start: 85 * HOUR, end: 86 * HOUR, count: 200, isReleased: true },
    ]);
  });

  it("lose no frame unaccounted, and release none too early or too late", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 40 }), { maxLength: 400 }), (counts) => {
        const batches = sealBuckets(counts, RULES);
        const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
        expect(sum(batches.map(({ count }) => count))).toBe(sum(counts));
        for (const { start, end, count, isReleased } of batches) {
          expect(count).toBe(sum(counts.slice(start / HOUR, end / HOUR)));
          expect(isReleased).toBe(count >= RULES.minBatch);
          expect(end - start).toBeLessThanOrEqual(84 * HOUR);
        }
      }),
      { seed: 17, numRuns: 200 },
    );
  });
});

describe("coverage", () => {
  /** Weeks of a figure whose error is uniform between -1 and 1 times the margin of 95 in a hundred. */
  const cells = (narrowed: number): Cell[] =>
    Array.from({ length: 2000 }, (_, week) => {
      const error = ((week % 100) + 0.5) / 100;
      const estimate = { value: 50 + error, margin: 0.95 * narrowed, bar: 50, raw: 50 };
      return { ...{ project: 0, week, field: "f", value: "v", truth: 50, ran: 51, estimate }, means: "noise" };
    });

  it("is kept by intervals that hold what they say", () => {
    const [noise, all] = coverageOf(cells(1));
    expect(noise).toMatchObject({ means: "noise", cells: 2000, groups: 2000, share: 0.95 });
    expect([noise, all].map((one) => one !== undefined && isCovered(one))).toEqual([true, true]);
  });

  it.each([0.9, 1.04])("is broken by intervals of %f of their width", (narrowed) => {
    const [noise] = coverageOf(cells(narrowed));
    expect(noise !== undefined && isCovered(noise)).toBe(false);
  });
});
