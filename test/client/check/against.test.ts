import { parseDefinition } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareDefinitions } from "../../../client/check/against.ts";
import {
  completeDefinition,
  definitions,
  keyText,
  type Path,
  type Raw,
  rawField,
  withValue,
} from "../../wire/definitions.ts";
import { RUNS } from "../../wire/property.ts";
import { read } from "./scene.ts";

/** What changed since the definition that uses everything there is, as lines. */
function since(...changes: [path: string, value: unknown][]): string[] {
  return between(completeDefinition(), ...changes);
}

function between(old: Raw, ...changes: [path: string, value: unknown][]): string[] {
  const now = changes.reduce<unknown>((raw, [path, value]) => withValue(raw, stepsOf(path), value), old) as Raw;
  return compareDefinitions(read(old), read(now)).map(({ level, path, message }) => `${level}: ${path} ${message}`);
}

function stepsOf(path: string): Path {
  return path.split(".").map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

const FIELDS = "reports.weekly.fields";

describe("sotto-client check --against", () => {
  it("finds nothing in the same definition, nor in another order of values, fields and rotation", () => {
    expect(since()).toEqual([]);
    expect(since([`${FIELDS}.command.values`, ["test", "build"]])).toEqual([]);
    expect(since(["reports.weekly.rotate", ["files", "command"]])).toEqual([]);
    const { tty, ...others } = (completeDefinition() as { reports: { weekly: { fields: Raw } } }).reports.weekly.fields;
    expect(since([FIELDS, { ...others, tty }])).toEqual([]);
  });

  it.each<[string, [string, unknown][], string[]]>([
    [
      "a renamed project",
      [["project", "right-pad"]],
      ["error: project was left-pad, is right-pad: consent and stop lists go by it"],
    ],
    ["other consent", [["consent", "ask"]], ["note: consent was notice, is ask"]],
    [
      "a zone left",
      [["zones", [{ zone: "r.example.net" }]]],
      ["note: zones no longer has r.example.org, where old programs send"],
    ],
    [
      "another epoch of a key",
      [["keys.0.until", "2026-12-14"]],
      ["warning: keys[0] was 2026-11-23 to 2026-12-07, is 2026-11-23 to 2026-12-14"],
    ],
    ["another key", [["keys.0.key", keyText(2)]], []],
    [
      "another sample of CI",
      [["ciSample", 0.5]],
      ["warning: ciSample was 0.25, is 0.5: reports of CI jobs are multiplied by it"],
    ],
    ["another window", [["reports.weekly.window", "day"]], ["error: reports.weekly.window was week, is day"]],
    [
      "another rotation",
      [["reports.weekly.rotate", ["command", "files", "tty"]]],
      [
        "warning: reports.weekly.rotate was command, files, is command, files, tty: figures are scaled by the list's length",
      ],
    ],
    [
      "no rotation",
      [["reports.weekly.rotate", undefined]],
      ["warning: reports.weekly.rotate was command, files, is nothing: figures are scaled by the list's length"],
    ],
    ["another key of a field", [[`${FIELDS}.age.key`, "x"]], [`error: ${FIELDS}.age.key was a, is x`]],
    ["another kind", [[`${FIELDS}.age.kind`, "runner"]], [`error: ${FIELDS}.age.kind was age, is runner`]],
    [
      "a value less",
      [[`${FIELDS}.platform.values`, ["linux-x64"]]],
      [`error: ${FIELDS}.platform.values no longer has darwin-arm64, which old programs report`],
    ],
    [
      "a value more",
      [[`${FIELDS}.platform.values`, ["linux-x64", "darwin-arm64", "win32-x64"]]],
      [`note: ${FIELDS}.platform.values has win32-x64 added, which old programs report as other`],
    ],
    [
      "a value more behind noise",
      [[`${FIELDS}.command.values`, ["build", "test", "lint"]]],
      [`error: ${FIELDS}.command.values has lint added: the noise of old reports is of fewer values`],
    ],
    [
      "a counter's values gone",
      [["reports.daily.fields.errors.values", undefined]],
      ["error: reports.daily.fields.errors.values was E_IO, E_NET, is gone"],
    ],
    [
      "other bounds",
      [[`${FIELDS}.files.bounds`, [0, 10]]],
      [`error: ${FIELDS}.files.bounds was 0, 10, 100.5, is 0, 10`],
    ],
    ["another epsilon", [[`${FIELDS}.tty.epsilon`, 1]], [`error: ${FIELDS}.tty.epsilon was 2, is 1`]],
    ["no noise any more", [[`${FIELDS}.tty.epsilon`, undefined]], [`error: ${FIELDS}.tty.epsilon was 2, is gone`]],
    [
      "another clip",
      [["reports.daily.fields.runs.max", 10]],
      ["warning: reports.daily.fields.runs.max was 1000, is 10: counts are clipped to it"],
    ],
    [
      "a later end",
      [[`${FIELDS}.age.expires`, "2029-01-01"]],
      [`note: ${FIELDS}.age.expires was 2028-01-01, is 2029-01-01`],
    ],
    [
      "other words",
      [
        [`${FIELDS}.age.reason`, "Because."],
        [`${FIELDS}.age.owner`, "Us"],
        ["reports.daily.description", "More."],
      ],
      [
        `note: ${FIELDS}.age.reason has other words`,
        `note: ${FIELDS}.age.owner has other words`,
        "note: reports.daily.description has other words",
      ],
    ],
    ["a field less", [[`${FIELDS}.age`, undefined]], [`note: ${FIELDS}.age is retired`]],
    ["a report less", [["reports.daily", undefined]], ["note: reports.daily is retired"]],
    [
      "a field more",
      [[`${FIELDS}.colour`, rawField("x", "boolean")]],
      [`note: ${FIELDS}.colour is new: users are told, or asked again`],
    ],
    [
      "a report more",
      [["reports.other", { window: "day", description: "x", fields: { x: rawField("x", "age") } }]],
      ["note: reports.other is new: users are told, or asked again"],
    ],
    [
      "a retired key for another field",
      [
        [`${FIELDS}.age`, undefined],
        [`${FIELDS}.colour`, rawField("a", "boolean")],
      ],
      [
        `note: ${FIELDS}.colour is new: users are told, or asked again`,
        `note: ${FIELDS}.age is retired`,
        `error: ${FIELDS}.colour.key is a, under which old programs report age: take one that was never used`,
      ],
    ],
  ])("says of %s what it is", (_, changes, expected) => {
    expect(since(...changes)).toEqual(expected);
  });

  it("sees noise that was not there before", () => {
    const old = withValue(completeDefinition(), stepsOf(`${FIELDS}.tty.epsilon`), undefined) as Raw;
    expect(between(old, [`${FIELDS}.tty.epsilon`, 1])).toEqual([`error: ${FIELDS}.tty.epsilon was not there, is 1`]);
  });

  it("finds nothing between any definition and itself, and never fails between two", () => {
    fc.assert(
      fc.property(definitions, definitions, (first, second) => {
        const [a, b] = [first, second].map((raw) => parseDefinition(JSON.stringify(raw)));
        if (a === undefined || b === undefined) return;
        expect(compareDefinitions(a, a)).toEqual([]);
        for (const { path, message } of compareDefinitions(a, b)) {
          expect(`${path} ${message}`).not.toMatch(/\p{Cc}|NaN|undefined/u);
        }
      }),
      { ...RUNS, numRuns: 500 },
    );
  });
});
