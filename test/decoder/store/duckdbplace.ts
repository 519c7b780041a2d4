import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDbStore } from "../../../decoder/duckdb/duckdbstore.ts";
import type { StorePlace } from "./contract.ts";

/** A file for a DuckDB store, which is not made yet, in a folder that others may read. */
export interface DuckDbPlace extends StorePlace {
  readonly folder: string;
  readonly path: string;
  /** The names in its folder. */
  names(): Promise<string[]>;
  open(options?: { readOnly?: boolean }): Promise<DuckDbStore>;
}

/** A place in a temporary folder. */
export async function duckDbPlace(): Promise<DuckDbPlace> {
  const folder = await mkdtemp(join(tmpdir(), "sotto-store-"));
  await chmod(folder, 0o755);
  const path = join(folder, "records.duckdb");
  return {
    folder,
    path,
    names: async () => (await readdir(folder)).toSorted(),
    open: (options) => DuckDbStore.open(path, options),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
