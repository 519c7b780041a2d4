import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CounterField } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appendCounts } from "../../../client/installation/append.ts";
import { countedDays, readCounts, removeCounts, sumOf } from "../../../client/installation/counts.ts";
import type { Place } from "../../../client/state/paths.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { rawField } from "../../wire/definitions.ts";
import { reportOf, TODAY } from "../report/definition.ts";

const COUNTERS = {
  weekly: reportOf({
    runs: rawField("r", "counter", { max: 1_000_000 }),
    errors: rawField("e", "counter", { max: 50, values: ["E_IO"] }),
  }).fields as readonly CounterField[],
};

async function installation(): Promise<Place> {
  const home = await temporaryFolder();
  return { path: join(home, "installation"), within: home };
}

const append = (place: Place, runs: number, day = TODAY) =>
  appendCounts(place, day, { weekly: { runs } }, () => COUNTERS);

/** Everything that was counted on a day, whatever files it is in. */
function totalOf(place: Place, day = TODAY) {
  const lines = readCounts(place).find((counts) => counts.day === day)?.lines ?? [];
  return sumOf(lines, COUNTERS);
}

describe("counts", () => {
  it("are what all runs of a day appended", async () => {
    const place = await installation();
    append(place, 1);
    append(place, 2);
    append(place, 4, TODAY + 1);
    appendCounts(place, TODAY, { weekly: { errors: { E_IO: 3, other: 1 } } }, () => COUNTERS);
    expect(countedDays(place).sort()).toEqual([TODAY, TODAY + 1]);
    expect(totalOf(place)).toEqual({ weekly: { runs: 3, errors: { E_IO: 3, other: 1 } } });
    expect(totalOf(place, TODAY + 1)).toEqual({ weekly: { runs: 4 } });
  });

  it("lose one line to a crash in the middle of it, and nothing else", async () => {
    const place = await installation();
    append(place, 1);
    const path = join(place.path, `counts-${TODAY}.ndjson`);
    appendFileSync(path, '{"weekly":{"ru\n');
    append(place, 2);
    appendFileSync(
      path,
      'null\n[1]\n"x"\n{"weekly":7}\n{"weekly":{"runs":"many","errors":[1]}}\n{"__proto__":{"runs":9}}\n\n',
    );
    expect(totalOf(place)).toEqual({ weekly: { runs: 3 } });
  });

  it("stay small however often a program runs: a large file is added up, and nothing is lost", async () => {
    const place = await installation();
    for (let run = 0; run < 4000; run++) append(place, 1);
    const sizes = readdirSync(place.path).map((name) => readFileSync(join(place.path, name)).length);
    expect(Math.max(...sizes)).toBeLessThan(66_000);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(100_000);
    expect(totalOf(place)).toEqual({ weekly: { runs: 4000 } });
  });

  it("are still all there when the program that added them up died before it removed what it had renamed", async () => {
    const place = await installation();
    append(place, 5);
    const aside = join(place.path, `counts-${TODAY}.0123456789abcdef.ndjson`);
    writeFileSync(aside, '{"weekly":{"runs":7}}\n');
    const [counts] = readCounts(place);
    expect(counts?.paths).toHaveLength(2);
    expect(totalOf(place)).toEqual({ weekly: { runs: 12 } });
    expect(removeCounts(counts?.paths ?? [])).toBe(true);
    expect(readCounts(place)).toEqual([]);
  });

  it("do not depend on the order of the runs, and are clipped", () => {
    const line = fc.record({ weekly: fc.record({ runs: fc.nat(1_000_000), errors: fc.record({ E_IO: fc.nat(60) }) }) });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const sum = sumOf(lines, COUNTERS).weekly;
        expect(sumOf(lines.toReversed(), COUNTERS).weekly).toEqual(sum);
        const runs = lines.reduce((total, { weekly }) => total + weekly.runs, 0);
        const errors = lines.reduce((total, { weekly }) => total + weekly.errors.E_IO, 0);
        expect(sum?.runs ?? 0).toBe(Math.min(runs, 1_000_000));
        expect((sum?.errors as Record<string, number> | undefined)?.E_IO ?? 0).toBe(Math.min(errors, 50));
      }),
    );
  });

  it("are not kept where home is gone, and nothing is thrown", () => {
    const place = { path: "/nonexistent-home/state/installation", within: "/nonexistent-home" };
    expect(append(place, 1)).toBe(false);
    expect(readCounts(place)).toEqual([]);
    expect(countedDays(place)).toEqual([]);
  });

  it("of files that are not named as ours are not looked at", async () => {
    const place = await installation();
    mkdirSync(place.path);
    for (const name of ["counts-20780.ndjson.bak", "counts-1.ndjson", "counts-99999.ndjson", "counts-20780.x.ndjson"]) {
      writeFileSync(join(place.path, name), '{"weekly":{"runs":7}}\n');
    }
    expect(readCounts(place)).toEqual([]);
  });
});
