import { join } from "node:path";
import type { DuckDBInstance } from "@duckdb/node-api";

/** DuckDB's module, which is loaded only when there is something for it to do: it costs a moment and 20 MB. */
export type DuckDb = typeof import("@duckdb/node-api");

/**
 * What DuckDB may hold of its files at once. The decoder is to stay below 300 MB: Node and the libraries take 100 MB of
 * that, and answers under way up to as much again. What does not fit goes to a folder.
 */
const MEMORY_LIMIT = "48MiB";

/** One thread: the cores are for opening boxes, and each thread wants memory of its own. */
const THREADS = "1";

/** Nothing is fetched, and nothing loaded but what is built in: Parquet is. */
const SETTINGS = {
  memory_limit: MEMORY_LIMIT,
  threads: THREADS,
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
  allow_community_extensions: "false",
};

/** What DuckDB may touch, whatever it is asked. */
export interface Reach {
  /** A folder with everything in it. */
  readonly folder: string;
  /** Files elsewhere. */
  readonly files?: readonly string[];
}

/** DuckDB with nothing open. What does not fit memory goes to the folder: nobody else may get at that. */
export async function startDuckDb(duckDb: DuckDb, { folder, files = [] }: Reach): Promise<DuckDBInstance> {
  const settings = { ...SETTINGS, temp_directory: join(folder, "spilled") };
  const instance = await duckDb.DuckDBInstance.create(":memory:", settings);
  const connection = await instance.connect();
  await connection.run(`SET allowed_directories = [${quoted(folder)}]`);
  await connection.run(`SET allowed_paths = [${files.map(quoted).join(", ")}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
  connection.closeSync();
  return instance;
}

/** A text as SQL. Names of files cannot be parameters. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
