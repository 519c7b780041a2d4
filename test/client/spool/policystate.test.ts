import { boxOf, frameId, parsePolicy, readHead, stopHash, toHex, verify } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import {
  isPolicyDue,
  isStopped,
  jsonOfPolicyState,
  type PolicyState,
  readPolicyState,
  solvedFor,
  termsOf,
  withPolicy,
} from "../../../client/spool/policystate.ts";
import type { Json } from "../../../client/state/file.ts";
import { seeded, tape } from "../report/randomness.ts";
import { entryOf, NOON } from "./frames.ts";

const policyOf = (fields: string) => parsePolicy([[`v=sotto1; ${fields}`]]);
const known = (fields: string) => withPolicy(null, policyOf(fields), NOON);

describe("the policy record", () => {
  it.each<[string, number, boolean]>([
    ["just now", 0, false],
    ["a day ago", 1440, false],
    ["a day and a minute ago", 1441, true],
    ["in the future", -1, true],
  ])("that was asked for %s: due is %#", (_, ago, due) => {
    expect(isPolicyDue(known("bits=18"), NOON + ago)).toBe(due);
    expect(isPolicyDue(null, NOON)).toBe(true);
  });

  it("counts as asked for when nobody answered", () => {
    expect(isPolicyDue(withPolicy(null, null, NOON), NOON + 60)).toBe(false);
  });

  const zone = { zone: "r.example.net", ack: ["198.18.0.7"] };
  it.each<[string, number | undefined, PolicyState | null, number]>([
    ["no bits anywhere", undefined, null, 18],
    ["bits of the definition", 4, null, 4],
    ["bits of the record", undefined, known("bits=5"), 5],
    ["raised by the record", 4, known("bits=20"), 20],
    ["not lowered by the record", 19, known("bits=4"), 19],
    ["a record without bits", 4, known("retention=1h"), 4],
    ["a record beyond 22 is none", 4, known("bits=23"), 4],
    ["a state beyond 22 is cut", 4, { asked: 0, ack: [], bits: 30, stop: [] }, 22],
    ["unreachable later", 4, withPolicy(known("bits=20"), null, NOON), 4],
  ])("bits: %s", (_, bits, state, expected) => {
    expect(termsOf({ ...zone, ...(bits === undefined ? {} : { bits }) }, state).bits).toBe(expected);
  });

  it("adds ack addresses and takes none away; unreachable, the definition's hold", () => {
    const state = known("ack=198.18.0.8,198.18.0.7");
    expect(termsOf(zone, state).ack).toEqual(["198.18.0.7", "198.18.0.8"]);
    expect(termsOf(zone, known("bits=1")).ack).toEqual(["198.18.0.7"]);
    expect(termsOf(zone, withPolicy(state, null, NOON)).ack).toEqual(["198.18.0.7"]);
  });

  it("stops a project until a later record omits it, not until nobody answers", () => {
    const stopped = known(`stop=${stopHash("left-pad")}`);
    expect([isStopped(stopped, "left-pad"), isStopped(stopped, "black"), isStopped(null, "left-pad")]).toEqual([
      true,
      false,
      false,
    ]);
    const unreachable = withPolicy(stopped, null, NOON);
    expect(isStopped(unreachable, "left-pad")).toBe(true);
    expect(isStopped(withPolicy(unreachable, policyOf("bits=18"), NOON), "left-pad")).toBe(false);
  });

  it("is kept as JSON, and what is none is null", () => {
    const state = known(`ack=198.18.0.8; bits=20; stop=${stopHash("a")}`);
    expect(readPolicyState(JSON.parse(JSON.stringify(jsonOfPolicyState(state))))).toEqual(state);
    const sound = jsonOfPolicyState(state);
    const changes: Record<string, Json>[] = [{ asked: -1 }, { bits: 23 }, { ack: ["x"] }, { stop: "a" }, { ack: [1] }];
    for (const change of changes) expect(readPolicyState({ ...sound, ...change })).toBeNull();
    expect([readPolicyState(null), readPolicyState([])]).toEqual([null, null]);
  });
});

describe("a frame solved for too few bits", () => {
  const entry = entryOf(1);

  it("is solved again before its first attempt: same box, hash and week, another salt", () => {
    const solved = solvedFor(entry, 8, seeded("salt"));
    if (solved === null) throw new Error("no salt fits");
    expect(verify(solved.frame, 8)).toBe(true);
    expect(boxOf(solved.frame)).toEqual(boxOf(entry.frame));
    expect(readHead(solved.frame).week).toBe(readHead(entry.frame).week);
    expect(toHex(frameId(solved.frame))).toBe(solved.hash);
    expect({ ...solved, frame: entry.frame }).toEqual(entry);
  });

  it("keeps its name once it was tried, and when it meets the bits", () => {
    const tried = { ...entry, attempts: 1, last: NOON, wait: 10 };
    expect(solvedFor(tried, 22, tape("").random)).toBe(tried);
    expect(solvedFor(entry, 0, tape("").random)).toBe(entry);
  });
});
