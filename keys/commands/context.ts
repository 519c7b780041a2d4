import { dayOf } from "@sotto/wire";
import { type PassphraseOptions, type Passphrases, passphrasesFrom } from "../passphrase.ts";
import { processTerminal, type Terminal } from "../prompt.ts";

/** What a command has to do with the world, files apart. */
export interface Context {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Null where nobody can be asked. */
  readonly terminal: Terminal | null;
  /** Days since 1970-01-01 UTC. */
  readonly today: number;
  /** What the command is run for, to standard output. */
  print(text: string): void;
  /** What a person should know besides, to standard error. */
  note(text: string): void;
}

/** The process's own terminal, clock and streams. */
export function systemContext(): Context {
  return {
    environment: process.env,
    terminal: processTerminal(),
    today: dayOf(Date.now() / 1000),
    print: (text) => process.stdout.write(`${text}\n`),
    note: (text) => process.stderr.write(`${text}\n`),
  };
}

/** Passphrases as a command's flags and its context give them. */
export function passphrasesOf(
  { environment, terminal }: Context,
  file: string | undefined,
  otherwise?: string,
): Passphrases {
  const options: PassphraseOptions = { file, environment, terminal };
  return passphrasesFrom(otherwise === undefined ? options : { ...options, otherwise });
}
