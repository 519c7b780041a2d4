import { dayOfDate, isMonday } from "@sotto/wire";
import { Option } from "commander";
import { UsageError } from "../errors.ts";
import { PASSPHRASE_VARIABLE, type Passphrases } from "../passphrase.ts";
import { type Context, passphrasesOf } from "./context.ts";

/** The folder of a keyring where none is named. */
export const DEFAULT_KEYRING = "keyring";

/** How a command gets a passphrase without a terminal. */
export interface PassphraseFlags {
  readonly passphraseFile?: string;
}

/** How a command that writes a secret protects it. */
export interface ProtectionFlags extends PassphraseFlags {
  readonly plain?: boolean;
}

export const debugOption = () => new Option("--debug", "print the stack of an error");

export const keyringOption = () => new Option("--keyring <folder>", "the keyring's folder").default(DEFAULT_KEYRING);

export const passphraseFileOption = () =>
  new Option(
    "--passphrase-file <file>",
    `the passphrase, in a file that only you can read (else ${PASSPHRASE_VARIABLE}, else a question)`,
  );

export const plainOption = () =>
  new Option("--plain", "write the secret without a passphrase: whoever copies the file has it");

/**
 * Reads a date that must be a Monday.
 *
 * @param flag that it was given with, for the message.
 * @returns days since 1970-01-01 UTC.
 * @throws UsageError `SOTTO_USAGE`.
 */
export function parseMonday(text: string, flag: string): number {
  const day = dayOfDate(text);
  if (day === null || !isMonday(day)) throw new UsageError("SOTTO_USAGE", `${flag} is a Monday, such as 2026-11-23`);
  return day;
}

/**
 * The passphrase that is to protect what a command writes.
 *
 * @param what is protected, for the question.
 * @returns null when plain text was asked for.
 * @throws UsageError `SOTTO_USAGE` when both were asked for; else as Passphrases.
 */
export async function chooseProtection(
  context: Context,
  { plain, passphraseFile }: ProtectionFlags,
  what: string,
): Promise<string | null> {
  if (plain !== true) return await protectionOf(context, passphraseFile).choose(what);
  if (passphraseFile !== undefined) throw new UsageError("SOTTO_USAGE", "give either --plain or --passphrase-file");
  return null;
}

function protectionOf(context: Context, passphraseFile: string | undefined): Passphrases {
  return passphrasesOf(context, passphraseFile, "--plain to write it unprotected");
}
