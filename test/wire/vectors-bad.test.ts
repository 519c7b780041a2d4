import {
  admit,
  collectorAcceptsWeek,
  decodeName,
  type KeyPair,
  openFrame,
  parseText,
  readBody,
  readHead,
  SottoError,
  verify,
} from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { type BadName, badNames, keyPairs, ZONE } from "./independent.ts";
import { Reassembly } from "./reassembly.ts";

type Stage = BadName["stage"] | "accepted";

function collectorRefusals(frame: Uint8Array, { bits, now_day }: BadName): string[] {
  const head = readHead(frame);
  return [
    ...(head.version === 0 ? [] : ["version"]),
    ...(verify(frame, bits) ? [] : ["puzzle"]),
    ...(collectorAcceptsWeek(head.week, now_day) ? [] : ["week"]),
  ];
}

function textIsRefused(frame: Uint8Array, keyPair: KeyPair): boolean {
  const block = openFrame(frame, keyPair);
  if (block === null) throw new Error("it does not open");
  const span = { start: block.day * 86_400, end: block.day * 86_400 + 1 };
  if (admit(frame, block, span) === "malformed") return true;
  try {
    const body = readBody(block);
    if (body.type === "whole") parseText(body.text);
    return false;
  } catch (error) {
    if (error instanceof SottoError) return true;
    throw error;
  }
}

/** The first stage at which a name by itself is refused. */
function stageOf(bad: BadName): Stage {
  const frame = decodeName(bad.name, ZONE);
  if (frame === null) return "name";
  if (collectorRefusals(frame, bad).length > 0) return "frame";
  const keyPair = keyPairs[bad.to];
  if (openFrame(frame, keyPair) === null) return "open";
  return textIsRefused(frame, keyPair) ? "text" : "accepted";
}

const isPartOfMessage = ({ stage, why }: BadName) => stage === "parts" || why.startsWith("parts: ");
const alone = badNames.filter((bad) => !isPartOfMessage(bad));
const together = new Map<string, BadName[]>();
for (const bad of badNames.filter(isPartOfMessage)) {
  const message = `${bad.stage}: ${bad.why}`;
  together.set(message, [...(together.get(message) ?? []), bad]);
}

describe("bad.ndjson", () => {
  it.each(alone)("$stage refuses: $why", (bad) => {
    expect(stageOf(bad)).toBe(bad.stage);
  });

  it.each(badNames.filter(({ stage }) => stage === "frame"))(
    "the collector refuses for that reason alone: $why",
    (bad) => {
      const frame = decodeName(bad.name, ZONE);
      expect(frame && collectorRefusals(frame, bad)).toEqual([bad.why.match(/^[a-z]+/)?.[0]]);
    },
  );

  it.each([...together])("%s", (_, names) => {
    const log = new Reassembly();
    for (const bad of names) {
      const frame = decodeName(bad.name, ZONE);
      if (frame === null) throw new Error("the name has to decode");
      expect(collectorRefusals(frame, bad)).toEqual([]);
      expect(log.add(frame, keyPairs[bad.to])).toBe("taken");
    }
    const states = log.outcomes().map(({ state }) => state);
    expect(states.length).toBeGreaterThan(0);
    const allowed = names[0]?.stage === "text" ? ["malformed"] : ["void", "incomplete"];
    for (const state of states) expect(allowed).toContain(state);
  });

  it("gives every line to one of these tests", () => {
    expect(badNames).toHaveLength(166);
    expect(alone.length + [...together.values()].flat().length).toBe(166);
  });
});
