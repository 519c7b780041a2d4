import { dateOfDay } from "@sotto/wire";
import { furtherHelp } from "@sotto/wire/help";
import type { Command } from "commander";
import { readDefinitionFile } from "../definitionfile.ts";
import { MAX_AHEAD_WEEKS, MAX_EPOCH_WEEKS, missingEpochs, parseWeeks } from "../keyring/epochs.ts";
import { Keyring } from "../keyring/keyring.ts";
import type { Context } from "./context.ts";
import {
  chooseProtection,
  debugOption,
  keyringOption,
  type ProtectionFlags,
  parseMonday,
  passphraseFileOption,
  plainOption,
} from "./option.ts";
import { count, mondayOf, publish } from "./publish.ts";

interface EpochsFlags extends ProtectionFlags {
  readonly keyring: string;
  readonly every: string;
  readonly for: string;
  readonly from?: string;
  readonly definition?: string;
}

/** Adds `sotto-keys epochs`. */
export function register(program: Command, context: Context): void {
  program
    .command("epochs")
    .description(
      "make the keys of the coming weeks in a keyring, and write their public parts into a report definition",
    )
    .option("--every <weeks>", "how long a key is sealed for: from week to year", "week")
    .option("--for <time>", "how far ahead, up to 10y (a year is 52 weeks)", "3y")
    .option("--from <date>", "the Monday to begin with (else this week's)")
    .option("--definition <file>", "the report definition, sotto.json, that is to hold the public keys")
    .addOption(keyringOption())
    .addOption(passphraseFileOption())
    .addOption(plainOption())
    .addOption(debugOption())
    .addHelpText(
      "after",
      furtherHelp({
        notes: [
          "The first time it makes the keyring and asks for its passphrase. Run again it adds what is " +
            "missing, without a passphrase: weeks that have a key keep it. Every key is drawn by itself, so " +
            "that one that is stolen opens its own epoch only. Weeks begin on Monday, 00:00 UTC.",
        ],
        exit: "0 done, 1 not, 2 wrong usage",
        examples: ["sotto-keys epochs --every week --for 3y --definition sotto.json"],
      }),
    )
    .action((flags: EpochsFlags) => makeEpochs(flags, context));
}

async function makeEpochs(flags: EpochsFlags, context: Context): Promise<void> {
  const every = parseWeeks(flags.every, "--every", MAX_EPOCH_WEEKS);
  const weeks = parseWeeks(flags.for, "--for", MAX_AHEAD_WEEKS);
  const from = flags.from === undefined ? mondayOf(context.today) : parseMonday(flags.from, "--from");
  const definition = flags.definition === undefined ? null : await readDefinitionFile(flags.definition);
  const keyring = await openOrCreate(flags, context);
  const made = await keyring.add((keys) => {
    const usable = keys.filter(({ replaced }) => replaced === undefined);
    return missingEpochs(usable, { from, weeks, every });
  });
  const [first, last] = [made[0], made.at(-1)];
  if (first !== undefined && last !== undefined) {
    const span = `${dateOfDay(first.from)} to ${dateOfDay(last.until)}`;
    context.print(`${flags.keyring}: ${count(made.length, "key")} made, ${span}`);
  } else {
    context.print(`${flags.keyring}: every week has its key already; none was made`);
  }
  if (definition !== null) await publish(definition, keyring, context);
}

async function openOrCreate(flags: EpochsFlags, context: Context): Promise<Keyring> {
  if (await Keyring.isThere(flags.keyring)) return await Keyring.open(flags.keyring);
  const passphrase = await chooseProtection(context, flags, `the new keyring ${flags.keyring}`);
  const keyring = await Keyring.create(flags.keyring, passphrase);
  context.note(
    `${flags.keyring} is new. Without it and its passphrase no report can be read: keep a copy, and retire there too.`,
  );
  return keyring;
}
