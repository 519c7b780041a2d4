import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDefinition, parsePolicy, stopHash } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import type { Decision } from "../../client/consent/decision.ts";
import { readCounts, sumOf } from "../../client/installation/counts.ts";
import { bindingOf } from "../../client/installation/folder.ts";
import { heardValues } from "../../client/report/heard.ts";
import { runnerOf } from "../../client/report/runner.ts";
import { knownVendors } from "../../client/report/vendors.ts";
import { type Places, placesOf } from "../../client/state/paths.ts";
import { tellingDue } from "../../client/telemetry/telling.ts";
import { temporaryFolder } from "../e2e/scene.ts";
import { type DefinitionVector, definitionVectors } from "../vectors/make-definition-vectors.ts";
import { type Raw, rawField, withValue } from "../wire/definitions.ts";
import { refusalOf } from "../wire/refusal.ts";
import { reportOf } from "./report/definition.ts";
import { clientVectors } from "./report/vectors.ts";

const definition = clientVectors<{ definition: Raw; changes: DefinitionVector[] }>("definition");
const policy = clientVectors<{
  policies: {
    what: string;
    records: string[][];
    policy: { ack: string[]; bits: number | null; stop: string[] } | null;
  }[];
  stops: { project: string; stop: string }[];
}>("policy");
const surroundings = clientVectors<{
  runners: {
    what: string;
    environment: Record<string, string>;
    files: Record<string, string>;
    terminal: boolean;
    runner: string;
  }[];
  places: (Places & { platform: string; environment: Record<string, string>; home: string | null })[];
  bindings: { machine: string; uid: string; inode: string; binding: string }[];
}>("surroundings");
const counting = clientVectors<{
  heard: { field: Raw; said: unknown; kept: unknown }[];
  fields: Record<string, Raw>;
  sums: { what: string; lines: string[]; sum: unknown }[];
}>("counting");
const telling = clientVectors<{
  tellings: {
    what: string;
    state: Decision["state"];
    rule: Decision["rule"];
    covers: Decision["covers"];
    mode: "ask" | "notice";
    asked: number;
    untold: boolean;
    ci: boolean;
    shown: string | null;
  }[];
}>("telling");

/** A field of a kind, with what all have. */
function fieldOf({ kind, ...members }: Raw, key = "k"): Raw {
  return rawField(key, String(kind), members);
}

describe("the vectors for clients in other languages", () => {
  it.each(definition.changes)("a definition with $why", ({ path, value, mistake }) => {
    const text = JSON.stringify(withValue(definition.definition, path, value));
    if (mistake === null) parseDefinition(text);
    else expect(refusalOf(() => parseDefinition(text))).toBe("SOTTO_DEFINITION");
  });

  it("about definitions are the rules that definitions are held to here", () => {
    expect(definition).toEqual(JSON.parse(JSON.stringify(definitionVectors())));
  });

  it.each(policy.policies)("a policy record: $what", ({ records, policy: expected }) => {
    const found = parsePolicy(records);
    const read = found === null ? null : { ack: found.ack, bits: found.bits ?? null, stop: found.stop };
    expect(read).toEqual(expected);
  });

  it.each(policy.stops)("a stop of $project", ({ project, stop }) => {
    expect(stopHash(project)).toBe(stop);
  });

  it.each(surroundings.runners)("the runner: $what", ({ environment, files, terminal: isTerminal, runner }) => {
    const exists = (path: string) => Object.hasOwn(files, path);
    const read = (path: string) => files[path] ?? null;
    expect(runnerOf({ environment, vendors: knownVendors(), isTerminal, exists, read })).toBe(runner);
  });

  it.each(surroundings.places)("places on $platform with $environment in $home", (vector) => {
    const { platform, environment, home, ...places } = vector;
    expect(placesOf({ platform, environment, home })).toEqual(places);
  });

  it.each(surroundings.bindings)("the binding $binding", ({ binding, ...bound }) => {
    expect(bindingOf(bound)).toBe(binding);
  });

  it.each(counting.heard)("what is kept of $said for $field", ({ field, said, kept }) => {
    const report = reportOf({ one: fieldOf(field) });
    expect(heardValues(report, { one: said }, new Set(["one"]))).toEqual(kept === null ? {} : { one: kept });
  });

  it.each(counting.sums)("counts added up: $what", async ({ lines, sum }) => {
    const home = await temporaryFolder();
    const folder = { path: join(home, "one"), within: home };
    mkdirSync(folder.path);
    writeFileSync(join(folder.path, "counts-20780.ndjson"), lines.join("\n"));
    const fields = Object.entries(counting.fields).map(([name, field], at) => [name, fieldOf(field, `k${at}`)]);
    const counters = reportOf(Object.fromEntries(fields)).fields.filter((field) => field.kind === "counter");
    const found = readCounts(folder).flatMap(({ lines: read }) => read);
    expect(sumOf(found, { weekly: counters }).weekly ?? null).toEqual(sum);
  });

  it.each(telling.tellings)("what is shown: $what", ({ state, rule, covers, mode, asked, untold, ci, shown }) => {
    const decision: Decision = { state, rule, source: null, covers };
    const inputs = { decision, mode, standing: { asked }, hasUntold: () => untold, isCi: () => ci };
    expect(tellingDue(inputs)).toBe(shown);
  });
});
