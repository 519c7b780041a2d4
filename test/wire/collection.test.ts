import { consentOf, parseCollection, rereadCollection } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { completeDefinition, definitions } from "./definitions.ts";

describe("reading again", () => {
  it("gives what was accepted, octet for octet", () => {
    expect(rereadCollection(completeDefinition())).toEqual(parseCollection(completeDefinition()));
    fc.assert(
      fc.property(definitions, (raw) => {
        expect(rereadCollection(raw)).toStrictEqual(parseCollection(raw));
      }),
    );
  });
});

describe("the consent of a definition that nobody has looked at", () => {
  it("is the one that the whole definition says", () => {
    fc.assert(
      fc.property(definitions, (raw) => {
        const { project, consent } = parseCollection(raw);
        expect(consentOf(raw)).toEqual({ project, consent });
      }),
    );
  });

  it.each([
    ["no object", null],
    ["a list", []],
    ["no project", { consent: "ask" }],
    ["a project that leads out of its folder", { project: "../x" }],
    ["a project with a line end", { project: "x\n" }],
    ["a consent that is not known", { project: "x", consent: "none" }],
  ])("is not known of %s", (_, raw) => {
    expect(consentOf(raw)).toBeNull();
  });
});
