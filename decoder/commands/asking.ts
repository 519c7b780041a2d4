import type { Definition } from "@sotto/wire";
import { type Command, Option } from "commander";
import { buildAnswers, type Question } from "../answers/build.ts";
import type { Answers } from "../answers/model.ts";
import { publicView } from "../answers/publicview.ts";
import { readQuestion, readWhole } from "../answers/question.ts";
import { UsageError } from "../errors.ts";
import { DEFAULT_THRESHOLD } from "../statistics/suppression.ts";
import type { RecordStore } from "../store/contract.ts";
import type { AnswerContext } from "./context.ts";
import { collect, storeOption } from "./option.ts";

/** A threshold below merges nothing; above, next to nothing would be left. */
const MIN_THRESHOLD = 2;
const MAX_THRESHOLD = 100_000;

/** Where records and their definition are. */
export interface SourceFlags {
  readonly store: string;
  readonly definition: string;
}

/** What is asked, as flags. */
export interface AskingFlags extends SourceFlags {
  readonly report?: readonly string[];
  readonly windows?: string;
  readonly until?: string;
  readonly where?: readonly string[];
}

/** For whom it is. */
export interface PublicFlags {
  readonly public?: boolean;
  readonly threshold?: string;
  readonly unsettled?: boolean;
}

/** Adds the flags that say where records are. */
export function addSourceOptions(command: Command): Command {
  return command.addOption(storeOption()).option("--definition <file>", "the report definition", "sotto.json");
}

/** Adds the flags that ask for something. */
export function addAskingOptions(command: Command): Command {
  return addSourceOptions(command)
    .option("--report <name>", "only this report (repeatable)", collect)
    .option("--windows <number>", "how many weeks, or days of reports by the day (default: 12)")
    .option("--until <date>", "only what was over by this day")
    .option("--where <field=value>", "only reports that say this (repeatable: alternatives of one field)", collect);
}

export const thresholdOption = () =>
  new Option("--threshold <number>", `merge cells of fewer reports (default: ${DEFAULT_THRESHOLD})`);

export const unsettledOption = () =>
  new Option("--unsettled", "also windows that may still grow: two publications then tell what late reports say");

/** Reads a threshold. */
export function thresholdOf(text: string | undefined): number {
  return text === undefined ? DEFAULT_THRESHOLD : readWhole(text, MIN_THRESHOLD, MAX_THRESHOLD, "--threshold");
}

/**
 * The threshold for those whom figures are for; null when they are for the holder of the records.
 *
 * @throws UsageError `SOTTO_USAGE` for flags that do not go together.
 */
export function audienceOf(flags: PublicFlags & Pick<AskingFlags, "where">): number | null {
  if (flags.public === true) {
    if (flags.where === undefined) return thresholdOf(flags.threshold);
    throw new UsageError(
      "SOTTO_USAGE",
      "--public has no --where: what two tables of different reports hide could be told from their difference",
    );
  }
  if (flags.threshold === undefined && flags.unsettled === undefined) return null;
  throw new UsageError("SOTTO_USAGE", "--threshold and --unsettled are for --public");
}

/** Answers what flags ask. */
export async function answer(flags: AskingFlags & PublicFlags, context: AnswerContext): Promise<Answers> {
  const threshold = audienceOf(flags);
  return await withRecords(flags, context, async (store, definition) => {
    const question = readQuestion(
      {
        reports: flags.report ?? [],
        windows: flags.windows,
        until: flags.until,
        where: flags.where ?? [],
        settled: threshold !== null && flags.unsettled !== true,
      },
      definition,
    );
    refuseNothing(question, definition);
    const answers = await buildAnswers(store, definition, question);
    return threshold === null ? answers : publicView(answers, threshold);
  });
}

/** Opens records, and closes them when the work is done. */
export async function withRecords<Result>(
  flags: SourceFlags,
  context: AnswerContext,
  work: (store: RecordStore, definition: Definition) => Promise<Result>,
): Promise<Result> {
  const definition = await context.definition(flags.definition);
  const store = await context.openStore(flags.store);
  try {
    return await work(store, definition);
  } finally {
    await store.close();
  }
}

function refuseNothing({ where = [], reports }: Question, definition: Definition): void {
  const chosen = definition.reports.filter(({ name }) => reports?.includes(name) ?? true);
  const fits = chosen.some((report) => where.every(({ field }) => report.fields.some(({ name }) => name === field)));
  if (where.length > 0 && !fits) throw new UsageError("SOTTO_WHERE", "no report has all of these fields");
}
