import { type Definition, DefinitionError, type DefinitionProblem, dayOf, parseDefinition } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { byLevel, countedLevels, type Finding, FindingsError } from "../check/finding.ts";
import { readDefinitionFile } from "../definitionfile.ts";

/** What the commands about a definition have to do with the world, files apart. */
export interface World {
  /** Days since 1970-01-01 UTC. */
  readonly today: number;
  /** To standard output, as it is. */
  print(text: string): void;
}

/** The process's own clock and output. */
export function systemWorld(): World {
  return { today: dayOf(Date.now() / 1000), print: (text) => process.stdout.write(text) };
}

interface CheckFlags {
  readonly against?: string;
}

/** Adds `sotto-client check`. */
export function register(program: Command, world: World = systemWorld()): void {
  program
    .command("check")
    .description("look for what is wrong with a report definition, or will be")
    .argument("<definition>", "the report definition, sotto.json")
    .option("--against <file>", "an earlier one, as it was released: nothing in it may have another meaning now")
    .option("--debug", "print the stack of an error")
    .addHelpText(
      "after",
      furtherHelp({
        notes: ["Looks at size, at how identifying a combination of values is, at expiry, noise, keys and zones."],
        exit: "0 nothing but notes, 1 errors or warnings, 2 wrong usage",
        examples: ["sotto-client check sotto.json", "sotto-client check --against released/sotto.json sotto.json"],
      }),
    )
    .action((path: string, flags: CheckFlags) => check(path, flags, world));
}

async function check(path: string, { against }: CheckFlags, world: World): Promise<void> {
  // Only now: all other commands do without.
  const { checkDefinition } = await import("../check/check.ts");
  const { compareDefinitions } = await import("../check/against.ts");
  const now = await read(path, world);
  const old = against === undefined ? null : await read(against, world);
  const findings = [
    ...(now === null ? [] : checkDefinition(now, world.today)),
    ...(now === null || old === null ? [] : compareDefinitions(old, now)),
  ];
  for (const finding of byLevel(findings)) world.print(`${lineOf(finding)}\n`);
  if (now === null || (against !== undefined && old === null)) {
    throw new FindingsError("SOTTO_FINDINGS", "a definition that is refused cannot be used");
  }
  world.print(`${path}: ${countedLevels(findings)}\n`);
  const serious = findings.filter(({ level }) => level !== "note");
  if (serious.length > 0) throw new FindingsError("SOTTO_FINDINGS", `${countedLevels(serious)} to look at`);
}

/** @returns null for a definition that is refused; all that is wrong with it was printed. */
async function read(path: string, world: World): Promise<Definition | null> {
  try {
    return parseDefinition(await readDefinitionFile(path));
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    for (const problem of error.problems) world.print(`${path}: ${lineOf({ level: "error", ...problem })}\n`);
    return null;
  }
}

function lineOf({ level, path, message }: DefinitionProblem & Pick<Finding, "level">): string {
  return `${level}: ${path || "the definition"} ${message}`;
}
