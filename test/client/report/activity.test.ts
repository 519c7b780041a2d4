import type { CounterField } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Counts,
  countsOf,
  mergeCounts,
  reportableActivity,
  withActivity,
  withCount,
} from "../../../client/report/activity.ts";
import { RUNS } from "../../wire/property.ts";
import { fieldOf, reportOf } from "./definition.ts";

const report = reportOf({
  runs: fieldOf("n", "counter", { max: 100 }),
  errors: fieldOf("e", "counter", { max: 5, values: ["constructor", "10", "2"] }),
});
const fields = report.fields.filter((field): field is CounterField => field.kind === "counter");
const field = (name: string) => fields.find((one) => one.name === name) as CounterField;

const step = fc.record({
  name: fc.constantFrom("runs", "errors"),
  value: fc.constantFrom<unknown>("constructor", "10", "2", "other", "toString", "__proto__", undefined, 10, {}),
  count: fc.oneof(fc.integer({ min: -3, max: 200 }), fc.double(), fc.constantFrom<unknown>("3", null, {}, 1n)),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const steps = fc.array(step, { maxLength: 30 });

function counted(all: readonly Step[]): Counts {
  return all.reduce((counts: Counts, { name, value, count }) => withCount(counts, field(name), value, count), {});
}

describe("counting", () => {
  it("is the clipped sum, by listed value and other", () => {
    fc.assert(
      fc.property(steps, (all) => {
        const sum = (name: string, isOf: (value: unknown) => boolean) =>
          all
            .filter((one) => one.name === name && isOf(one.value))
            .map(({ count }) =>
              typeof count === "number" && Number.isFinite(count) && count >= 1 ? Math.floor(count) : 0,
            )
            .reduce((a, b) => a + b, 0);
        const counts = counted(all);
        expect(countsOf(field("runs"), counts.runs)).toBe(
          Math.min(
            sum("runs", () => true),
            100,
          ),
        );
        const listed = ["constructor", "10", "2"];
        const expected = [...listed, "other"]
          .map((name) => [
            name,
            Math.min(
              5,
              sum("errors", (v) => (listed.includes(v as string) ? v === name : name === "other")),
            ),
          ])
          .filter(([, count]) => count !== 0);
        expect(countsOf(field("errors"), counts.errors)).toEqual(expected);
      }),
      RUNS,
    );
  });

  it("of several processes does not depend on their order, and survives JSON", () => {
    const merge = (a: Counts, b: Counts) => mergeCounts(fields, a, b);
    fc.assert(
      fc.property(steps, steps, steps, (a, b, c) => {
        const [x, y, z] = [counted(a), counted(b), counted(c)] as const;
        expect(merge(x, y)).toEqual(merge(y, x));
        expect(merge(merge(x, y), z)).toEqual(merge(x, merge(y, z)));
        expect(merge(x, y)).toEqual(counted([...a, ...b]));
        expect(merge(x, {})).toEqual(x);
        expect(JSON.parse(JSON.stringify(x))).toEqual(x);
      }),
      RUNS,
    );
  });

  it("takes no count from another definition's field", () => {
    expect(countsOf(field("runs"), { "2": 3 })).toBe(0);
    expect(countsOf(field("errors"), 3)).toEqual([]);
    expect(countsOf(field("errors"), { gone: 1, "2": 1e9, "10": -1 })).toEqual([["2", 5]]);
    expect(mergeCounts(fields, { gone: 1 }, { gone: 2 })).toEqual({});
  });
});

describe("activity", () => {
  it("is kept by window, in order", () => {
    const first = withActivity([], fields, { window: 9, counts: { runs: 60 } });
    const second = withActivity(first, fields, { window: 7, counts: { runs: 1 } });
    expect(withActivity(second, fields, { window: 9, counts: { runs: 60 } })).toEqual([
      { window: 7, counts: { runs: 1 } },
      { window: 9, counts: { runs: 100 } },
    ]);
  });

  it("is dropped when it was reported, or is more than three windows away", () => {
    const activity = [5, 6, 7, 9, 12, 13].map((window) => ({ window, counts: {} }));
    expect(reportableActivity(activity, 9, [7]).map(({ window }) => window)).toEqual([6, 9, 12]);
  });
});
