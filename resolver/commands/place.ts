import type { Command } from "commander";
import { ConfigError } from "../errors.ts";
import type { StoredTable, StoredTables } from "../postgres/stored.ts";
import type { StoredSegment } from "./stored.ts";

/** Where a command looks: one of the two. */
export interface PlaceFlags {
  readonly data?: string;
  readonly store?: string;
}

/** Adds `--data` and `--store`. */
export function placeOptions(command: Command, also = ""): Command {
  return command
    .option("--data <folder>", `the collector's data folder${also}`)
    .option("--store <url>", "or the PostgreSQL database that keeps its log; the login needs the role sotto_sealer");
}

/** @throws ConfigError `SOTTO_USAGE` unless exactly one is given. */
export function placeOf({ data, store }: PlaceFlags): { readonly data: string } | { readonly store: string } {
  if (data !== undefined && store === undefined) return { data };
  if (store !== undefined && data === undefined) return { store };
  throw new ConfigError("SOTTO_USAGE", "say where the log is: --data FOLDER or --store postgres://host/database");
}

/** Does something with a database's sealed tables. What talks to a database is loaded only for one. */
export async function withTables<T>(store: string, work: (stored: StoredTables) => Promise<T>): Promise<T> {
  const { StoredTables } = await import("../postgres/stored.ts");
  const stored = await StoredTables.open(store);
  try {
    return await work(stored);
  } finally {
    await stored.close();
  }
}

/** A sealed table as commands show it. */
export function asStored({ zone, segment: { entry, state } }: StoredTable): StoredSegment {
  return { ...entry, zone, path: entry.id, folder: state === "held" ? "held" : "segments" };
}
