import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { buildAnswers, windowsWithin } from "../answers/build.ts";
import { publicView } from "../answers/publicview.ts";
import { SiteError, UsageError } from "../errors.ts";
import { previewText } from "../publish/preview.ts";
import { ownFiles, writeSite } from "../publish/sitefolder.ts";
import {
  addSourceOptions,
  type SourceFlags,
  thresholdOf,
  thresholdOption,
  unsettledOption,
  withRecords,
} from "./asking.ts";
import type { AnswerContext } from "./context.ts";
import { debugOption } from "./option.ts";

interface PublishFlags extends SourceFlags {
  readonly to: string;
  readonly threshold?: string;
  readonly unsettled?: boolean;
  readonly yes?: boolean;
}

/** Adds `sotto-decoder publish`. */
export function register(program: Command, context: AnswerContext): void {
  addSourceOptions(program.command("publish").description("write a site of figures that everybody may see"))
    .requiredOption("--to <folder>", "an empty folder, or one that was published to before")
    .addOption(thresholdOption())
    .addOption(unsettledOption())
    .option("--yes", "do not ask")
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "Shows what would be published, and asks. The site has pages, JSON and CSV of the last 30, 90 " +
            "and 365 days that are complete.",
        ],
        exit: "0 written, 1 not, 2 wrong usage",
        examples: ["sotto-decoder publish --to public"],
      }),
    )
    .action((flags: PublishFlags) => publish(flags, context));
}

async function publish(flags: PublishFlags, context: AnswerContext): Promise<void> {
  const threshold = thresholdOf(flags.threshold);
  if (flags.yes !== true && context.confirm === null) {
    throw new UsageError("SOTTO_USAGE", "nobody can be asked here: look at report --public, then give --yes");
  }
  const { LONGEST_PERIOD, siteFiles } = await import("../publish/site.ts");
  await ownFiles(flags.to);
  const answers = await withRecords(flags, context, (store, definition) =>
    buildAnswers(store, definition, { windows: windowsWithin(LONGEST_PERIOD), settled: flags.unsettled !== true }),
  );
  const shown = publicView(answers, threshold);
  const files = siteFiles(shown);
  await context.write(`${previewText(answers, shown, files, flags.to)}\n`);
  if (flags.yes !== true && !(await context.confirm?.("Publish this?"))) {
    throw new SiteError("SOTTO_SITE_DECLINED", "nothing was published");
  }
  await writeSite(flags.to, files);
  context.note(`${flags.to} is written: ${files.length} files`);
}
