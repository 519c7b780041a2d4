import { weekOf } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { ScanKeys } from "../../../decoder/scankeys.ts";
import { planScan } from "../../../decoder/scanning/plan.ts";
import { epochSecrets, epochsFrom, segmentOfDay } from "../keyrings.ts";

/** 2026-10-05, a Monday, and the weeks from then on. */
const MONDAY = 20_731;
const secrets = epochSecrets(epochsFrom(MONDAY, 20), "plan");
const week = (number: number) => weekOf(MONDAY) + number;

/** The keys of some weeks; those of others are elsewhere. */
function keysOf(...weeks: number[]): ScanKeys {
  return new ScanKeys({
    epochs: secrets.map((secret, at) => (weeks.includes(at) ? secret : { ...secret, secretKey: null })),
  });
}

const segment = segmentOfDay(MONDAY + 5 * 7 + 2);

describe("the plan for a segment", () => {
  it("is all of it when it was never scanned, whatever keys there are", () => {
    expect(planScan(segment, null, keysOf())).toEqual({ weeks: null, tried: [] });
    expect(planScan(segment, null, keysOf(5))?.weeks).toBeNull();
  });

  it("is nothing when no key has come since", () => {
    const before = planScan(segment, null, keysOf(4, 5));
    expect(before?.tried).toHaveLength(2);
    expect(planScan(segment, { tried: before?.tried ?? [] }, keysOf(4, 5))).toBeNull();
    expect(planScan(segment, { tried: before?.tried ?? [] }, keysOf(5))).toBeNull();
  });

  it("is the weeks of the keys that have, and remembers all that were tried", () => {
    const before = planScan(segment, null, keysOf(5));
    const then = planScan(segment, { tried: before?.tried ?? [] }, keysOf(4));
    expect(then?.weeks).toEqual(new Set([week(4)]));
    expect(then?.tried).toEqual(planScan(segment, null, keysOf(4, 5))?.tried);
  });

  it("leaves out keys of weeks that no frame of it can be counted for", () => {
    const before = { tried: planScan(segment, null, keysOf(5))?.tried ?? [] };
    expect(planScan(segment, before, keysOf(0, 5, 9, 19))).toBeNull();
  });

  it("is every week for a key that is tried on every frame", () => {
    const always = new ScanKeys({ always: [secrets[0] as (typeof secrets)[number] & { secretKey: Uint8Array }] });
    const plan = planScan(segment, { tried: [] }, always);
    for (const number of [2, 3, 4, 5]) expect(plan?.weeks).toContain(week(number));
  });
});
