import {
  type Field,
  isExpired,
  MAX_TEXT_OCTETS,
  type RandomSource,
  type ReportDefinition,
  WINDOWS_BACK_KEY,
} from "@sotto/wire";
import { type Counts, countsOf } from "./activity.ts";
import { saidOf } from "./heard.ts";
import { randomisedResponse } from "./noise.ts";
import { ownMember } from "./record.ts";
import { drawnField } from "./rotate.ts";
import { type Answer, answersOf, type ClientFacts, valueText, type WireValue, wireValue } from "./values.ts";
import type { DueWindow } from "./window.ts";

/** What was drawn at random for a report in a window, and holds in it; JSON. */
export interface Draws {
  /** The window that is described. */
  readonly window: number;
  /** The one field of the `rotate` list; null when the report does not rotate. */
  readonly rotated: string | null;
  /** What fields with `epsilon` answer, by the field's name. */
  readonly answers: Readonly<Record<string, Answer>>;
}

/** Why a report does not tell of a field. */
export type LeftOutReason =
  /** It expired. */
  | "expired"
  /** The user did not agree to it. */
  | "not-granted"
  /** Another field of the `rotate` list was drawn. */
  | "not-drawn"
  /** The application said nothing of it, or nothing that it can hold. */
  | "no-value";

/** A field that a report does not tell of. */
export interface LeftOut {
  /** The field's name. */
  readonly field: string;
  readonly reason: LeftOutReason;
}

/** All that a report's text depends on, but for what is drawn. */
export interface ReportInput {
  readonly report: ReportDefinition;
  readonly due: DueWindow;
  /** The day of sealing, days since 1970-01-01 UTC: fields that are expired on it are left out. */
  readonly day: number;
  /** Names of the report's fields that the user agreed to. */
  readonly granted: ReadonlySet<string>;
  /** What the application said: an object, by the fields' names. Anything else says nothing. */
  readonly application: unknown;
  /** What was counted in the window. */
  readonly counts: Counts;
  readonly client: ClientFacts;
  /** What was drawn for the report before, in whichever window. */
  readonly draws: Draws | null;
}

/** A report, or why there is none. */
export type ReportOutcome =
  /** The text to seal: JSON of 2 to 864 octets, all of them ASCII. */
  | { readonly type: "text"; readonly text: string; readonly leftOut: readonly LeftOut[] }
  /** Every field is expired or not granted. */
  | { readonly type: "nothing"; readonly leftOut: readonly LeftOut[] }
  /** More than the 864 octets that sixteen parts hold: nothing is sent, and the definition needs fewer fields. */
  | { readonly type: "too-long"; readonly octets: number; readonly leftOut: readonly LeftOut[] };

/** A report with what was drawn for it, which is to be kept before the text is used. */
export interface ComposedReport {
  readonly outcome: ReportOutcome;
  readonly draws: Draws;
}

/** Whether a field is expired or not granted; null when it may be told. */
export function withheld(field: Field, granted: ReadonlySet<string>, day: number): "expired" | "not-granted" | null {
  if (isExpired(field, day)) return "expired";
  return granted.has(field.name) ? null : "not-granted";
}

/**
 * Makes the text of a report: keys in the order of the definition, then `w` when the window is not the present one.
 *
 * Nothing but the kinds' values can get into it, whatever the application passes: what it says is read member by
 * member, and what cannot be read (a getter that throws, a proxy) was not said.
 */
export function composeReport(input: ReportInput, random: RandomSource): ComposedReport {
  const { report, due } = input;
  const kept = input.draws?.window === due.window ? input.draws : null;
  const rotated = drawnField(kept?.rotated ?? null, report.rotate, random);
  const answers = new Map<string, Answer>(Object.entries(kept?.answers ?? {}));
  const leftOut: LeftOut[] = [];
  const members: string[] = [];
  for (const field of report.fields) {
    const value = valueOrReason(field);
    if (value.reason !== undefined) leftOut.push({ field: field.name, reason: value.reason });
    else members.push(`"${field.key}":${valueText(value.told)}`);
  }
  const draws = { window: due.window, rotated, answers: Object.fromEntries(answers) };
  return { outcome: outcomeOf(members, leftOut, input), draws };

  function valueOrReason(field: Field): { told: WireValue; reason?: never } | { reason: LeftOutReason } {
    const reason = withheld(field, input.granted, input.day);
    if (reason !== null) return { reason };
    if (report.rotate.includes(field.name) && field.name !== rotated) return { reason: "not-drawn" };
    if (field.kind === "counter") return { told: countsOf(field, ownMember(input.counts, field.name)) };
    const truth = wireValue(field, saidOf(input.application, field.name), input.client);
    return truth === null ? { reason: "no-value" } : { told: answer(field, truth) };
  }

  function answer(field: Exclude<Field, { kind: "counter" }>, truth: Answer): Answer {
    if (!("epsilon" in field) || field.epsilon === undefined) return truth;
    const possible = answersOf(field);
    const before = answers.get(field.name);
    // The definition may have changed within the window: an answer that it does not know any more cannot hold.
    if (before !== undefined && possible.includes(before)) return before;
    const drawn = randomisedResponse(possible.indexOf(truth), possible.length, field.epsilon, random);
    const given = possible[drawn] ?? truth;
    answers.set(field.name, given);
    return given;
  }
}

function outcomeOf(members: string[], leftOut: readonly LeftOut[], { report, due }: ReportInput): ReportOutcome {
  const withholding = leftOut.filter(({ reason }) => reason === "expired" || reason === "not-granted");
  if (withholding.length === report.fields.length) return { type: "nothing", leftOut };
  const back = due.back === 0 ? [] : [`"${WINDOWS_BACK_KEY}":${due.back}`];
  const text = `{${[...members, ...back].join(",")}}`;
  if (text.length > MAX_TEXT_OCTETS) return { type: "too-long", octets: text.length, leftOut };
  return { type: "text", text, leftOut };
}
