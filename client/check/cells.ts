import type { Field, ReportDefinition } from "@sotto/wire";
import { alternativesOf, carriedOn } from "./carried.ts";
import { noisyBits } from "./noise.ts";
import { AGES, RUNNERS } from "./size.ts";

/** Versions that are taken to be in use at a time; the format knows no end of them. */
export const ASSUMED_VERSIONS = 32;

/** How far one report can tell an installation from others. */
export interface Combinations {
  /** Of true values that one report can carry, as a power of two: beyond a thousand bits no number holds them. */
  readonly possibleBits: number;
  /** What remains of it behind the noise of fields with `epsilon`. */
  readonly bits: number;
  /** The same without counts: what stays from window to window, and could so link reports of several windows. */
  readonly lastingBits: number;
  /** Fields for whose number of values something had to be assumed. */
  readonly assumed: readonly Field[];
}

/**
 * The combinations of values of a report on a day. Of the fields that rotate a report carries one, so the one with most
 * values counts; which one was drawn is chance and tells nothing.
 */
export function combinationsOf(report: Pick<ReportDefinition, "fields" | "rotate">, day: number): Combinations {
  const carried = carriedOn(report, day);
  const alternatives = alternativesOf(carried);
  const most = (bitsOf: (field: Field) => number) =>
    Math.max(...alternatives.map((fields) => fields.reduce((sum, field) => sum + bitsOf(field), 0)));
  return {
    possibleBits: most(possibleBits),
    bits: most(toldBits),
    lastingBits: most((field) => (field.kind === "counter" ? 0 : toldBits(field))),
    assumed: [...carried.always, ...carried.rotated].filter(({ kind }) => kind === "version" || kind === "session"),
  };
}

/** Different answers that a field can give; null where there is no such number, or none that a number holds. */
export function answersOf(field: Field): number | null {
  switch (field.kind) {
    case "boolean":
      return 2;
    case "choice":
    case "platform":
      return field.values.length + 1;
    case "bucket":
      return field.bounds.length + 1;
    case "runner":
      return RUNNERS.length;
    case "age":
      return AGES;
    default:
      return null;
  }
}

function possibleBits(field: Field): number {
  switch (field.kind) {
    case "counter":
      // Each listed value and `other` is counted by itself, from 0 to the most.
      return (field.values === undefined ? 1 : field.values.length + 1) * Math.log2(field.max + 1);
    case "version":
      return Math.log2(ASSUMED_VERSIONS);
    case "session":
      // A number drawn afresh tells nothing of the machine. That it links reports is a finding of its own.
      return 0;
    default:
      return Math.log2(answersOf(field) ?? 1);
  }
}

function toldBits(field: Field): number {
  const answers = answersOf(field);
  if (!("epsilon" in field) || field.epsilon === undefined || answers === null) return possibleBits(field);
  return noisyBits(answers, field.epsilon);
}
