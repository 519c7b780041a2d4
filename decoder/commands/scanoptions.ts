import { type Command, InvalidArgumentError, Option } from "commander";
import { ENGINE_NAMES } from "../engine/engine.ts";
import { collect } from "./option.ts";

/** Where keys are, as flags. */
export interface KeyFlags {
  readonly keyring?: string[];
  readonly keyFile?: string[];
  readonly passphraseFile?: string;
}

/** What opens boxes, as flags. */
export interface EngineFlags {
  readonly engine: string;
  readonly threads?: number;
}

/** Adds the flags that say where keys are. */
export function addKeyOptions(command: Command): Command {
  return command
    .option(
      "--keyring <folder>",
      "a keyring, as sotto-keys makes it (repeatable): a week's key for its frames",
      collect,
    )
    .option("--key-file <file>", "a secret key, tried on every frame (repeatable)", collect)
    .option(
      "--passphrase-file <file>",
      "the passphrase, in a file that only you can read (else SOTTO_PASSPHRASE, else a question)",
    );
}

/** Adds the flags that say where segments are. */
export function addFromOptions(command: Command): Command {
  return command
    .option(
      "--from <folder|url>",
      "a folder with *.seg files, a collector's address, or postgres://... (repeatable)",
      collect,
    )
    .option(
      "--public-key <file|key>",
      "a collector's minisign key (repeatable): read only what a list signed by it names, in every source",
      collect,
    );
}

/** Adds the flags that say what opens boxes. */
export function addEngineOptions(command: Command): Command {
  return command
    .addOption(new Option("--engine <name>", "what opens boxes").choices(["auto", ...ENGINE_NAMES]).default("auto"))
    .addOption(new Option("--threads <n>", "how many threads open boxes (default: all cores)").argParser(parseThreads));
}

export const keepOption = () =>
  new Option("--keep <days>", "delete records older than this, such as 400d").argParser(parseDays);

function parseDays(text: string): number {
  const [, days] = /^([1-9]\d{0,4})d$/.exec(text) ?? [];
  if (days === undefined) throw new InvalidArgumentError("give a number of days, such as 400d");
  return Number(days);
}

function parseThreads(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError(`'${text}' is not a number of threads`);
  return Number(text);
}
