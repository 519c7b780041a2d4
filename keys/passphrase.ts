import { isUtf8 } from "node:buffer";
import { PassphraseError, UsageError } from "./errors.ts";
import { askSecret, type Terminal } from "./prompt.ts";
import { readSecretFile } from "./secretfile.ts";

/** Holds a passphrase where no person can be asked. A file is better: programs of the same user can read this. */
export const PASSPHRASE_VARIABLE = "SOTTO_PASSPHRASE";

/** How often a person may mistype. */
const ATTEMPTS = 3;

/** Below this a person is told that a guess by machine may find it. */
const SHORT_CHARACTERS = 12;

/** Where passphrases come from. */
export interface Passphrases {
  /**
   * Opens something with its passphrase. A person who mistypes is asked again, twice.
   *
   * @param what it is, for the question.
   * @param open throws PassphraseError `SOTTO_PASSPHRASE_WRONG` when the passphrase does not fit.
   */
  unlock<T>(what: string, open: (passphrase: string) => Promise<T>): Promise<T>;
  /** Gets the passphrase for something new. A person is asked twice. */
  choose(what: string): Promise<string>;
}

/** What a command was given to find passphrases with. */
export interface PassphraseOptions {
  /** A file whose first line is the passphrase; stands above the environment. */
  readonly file?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Null where nobody can be asked. */
  readonly terminal: Terminal | null;
  /** What else a person could do where no passphrase can be had, for the message. */
  readonly otherwise?: string;
}

/**
 * Passphrases from a file, else the environment, else a terminal.
 *
 * Its methods throw UsageError `SOTTO_PASSPHRASE_NONE` where there is none of them; PassphraseError
 * `SOTTO_PASSPHRASE_EMPTY`, `SOTTO_PASSPHRASE_DIFFERENT`, `SOTTO_PASSPHRASE_CANCELED`, `SOTTO_PASSPHRASE_WRONG`; and
 * KeyFileError when the file cannot be read or others can read it.
 */
export function passphrasesFrom(options: PassphraseOptions): Passphrases {
  const fixed = options.file ?? options.environment[PASSPHRASE_VARIABLE];
  if (fixed !== undefined) return fixedPassphrase(() => readFixed(options));
  if (options.terminal !== null) return typedPassphrases(options.terminal);
  return fixedPassphrase(() => Promise.reject(noneError(options.otherwise)));
}

function fixedPassphrase(read: () => Promise<string>): Passphrases {
  return { unlock: async (_what, open) => await open(await read()), choose: read };
}

async function readFixed({ file, environment }: PassphraseOptions): Promise<string> {
  const passphrase = file === undefined ? (environment[PASSPHRASE_VARIABLE] ?? "") : await readPassphraseFile(file);
  if (passphrase === "") {
    const where = file === undefined ? PASSPHRASE_VARIABLE : "the passphrase file";
    throw new PassphraseError("SOTTO_PASSPHRASE_EMPTY", `${where} is empty`);
  }
  return passphrase;
}

async function readPassphraseFile(path: string): Promise<string> {
  const octets = await readSecretFile(path);
  try {
    // Other octets would all be read as the same character, and a passphrase of them be easily guessed.
    if (!isUtf8(octets)) throw new PassphraseError("SOTTO_PASSPHRASE_FILE", "a passphrase file holds text, in UTF-8");
    const [line = "", ...more] = octets.toString("utf8").split(/\r?\n/);
    if (more.some((text) => text !== "")) {
      throw new PassphraseError("SOTTO_PASSPHRASE_FILE", "a passphrase file holds one line");
    }
    return line;
  } finally {
    octets.fill(0);
  }
}

function typedPassphrases(terminal: Terminal): Passphrases {
  const known = new Set<string>();
  return {
    unlock: async (what, open) => {
      // Several things of one command often share a passphrase.
      for (const passphrase of known) {
        const opened = await attempt(open, passphrase);
        if (opened !== null) return opened.value;
      }
      for (let left = ATTEMPTS - 1; ; left--) {
        const passphrase = await askSecret(terminal, `Passphrase of ${what}: `);
        const opened = passphrase === "" ? null : await attempt(open, passphrase);
        if (opened !== null) {
          known.add(passphrase);
          return opened.value;
        }
        if (left === 0) throw new PassphraseError("SOTTO_PASSPHRASE_WRONG", `wrong passphrase, ${ATTEMPTS} times`);
        terminal.output.write("That is not it. Once more.\n");
      }
    },
    choose: async (what) => {
      const passphrase = await askSecret(terminal, `New passphrase for ${what}: `);
      if (passphrase === "")
        throw new PassphraseError("SOTTO_PASSPHRASE_EMPTY", "an empty passphrase protects nothing");
      if (passphrase.length < SHORT_CHARACTERS) {
        terminal.output.write("That is short: a machine may guess it. Four or five words at random are better.\n");
      }
      if ((await askSecret(terminal, "The same again: ")) !== passphrase) {
        throw new PassphraseError("SOTTO_PASSPHRASE_DIFFERENT", "the two differ; nothing was written");
      }
      known.add(passphrase);
      return passphrase;
    },
  };
}

async function attempt<T>(open: (passphrase: string) => Promise<T>, passphrase: string): Promise<{ value: T } | null> {
  try {
    return { value: await open(passphrase) };
  } catch (error) {
    if (error instanceof PassphraseError && error.code === "SOTTO_PASSPHRASE_WRONG") return null;
    throw error;
  }
}

function noneError(otherwise?: string): UsageError {
  const also = otherwise === undefined ? "" : `, or ${otherwise}`;
  return new UsageError(
    "SOTTO_PASSPHRASE_NONE",
    `no terminal to ask for a passphrase on: give --passphrase-file, or set ${PASSPHRASE_VARIABLE}${also}`,
  );
}
