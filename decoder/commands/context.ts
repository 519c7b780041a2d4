import { once } from "node:events";
import { type PassphraseOptions, type Passphrases, passphrasesFrom, processTerminal, type Terminal } from "@sotto/keys";
import { dayOf } from "@sotto/wire";
import type { ProgressStream } from "../progress.ts";
import type { RecordStore } from "../store/contract.ts";

/** What a command has to do with the world, files apart. */
export interface Context {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Null where nobody can be asked. */
  readonly terminal: Terminal | null;
  /** Days since 1970-01-01 UTC. */
  readonly today: number;
  /** Columns of the terminal that standard output is; null when it is none. */
  readonly columns: number | null;
  /** Where progress is shown. */
  readonly progress: ProgressStream;
  /** What the command is run for, to standard output; waits while that takes no more. */
  print(text: string): Promise<void>;
  /** What a person should know besides, to standard error. */
  note(text: string): void;
  /** From the first call on, the first Ctrl-C or SIGTERM ends this signal; another one ends the process as ever. */
  stop(): AbortSignal;
  /** Opens a record store, for reading only unless it is to be written; makes one that is missing only then. */
  openStore(path: string, how: "read" | "write"): Promise<RecordStore>;
}

/** Passphrases as a command's flags and its context give them. */
export function passphrasesOf({ environment, terminal }: Context, file: string | undefined): Passphrases {
  const options: PassphraseOptions = { file, environment, terminal };
  return passphrasesFrom(options);
}

/** The process's own terminal, clock, streams and signals. */
export function systemContext(): Context {
  return {
    environment: process.env,
    terminal: processTerminal(),
    today: dayOf(Date.now() / 1000),
    columns: process.stdout.isTTY ? process.stdout.columns : null,
    progress: process.stderr,
    stop: onceStopped,
    print: async (text) => {
      if (!process.stdout.write(text)) await once(process.stdout, "drain");
    },
    note: (text) => process.stderr.write(`${text}\n`),
    // The database is loaded by those who need one: it takes longer than many a scan.
    openStore: async (path, how) => {
      const { DuckDbStore } = await import("../duckdb/duckdbstore.ts");
      return await DuckDbStore.open(path, { readOnly: how === "read" });
    },
  };
}

function onceStopped(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}
