import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDbStore } from "../../../decoder/duckdb/duckdbstore.ts";
import type { StorePlace } from "./contract.ts";

/** A folder for a DuckDB store, which is not made yet. */
export interface DuckDbPlace extends StorePlace {
  readonly path: string;
  open(options?: { readOnly?: boolean }): Promise<DuckDbStore>;
}

/** A place in a temporary folder. */
export async function duckDbPlace(): Promise<DuckDbPlace> {
  const folder = await mkdtemp(join(tmpdir(), "sotto-store-"));
  const path = join(folder, "records");
  return {
    path,
    open: (options) => DuckDbStore.open(path, options),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
