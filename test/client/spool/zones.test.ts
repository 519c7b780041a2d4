import { describe, expect, it } from "vitest";
import type { Verdict } from "../../../client/delivery.ts";
import { inPresentZone, withVerdict, type ZoneStanding, zoneStandingOf } from "../../../client/spool/zones.ts";
import { entryOf } from "./frames.ts";

const ZONES = ["a.example", "b.example"];
const VERDICTS: Record<string, Verdict> = {
  y: { type: "acked" },
  r: { type: "refused", code: "", reason: "" },
  n: { type: "unconfirmed", code: "", reason: "" },
};

/** `1n2` is frame 1, not confirmed at its second attempt. */
function standingAfter(events: string, zones = ZONES, zone = "a.example"): ZoneStanding {
  return events.split(" ").reduce(
    (standing, event) => {
      const [hash = "", verdict = "", attempts = ""] = event;
      const entry = { hash, zone, attempts: Number(attempts) };
      return withVerdict(zones, standing, entry, VERDICTS[verdict] as Verdict);
    },
    zoneStandingOf(zones, null),
  );
}

describe("the zone of a project", () => {
  it.each([
    ["1n2 2n2 3n2", "b.example"],
    ["1n1 2n1 3n1 4n1 5n1", "a.example"],
    ["1n2 1n3 1n4 1n5 1n6", "a.example"],
    ["1n2 2n2 4y1 3n2", "a.example"],
    ["1n2 2n2 4r1 3n3", "b.example"],
    ["1r1 1r2 2r1 2r2 3r1 3r2", "a.example"],
  ])("after %s is %s", (events, zone) => expect(standingAfter(events).zone).toBe(zone));

  it("is not changed by frames that stayed on another, goes round, and stays where there is one", () => {
    expect(standingAfter("1n2 2n2 3n2", ZONES, "b.example").zone).toBe("a.example");
    const last = { zone: "b.example", failed: ["1", "2"] };
    const entry = { hash: "3", zone: "b.example", attempts: 2 };
    expect(withVerdict(ZONES, last, entry, VERDICTS.n as Verdict)).toEqual({ zone: "a.example", failed: [] });
    expect(standingAfter("1n2 2n2 3n2", ["a.example"])).toEqual({ zone: "a.example", failed: [] });
  });

  it("is the definition's first when it lists it no more", () => {
    expect(zoneStandingOf(ZONES, { zone: "old.example", failed: ["1"] })).toEqual({ zone: "a.example", failed: [] });
    const known = { zone: "b.example", failed: ["1"] };
    expect(zoneStandingOf(ZONES, known)).toBe(known);
  });

  it("is taken by frames without an attempt, and by no others", () => {
    const standing = { zone: "b.example", failed: [] };
    expect(inPresentZone(entryOf(1), standing).zone).toBe("b.example");
    expect(inPresentZone(entryOf(1, { attempts: 1 }), standing).zone).toBe("r.example.net");
  });
});
