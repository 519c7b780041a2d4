import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { type Survey, surveyEngines } from "../engine/survey.ts";
import { EXIT_WRONG_ENGINE } from "../errors.ts";
import type { Context } from "./context.ts";
import { debugOption } from "./option.ts";
import { formatTable } from "./table.ts";

/** Adds `sotto-decoder engines`. */
export function register(program: Command, { write }: Context, exit: (code: number) => void): void {
  program
    .command("engines")
    .description("list what can open boxes on this machine, and how many frames a second each tries in one thread")
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "scan --engine auto takes the fastest. native and wasm are our own code for many frames at a " +
            "time: what they find, and a random sample of what they do not, is tried again by " +
            "sodium-native, or by tweetnacl where that is missing.",
        ],
        exit: "0 listed, 2 wrong usage, 3 an engine computes wrongly on this machine",
      }),
    )
    .action(async () => {
      const survey = await surveyEngines();
      await write(formatSurvey(survey));
      exit(survey.unfit.some(({ isWrong }) => isWrong) ? EXIT_WRONG_ENGINE : 0);
    });
}

/** A table of the engines that run, and a line for each that does not. */
export function formatSurvey({ rated, unfit }: Survey): string {
  const base = rated.find(({ engine }) => engine.name === "sodium-native")?.rate;
  const table = formatTable(
    ["engine", "computes with", "frames/s", ...(base === undefined ? [] : ["times sodium-native"])],
    rated.map(({ engine: { name, path }, rate }) => [
      name,
      path,
      Math.round(rate).toLocaleString("en-US"),
      ...(base === undefined ? [] : [(rate / base).toFixed(2)]),
    ]),
  );
  const lines = unfit.map(
    ({ name, path, reason }) => `${name}${path === null ? "" : ` (${path})`}: not run: ${reason}`,
  );
  return `${[table, ...lines].join("\n")}\n`;
}
