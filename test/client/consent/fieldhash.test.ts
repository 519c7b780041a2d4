import type { Definition, Field, ReportDefinition } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { coveredFields, fieldHashes } from "../../../client/consent/fieldhash.ts";

const command: Field = {
  name: "command",
  key: "c",
  kind: "choice",
  values: ["build", "test"],
  epsilon: 2,
  description: "Which command.",
  reason: "To know what to keep.",
  owner: "Ada",
  expires: 21_000,
};
const version: Field = { ...command, name: "version", key: "v", kind: "version" };
const weekly: ReportDefinition = {
  name: "weekly",
  window: "week",
  description: "What is used.",
  fields: [command, version],
  rotate: [],
};
const definitionOf = (report: ReportDefinition): Pick<Definition, "reports"> => ({ reports: [report] });
const told = fieldHashes(definitionOf(weekly));
const covered = (report: ReportDefinition) => [...coveredFields(definitionOf(report), told)];

describe("a grant covers", () => {
  it("the fields that were told", () => expect(covered(weekly)).toEqual(["weekly.command", "weekly.version"]));

  const refinements: [string, Partial<Field> | object][] = [
    ["a value more", { values: ["build", "test", "deploy"] }],
    ["a value less", { values: ["build"] }],
    ["less noise", { epsilon: 4 }],
    ["another key", { key: "cmd" }],
    ["another kind", { kind: "counter", max: 5 }],
    ["another description", { description: "Which command was run." }],
    ["a corrected typing mistake", { description: "Which command!" }],
    ["another reason", { reason: "To sell it." }],
  ];
  it.each(refinements)("not a field with %s, but the others", (_, change) => {
    const refined = { ...command, ...change } as Field;
    expect(covered({ ...weekly, fields: [refined, version] })).toEqual(["weekly.version"]);
  });

  it.each([
    ["another owner", { owner: "Grace" }],
    ["a later end", { expires: 22_000 }],
    ["a link", { link: "https://left-pad.example/c" }],
    ["its values in another order", { values: ["test", "build"] }],
  ])("a field with %s", (_, change) => {
    const changed = { ...command, ...change } as Field;
    expect(covered({ ...weekly, fields: [changed, version] })).toEqual(["weekly.command", "weekly.version"]);
  });

  it("no field that was added, and none under another name", () => {
    const added: Field = { ...version, name: "os", key: "o" };
    expect(covered({ ...weekly, fields: [command, version, added] })).not.toContain("weekly.os");
    expect(covered({ ...weekly, name: "other" })).toEqual([]);
  });

  it("nothing when the report comes by the day, and no field that begins or ceases to rotate", () => {
    expect(covered({ ...weekly, window: "day" })).toEqual([]);
    expect(covered({ ...weekly, rotate: ["command", "version"] })).toEqual([]);
  });

  it("nothing when nothing was told", () => expect([...coveredFields(definitionOf(weekly), {})]).toEqual([]));
});
