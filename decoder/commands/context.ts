import { once } from "node:events";
import { confirm, type Passphrases, passphrasesFrom, processTerminal, type Terminal } from "@sotto/keys";
import { type Definition, isConnectionString } from "@sotto/wire";
import type { ProgressStream } from "../progress.ts";
import type { QueueOptions, SegmentQueue } from "../queue/queue.ts";
import type { RecordStore } from "../store/contract.ts";
import { readDefinition } from "./definitionfile.ts";

/** What a command that answers has to do with the world, files that it writes apart. */
export interface AnswerContext {
  /** Opens a store of records to read it: a file, or a schema of a database by its connection string. */
  openStore(place: string): Promise<RecordStore>;
  /** Reads a report definition. */
  definition(path: string): Promise<Definition>;
  /** What the command is run for, to standard output. It ends its lines itself. */
  write(text: string): Promise<void>;
  /** What a person should know besides, a line on standard error. */
  note(text: string): void;
  /** The terminal that standard output is; null where it is none. */
  readonly screen: { readonly columns: number; readonly colours: boolean } | null;
  /** Asks a person; null where nobody can be asked. */
  readonly confirm: ((question: string) => Promise<boolean>) | null;
  /** Resolves when somebody wants a server to end. */
  stopped(): Promise<void>;
}

/** What all commands together have to do with the world. */
export interface Context extends AnswerContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Null where nobody can be asked. */
  readonly terminal: Terminal | null;
  /** Where progress is shown. */
  readonly progress: ProgressStream;
  /** From the first call on, the first Ctrl-C or SIGTERM ends this signal; another one ends the process as ever. */
  stop(): AbortSignal;
  /**
   * Opens a store of records to write to it; makes it unless it is there.
   *
   * @param signal ends waiting for other processes that write.
   */
  openStoreToWrite(place: string, signal?: AbortSignal): Promise<RecordStore>;
  /** Opens the queue beside records in PostgreSQL; makes it unless it is there. */
  openQueue(store: string, options?: QueueOptions): Promise<SegmentQueue>;
}

/** Passphrases as a command's flags and its context give them. */
export function passphrasesOf({ environment, terminal }: Context, file: string | undefined): Passphrases {
  return passphrasesFrom({ file, environment, terminal });
}

/** The process's own terminal, streams and signals. */
export function systemContext(): Context {
  const terminal = processTerminal();
  const { stdout, stderr, env } = process;
  return {
    environment: env,
    terminal,
    progress: stderr,
    screen: stdout.isTTY
      ? { columns: stdout.columns, colours: stdout.hasColors() && env.NO_COLOR === undefined }
      : null,
    confirm: terminal === null ? null : (question) => confirm(terminal, question),
    definition: readDefinition,
    openStore: (place) => openRecords(place, { readOnly: true }),
    openStoreToWrite: (place, signal) => openRecords(place, { readOnly: false, ...(signal && { signal }) }),
    openQueue: async (store, options) => {
      const { SegmentQueue } = await import("../queue/queue.ts");
      return await SegmentQueue.open(store, options);
    },
    write: async (text) => {
      if (!stdout.write(text)) await once(stdout, "drain");
    },
    note: (text) => stderr.write(`${text}\n`),
    stop: onceStopped,
    stopped: async () => {
      await once(onceStopped(), "abort");
    },
  };
}

/** What keeps records is loaded by those who need it: that takes longer than many a scan. */
async function openRecords(
  place: string,
  how: { readonly readOnly: boolean; readonly signal?: AbortSignal },
): Promise<RecordStore> {
  if (isConnectionString(place)) {
    const { PostgresStore } = await import("../postgres/postgresstore.ts");
    return await PostgresStore.open(place, how);
  }
  // Whatever DuckDB makes beside the records is for their owner, too.
  if (!how.readOnly) process.umask(0o077);
  const { DuckDbStore } = await import("../duckdb/duckdbstore.ts");
  return await DuckDbStore.open(place, how);
}

function onceStopped(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}
