import { describe, expect, it } from "vitest";
import { parseProgress, reconciled, type State, stateOf } from "../../../client/history/progress.ts";

describe("the state of a message", () => {
  it.each<[State[], State]>([
    [["waiting"], "waiting"],
    [["acknowledged"], "acknowledged"],
    [["acknowledged", "acknowledged"], "acknowledged"],
    [["acknowledged", "waiting"], "waiting"],
    [["unanswered", "waiting"], "unanswered"],
    [["acknowledged", "unanswered", "refused"], "refused"],
    [["refused", "dropped", "acknowledged"], "dropped"],
  ])("of %j is that of its worst part: %s", (frames, state) => {
    expect(stateOf(frames)).toBe(state);
  });
});

describe("a state's file", () => {
  it("says what became of each frame", () => {
    expect(parseProgress({ version: 1, frames: ["refused", "waiting"], more: 1 }, 2)).toEqual(["refused", "waiting"]);
  });

  it.each([
    [{}],
    [{ frames: "waiting" }],
    [{ frames: [] }],
    [{ frames: ["waiting"] }],
    [{ frames: ["waiting", "waiting", "waiting"] }],
    [{ frames: ["waiting", "constructor"] }],
    [{ frames: ["waiting", null] }],
    [{ frames: { length: 2 } }],
  ])("of two frames is damaged: %j", (value) => {
    expect(parseProgress(value, 2)).toBeNull();
  });
});

describe("after a look at the spool", () => {
  it.each<[State, boolean, State]>([
    ["waiting", true, "waiting"],
    ["waiting", false, "dropped"],
    ["dropped", false, "dropped"],
    // Somebody looked after the entry was written and before its frames were.
    ["dropped", true, "waiting"],
    ["acknowledged", false, "acknowledged"],
    ["refused", false, "refused"],
    ["unanswered", false, "unanswered"],
    // The program died between recording this and removing the frame.
    ["acknowledged", true, "acknowledged"],
  ])("a frame that was %s, in the spool: %s, is %s", (before, isSpooled, after) => {
    expect(reconciled([before], () => isSpooled)).toEqual([after]);
  });
});
