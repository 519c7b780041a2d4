import { join } from "node:path";
import type { ExportCell, ExportColumn, ExportColumnType } from "../export/columns.ts";
import type { Column, ColumnType, Table } from "../store/table.ts";
import { exportFailed } from "./failure.ts";
import { type DuckDb, quoted, startDuckDb } from "./instance.ts";
import { Session } from "./session.ts";
import { creationOf } from "./table.ts";

const TYPES: Readonly<Record<ExportColumnType, ColumnType>> = {
  day: "DATE",
  text: "VARCHAR",
  integer: "INTEGER",
  boolean: "BOOLEAN",
};

/**
 * Writes rows as a Parquet file, in their order. DuckDB does it whatever store they are from: it is here already, and
 * needs little memory for it.
 *
 * @param folder where the file is made, and whatever does not fit memory meanwhile: nobody else may get at it.
 * @returns the file.
 * @throws ExportError `SOTTO_EXPORT_WRITE`, and what the rows' iterable throws.
 */
export async function writeParquet(
  folder: string,
  columns: readonly ExportColumn[],
  batches: AsyncIterable<readonly ExportCell[][]>,
): Promise<string> {
  const duckDb: DuckDb = await import("@duckdb/node-api");
  const file = join(folder, "rows.parquet");
  const instance = await startDuckDb(duckDb, { folder });
  try {
    const session = new Session(duckDb, await instance.connect(), exportFailed);
    // Beside the file sooner than in memory: there it would have to fit, or be written all the same.
    await session.run(`ATTACH ${quoted(join(folder, "rows.duckdb"))} AS export (RECOVERY_MODE no_wal_writes)`);
    const table = tableOf(columns);
    await session.run(creationOf(table, "export"));
    for await (const rows of batches) await session.append("export", table, rows);
    const names = columns.map(({ name }, at) => `c${at} AS "${name.replaceAll('"', '""')}"`);
    await session.run(
      `COPY (SELECT ${names.join(", ")} FROM export.${table.name}) TO ${quoted(file)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    session.close();
    return file;
  } finally {
    instance.closeSync();
  }
}

/** Columns go by numbers, since DuckDB takes `E_A` and `e_a` for one; in the file the second of such two gets a longer name. */
function tableOf(columns: readonly ExportColumn[]): Table<ExportCell[]> {
  return {
    name: "rows",
    columns: columns.map(({ type }, at): Column => [`c${at}`, TYPES[type], "NULL"]),
    // Where a field has two kinds, its column is of texts.
    write: (cells) => cells.map((cell, at) => (columns[at]?.type === "text" && cell !== null ? String(cell) : cell)),
    read: (cells) => [...cells],
  };
}
