import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DecisionInputs, decide, projectVariable } from "../../../client/consent/decision.ts";

const SOURCES = { administrator: "/etc/sotto/policy.json", consent: "/home/ada/.config/sotto/consent.json" };

const word = fc.constantFrom("on", "off", "debug", "1", "0", "", "ja", "YES", " no ");
const answer = fc.constantFrom(null, "granted" as const, "denied" as const);

const inputs: fc.Arbitrary<DecisionInputs> = fc.record({
  project: fc.constant("left-pad"),
  mode: fc.constantFrom("ask" as const, "notice" as const),
  administrator: fc.constantFrom({ type: "nothing" as const }, { type: "on" as const }, { type: "off" as const }),
  environment: fc.record(
    { DO_NOT_TRACK: fc.constantFrom("", "0", "1", "false"), SOTTO_TELEMETRY: word, LEFT_PAD_TELEMETRY: word },
    { requiredKeys: [] },
  ),
  optOut: fc.constantFrom(null, "/home/ada/.sotto-opt-out"),
  stored: fc.oneof(
    fc.record({
      type: fc.constant("known" as const),
      standing: fc.record({
        host: answer,
        project: answer,
        asked: fc.nat(5),
        noticed: fc.constantFrom(null, 20_773),
      }),
    }),
    fc.constant({ type: "unusable" as const }),
  ),
  isCi: fc.boolean(),
  noticeShownNow: fc.boolean(),
  sources: fc.constant(SOURCES),
});

const withEnvironment = (given: DecisionInputs, more: Record<string, string>): DecisionInputs => {
  return { ...given, environment: { ...given.environment, ...more } };
};
const withStored = (given: DecisionInputs, more: { host?: "denied"; project?: "denied" }): DecisionInputs => {
  if (given.stored.type === "unusable") return given;
  return { ...given, stored: { type: "known", standing: { ...given.stored.standing, ...more } } };
};

/** Every way to say off. */
const offs: Record<string, (given: DecisionInputs) => DecisionInputs> = {
  administrator: (given) => ({ ...given, administrator: { type: "off" } }),
  DO_NOT_TRACK: (given) => withEnvironment(given, { DO_NOT_TRACK: "1" }),
  SOTTO_TELEMETRY: (given) => withEnvironment(given, { SOTTO_TELEMETRY: "off" }),
  LEFT_PAD_TELEMETRY: (given) => withEnvironment(given, { LEFT_PAD_TELEMETRY: "off" }),
  "opt-out file": (given) => ({ ...given, optOut: "/work/.sotto-opt-out" }),
  "no for the host": (given) => withStored(given, { host: "denied" }),
  "no to the project": (given) => withStored(given, { project: "denied" }),
  "unusable consent file": (given) => ({ ...given, stored: { type: "unusable" } }),
};

describe("the decision", () => {
  it.each(Object.entries(offs))("is never granted once %s says off", (_, off) => {
    fc.assert(
      fc.property(inputs, (given) => {
        expect(["denied", "debug"]).toContain(decide(off(given)).state);
      }),
    );
  });

  it.each(Object.entries(offs))("that denied already denies with %s too", (_, off) => {
    fc.assert(
      fc.property(inputs, (given) => {
        if (decide(given).state === "denied") expect(decide(off(given)).state).toBe("denied");
      }),
    );
  });

  it("is denied under the administrator's off and DO_NOT_TRACK, even in debug", () => {
    fc.assert(
      fc.property(inputs, fc.constantFrom("administrator", "DO_NOT_TRACK"), (given, name) => {
        expect(decide(offs[name]?.(given) ?? given).state).toBe("denied");
      }),
    );
  });

  it("covers fields exactly when something is granted or printed, and names a source unless undecided", () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const { state, covers, source } = decide(given);
        expect(covers !== "none").toBe(state === "granted" || state === "debug");
        expect(source === null).toBe(state === "undecided");
      }),
    );
  });

  it("is never granted in CI without a grant by environment, nor in the run that shows a notice", () => {
    fc.assert(
      fc.property(inputs, (given) => {
        expect(decide({ ...given, noticeShownNow: true }).state).not.toBe("granted");
        const alone: DecisionInputs = { ...given, isCi: true, administrator: { type: "nothing" }, environment: {} };
        expect(decide(alone).state).not.toBe("granted");
      }),
    );
  });

  it("is never granted when nobody ever said or was told anything", () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const standing = { host: null, project: null, asked: 0, noticed: null };
        const blank: DecisionInputs = { ...given, administrator: { type: "nothing" }, environment: {} };
        expect(decide({ ...blank, stored: { type: "known", standing } }).state).not.toBe("granted");
      }),
    );
  });
});

describe("the variable of a project", () => {
  it.each([
    ["left-pad", "LEFT_PAD_TELEMETRY"],
    ["a", "A_TELEMETRY"],
    ["-", "__TELEMETRY"],
    ["3d-x-y", "3D_X_Y_TELEMETRY"],
  ])("%s has %s", (project, variable) => expect(projectVariable(project)).toBe(variable));
});
