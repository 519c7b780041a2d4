import { writeFile } from "node:fs/promises";
import { parseDefinition } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import { type Command, Option } from "commander";
import { readDefinitionFile } from "../definitionfile.ts";
import { FORMATS, type Format } from "../describe/format.ts";
import { UsageError } from "../errors.ts";
import { systemWorld, type World } from "./check.ts";

interface DescribeFlags {
  readonly format: Format;
  readonly out?: string;
}

/** Adds `sotto-client describe`. */
export function register(program: Command, world: World = systemWorld()): void {
  program
    .command("describe")
    .description("write the page that tells users what is collected, from the report definition alone")
    .argument("<definition>", "the report definition, sotto.json")
    .addOption(new Option("--format <format>", "what to write it in").choices(FORMATS).default("markdown"))
    .option("--out <file>", "write it here, over what is there (else to standard output)")
    .option("--debug", "print the stack of an error")
    .addHelpText(
      "after",
      furtherHelp({
        notes: ["The page says nothing of anybody's reports: whoever has the definition can make it."],
        exit: "0 written, 1 not, 2 wrong usage",
        examples: ["sotto-client describe --format html --out telemetry.html sotto.json"],
      }),
    )
    .action((path: string, flags: DescribeFlags) => describe(path, flags, world));
}

async function describe(path: string, { format, out }: DescribeFlags, world: World): Promise<void> {
  const definition = parseDefinition(await readDefinitionFile(path));
  // Only now: all other commands do without.
  const { describeDefinition } = await import("../describe/describe.ts");
  const page = describeDefinition(definition, world.today, format);
  if (out === undefined) return world.print(page);
  await writeFile(out, page).catch((error: Error) => {
    throw new UsageError("SOTTO_OUT_WRITE", `cannot write the page: ${error.message}`);
  });
}
