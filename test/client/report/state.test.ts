import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  NEW_REPORT_STATE,
  newProjectState,
  type ProjectState,
  readProjectState,
} from "../../../client/report/state.ts";
import { RUNS } from "../../wire/property.ts";

const state: ProjectState = {
  firstDay: 20_780,
  reports: {
    constructor: NEW_REPORT_STATE,
    weekly: {
      reported: [2968, 2969],
      activity: [{ window: 2969, counts: { runs: 3, errors: { E_IO: 1 } } }],
      draws: { window: 2969, rotated: "tty", answers: { tty: true, command: "build", files: 2 } },
    },
  },
  merged: [20_779, 20_780],
};

describe("the state", () => {
  it("is read as it was written", () => {
    expect(readProjectState(JSON.parse(JSON.stringify(state)))).toEqual(state);
    expect(readProjectState(JSON.parse(JSON.stringify(newProjectState(20_780))))).toEqual(newProjectState(20_780));
  });

  it("loses what is damaged and no more", () => {
    const damaged = {
      firstDay: 20_780,
      reports: {
        weekly: {
          reported: [2968, "2969", 1.5, null],
          activity: [{ window: 1, counts: { runs: "3", errors: { E_IO: 1, E: {} } } }, 7, { window: null }],
          draws: { window: 5, rotated: 3, answers: { a: {}, b: 1 } },
        },
        daily: [],
      },
      merged: [20_779, "20780", 7, null],
    };
    expect(readProjectState(damaged)).toEqual({
      firstDay: 20_780,
      reports: {
        weekly: {
          reported: [2968],
          activity: [{ window: 1, counts: { errors: { E_IO: 1 } } }],
          draws: { window: 5, rotated: null, answers: { b: 1 } },
        },
        daily: NEW_REPORT_STATE,
      },
      merged: [20_779],
    });
  });

  it("is none without a first day that can be", () => {
    for (const value of [null, [], 3, {}, { firstDay: 0 }, { firstDay: "20780" }]) {
      expect(readProjectState(value)).toBeNull();
    }
  });

  it("is read without an error from any JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(readProjectState(value)?.reports).toBeUndefined();
        readProjectState({ firstDay: 20_780, reports: value, merged: value });
        readProjectState({ firstDay: 20_780, reports: { weekly: value } });
        readProjectState({
          firstDay: 20_780,
          reports: { weekly: { reported: value, activity: [value], draws: value } },
        });
      }),
      { ...RUNS, numRuns: 1000 },
    );
  });
});
