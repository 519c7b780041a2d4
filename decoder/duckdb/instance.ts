import type { DuckDBInstance } from "@duckdb/node-api";

/** DuckDB's module, which is loaded only when there is something for it to do: it costs a moment and 20 MB. */
export type DuckDb = typeof import("@duckdb/node-api");

/**
 * What DuckDB may hold of its files at once. The decoder is to stay below 300 MB: Node and the libraries take 100 MB of
 * that, and answers under way up to as much again. What does not fit goes to the folder.
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

/**
 * DuckDB with nothing open, which can read and write in one folder alone, whatever it is asked.
 *
 * @param temporary a folder in it for what does not fit memory.
 */
export async function startDuckDb(
  duckDb: DuckDb,
  { folder, temporary }: { readonly folder: string; readonly temporary: string },
): Promise<DuckDBInstance> {
  const instance = await duckDb.DuckDBInstance.create(":memory:", { ...SETTINGS, temp_directory: temporary });
  const connection = await instance.connect();
  await connection.run(`SET allowed_directories = [${quoted(folder)}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
  connection.closeSync();
  return instance;
}

/** A text as SQL. Names of files cannot be parameters. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
