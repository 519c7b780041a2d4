import { MAX_BITS } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import { type Command, InvalidArgumentError } from "commander";
import type { SendFlags } from "../explicitsend.ts";

/** Adds `sotto-client send`. */
export function register(program: Command): void {
  program
    .command("send")
    .description("seal one report, or many, and look each up in the zone; nothing is kept")
    .argument("[json]", "the report, a JSON object of at most 864 octets, or - to read it from standard input")
    .option("--definition <file>", "the project's report definition, sotto.json: its key of today and its first zone")
    .option("--key <public key>", "the project's public key, sotto1..., where there is no definition")
    .option("--zone <name>", "the collection zone, where there is no definition")
    .option(
      "--ack <address>",
      "an address that means 'stored' (repeatable; else the definition's, else the zone's policy record)",
      collect,
    )
    .option(
      "--bits <n>",
      "zero bits of the puzzle, 0 to 22 (else the definition's, else the zone's policy record)",
      parseBits,
    )
    .option("--server <address:port>", "ask this DNS server (repeatable; else the system's resolver)", collect)
    .option("--ndjson <file>", "send every line of a file, or of standard input with -, and answer each by a line")
    .option("--dry-run", "print the names and send nothing")
    .option("--debug", "print the stack of an error")
    .addHelpText(
      "after",
      furtherHelp({
        exit: "0 every part acknowledged, 1 not, 2 wrong usage, 3 DO_NOT_TRACK is set, or the administrator says off",
        examples: [
          `sotto-client send --definition sotto.json '{"os":"linux"}'`,
          `sotto-client send --definition sotto.json --dry-run '{"os":"linux"}'`,
        ],
      }),
    )
    .action(async (json: string | undefined, flags: Partial<SendFlags>) => {
      const { send } = await import("../explicitsend.ts");
      await send(json, { ack: [], server: [], ...flags });
    });
}

function parseBits(value: string): number {
  if (!/^\d{1,2}$/.test(value) || Number(value) > MAX_BITS) throw new InvalidArgumentError(`It is 0 to ${MAX_BITS}.`);
  return Number(value);
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}
