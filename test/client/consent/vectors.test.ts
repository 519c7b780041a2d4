import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDefinition } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { readAdministratorWord } from "../../../client/consent/administrator.ts";
import { decide } from "../../../client/consent/decision.ts";
import { canonicalField, coveredFields, fieldHashes } from "../../../client/consent/fieldhash.ts";
import { standingOf } from "../../../client/consent/record.ts";
import { readConsent } from "../../../client/consent/store.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { consentVectors } from "./decisionvectors.ts";

describe("decisions, from real files (test/vectors/client/consent.json)", () => {
  it.each(consentVectors.decisions)("$name", async ({ given, expected }) => {
    const folder = await temporaryFolder();
    const [administrator, consent] = [join(folder, "policy.json"), join(folder, "consent.json")];
    if (given.administrator !== null) await writeFile(administrator, given.administrator);
    if (given.consent !== null) await writeFile(consent, given.consent);
    const reading = readConsent({ path: consent });
    const decision = decide({
      project: given.project,
      mode: given.mode,
      administrator: readAdministratorWord(administrator, given.project),
      environment: given.environment,
      optOut: given.optOut,
      stored:
        reading.type === "read"
          ? { type: "known", standing: standingOf(reading.record, given.project) }
          : { type: "unusable" },
      isCi: given.ci,
      noticeShownNow: given.noticeShownNow,
      sources: consentVectors.paths,
    });
    expect(decision).toEqual(expected);
  });

  it("reach every rule", () => {
    const rules = new Set(consentVectors.decisions.map(({ expected }) => expected.rule));
    expect([...rules].toSorted()).toEqual(
      [
        "administrator",
        "ci",
        "do-not-track",
        "environment",
        "notice",
        "notice-due",
        "notice-shown-now",
        "opt-out-file",
        "project-environment",
        "question-due",
        "questions-spent",
        "stored-host",
        "stored-project",
        "stored-unusable",
      ].toSorted(),
    );
  });
});

describe("canonical forms and their hashes", () => {
  const definition = parseDefinition(JSON.stringify(consentVectors.fields.definition));

  it.each(consentVectors.fields.expected)("$field", ({ field, canonical, sha256 }) => {
    const [reportName = "", name = ""] = field.split(".");
    const report = definition.reports.find((each) => each.name === reportName);
    const found = report?.fields.find((each) => each.name === name);
    if (report === undefined || found === undefined) throw new Error(`the definition has no ${field}`);
    expect(canonicalField(report, found)).toBe(canonical);
    expect(fieldHashes(definition)[field]).toBe(sha256);
  });

  it("are there for every field, and cover it", () => {
    const told = Object.fromEntries(consentVectors.fields.expected.map(({ field, sha256 }) => [field, sha256]));
    expect(fieldHashes(definition)).toEqual(told);
    expect([...coveredFields(definition, told)].toSorted()).toEqual(Object.keys(told).toSorted());
  });
});
