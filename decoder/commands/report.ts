import { rename, writeFile } from "node:fs/promises";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { answersCsv } from "../answers/csv.ts";
import { answersJson } from "../answers/json.ts";
import { UsageError } from "../errors.ts";
import { answersText } from "../terminal/answerstext.ts";
import {
  type AskingFlags,
  addAskingOptions,
  answer,
  type PublicFlags,
  thresholdOption,
  unsettledOption,
} from "./asking.ts";
import type { AnswerContext } from "./context.ts";
import { debugOption } from "./option.ts";

interface ReportFlags extends AskingFlags, PublicFlags {
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly html?: string;
}

/** Adds `sotto-decoder report`. */
export function register(program: Command, context: AnswerContext): void {
  addAskingOptions(program.command("report").description("say how many report, and what their reports say"))
    .option("--json", "as JSON")
    .option("--csv", "as CSV, one line for each figure")
    .option("--html <file>", "as a page, one file that loads nothing")
    .option("--public", "as everybody may see it: small cells merged, complete windows only")
    .addOption(thresholdOption())
    .addOption(unsettledOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: ["Figures of people are of installations at terminals and in scripts; --where runner=ci shows others."],
        exit: "0 shown, 1 not, 2 wrong usage",
        examples: ["sotto-decoder report", "sotto-decoder report --report weekly --windows 26 --html figures.html"],
      }),
    )
    .action((flags: ReportFlags) => report(flags, context));
}

async function report(flags: ReportFlags, context: AnswerContext): Promise<void> {
  const { json = false, csv = false, html } = flags;
  if (Number(json) + Number(csv) + Number(html !== undefined) > 1) {
    throw new UsageError("SOTTO_USAGE", "give one of --json, --csv and --html");
  }
  const answers = await answer(flags, context);
  if (json) return await context.write(answersJson(answers));
  if (csv) return await context.write(answersCsv(answers));
  if (html === undefined) {
    const { screen } = context;
    const text = answersText(answers, screen === null ? {} : { width: screen.columns, colours: screen.colours });
    return await context.write(text);
  }
  // Whoever looks at the page while it is made anew sees the old one.
  const { answersPage } = await import("../page/answerspage.ts");
  await writeFile(`${html}.part`, answersPage(answers));
  await rename(`${html}.part`, html);
  context.note(`${html} is written`);
}
