import { DAY_SECONDS, type Field, type ReportDefinition, WEEK_SECONDS } from "@sotto/wire";
import { centralEpsilon, DEFAULT_DELTA } from "../statistics/amplification.ts";
import { reportEpsilon } from "../statistics/composition.ts";
import { responseOdds } from "../statistics/randomisedresponse.ts";
import type { SegmentLosses } from "../store/contract.ts";
import type { PrivacyAnswer, WindowAnswer } from "./model.ts";
import type { Tally } from "./tally.ts";
import { knownValues } from "./valuewords.ts";

/** The epsilon of a field whose answers are blurred; null when they are not. */
export function epsilonOf(field: Field): number | null {
  return "epsilon" in field ? (field.epsilon ?? null) : null;
}

/** The epsilon of a whole report: what fields that are told together add up to. */
export function epsilonOfReport({ fields, rotate }: ReportDefinition): number {
  const blurred = fields.flatMap((field) => {
    const epsilon = epsilonOf(field);
    return epsilon === null ? [] : [{ epsilon, rotates: rotate.includes(field.name) }];
  });
  return reportEpsilon({
    always: blurred.filter(({ rotates }) => !rotates).map(({ epsilon }) => epsilon),
    rotating: blurred.filter(({ rotates }) => rotates).map(({ epsilon }) => epsilon),
  });
}

/**
 * What randomised response promises for a field.
 *
 * @param batch from {@link hidingBatch}.
 */
export function privacyOf(field: Field, report: ReportDefinition, batch: number): PrivacyAnswer | null {
  const epsilon = epsilonOf(field);
  const answers = knownValues(field)?.length ?? 0;
  if (epsilon === null) return null;
  // Whoever tells reports apart by one blurred field tells them apart by all: the whole report's epsilon has to be hidden.
  const central = centralEpsilon(epsilonOfReport(report), batch, DEFAULT_DELTA);
  return {
    epsilon,
    answers,
    truth: responseOdds(answers, epsilon).truth,
    amplified: central === null ? null : { epsilon: central, delta: DEFAULT_DELTA, reports: batch },
  };
}

/**
 * Among how many reports of one published segment a report with a private field hides, at least: the fewest of the
 * project in any segment of the last window, times the share of the smallest group with equal exact fields. In which
 * segment each report came is not kept, so groups are taken to be spread over the segments as all reports are.
 */
export function hidingBatch(
  tally: Tally,
  field: string,
  window: WindowAnswer,
  losses: readonly SegmentLosses[],
): number {
  const from = Date.parse(window.from) / 1000;
  const until = from + (tally.plan.report.window === "week" ? WEEK_SECONDS : DAY_SECONDS);
  const records = losses
    .filter(({ start, end }) => start < until && end > from)
    .map(({ messages }) => messages.record)
    .filter((count) => count > 0);
  const all = records.reduce((sum, count) => sum + count, 0);
  if (all === 0) return 0;
  const share = Math.min(1, tally.smallestCohort(field) / all);
  return Math.floor(Math.min(...records) * share);
}
