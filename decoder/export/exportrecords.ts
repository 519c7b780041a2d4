import { join } from "node:path";
import type { ReportDefinition } from "@sotto/wire";
import { writeParquet } from "../duckdb/parquet.ts";
import { ExportError } from "../errors.ts";
import type { RecordStore, StoredMessage } from "../store/contract.ts";
import { Columns, type ExportColumn } from "./columns.ts";
import { formatCsvHead, formatCsvRow } from "./csv.ts";
import { makeFile, writePieces } from "./newfile.ts";
import { type ExportRow, formatNdjson, rowOf } from "./row.ts";

/** What records can be exported as. */
export const EXPORT_FORMATS = ["parquet", "csv", "ndjson"] as const;

/** What records can be exported as. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What is exported, and how. */
export interface ExportOptions {
  readonly format: ExportFormat;
  /** Those of the definition. */
  readonly reports: readonly ReportDefinition[];
  /** Exports the records of this report alone; without it all, and those that no definition was there for. */
  readonly report?: string;
  /** Exports rejected messages, too, with the reason and the text that was sent. */
  readonly rejected?: boolean;
  /** Takes the place of a file that is there. */
  readonly force?: boolean;
}

/**
 * Exports records, one a row, by day and id: from any store, and as long as it tells of them in order, the same file
 * every time.
 *
 * @param path the file, which is made whole or not at all, mode 0600.
 * @returns how many rows it has.
 * @throws ExportError `SOTTO_EXPORT_REPORT` for a report that the definition has not, `SOTTO_EXPORT_EXISTS`,
 *   `SOTTO_EXPORT_WRITE`, `SOTTO_EXPORT_CHANGED`; StoreError when the store cannot be read.
 */
export async function exportRecords(
  store: Pick<RecordStore, "messagesIn">,
  path: string,
  options: ExportOptions,
): Promise<number> {
  const { format, report, force = false } = options;
  const reports = options.reports.filter(({ name }) => report === undefined || name === report);
  if (report !== undefined && reports.length === 0) {
    throw new ExportError("SOTTO_EXPORT_REPORT", `the definition has no report ${JSON.stringify(report)}`);
  }
  const source = new Source(store, options);
  await makeFile(path, { force }, async (folder) => {
    const file = join(folder, "rows");
    if (format === "ndjson") {
      await writePieces(
        file,
        source.pieces((row) => `${formatNdjson(row)}\n`),
      );
      return file;
    }
    // Columns have to be known before the first row is written, so everything is read twice.
    const columns = new Columns(reports);
    for await (const rows of source.read()) for (const row of rows) columns.add(row);
    source.allowOnly(columns);
    if (format === "parquet") return await writeParquet(folder, columns.list(), source.tables(columns.list()));
    await writePieces(file, csv(source, columns.list()));
    return file;
  });
  return source.rows;
}

async function* csv(source: Source, columns: readonly ExportColumn[]): AsyncGenerator<string> {
  yield formatCsvHead(columns);
  yield* source.pieces((row) => formatCsvRow(row, columns));
}

/** The rows of an export, as often as they are asked for. */
class Source {
  readonly #store: Pick<RecordStore, "messagesIn">;
  readonly #options: ExportOptions;
  /** How many there were the last time. */
  rows = 0;
  #columns: Columns | null = null;

  constructor(store: Pick<RecordStore, "messagesIn">, options: ExportOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** Refuses rows from now on that have something no column is there for. */
  allowOnly(columns: Columns): void {
    this.#columns = columns;
  }

  async *read(): AsyncGenerator<ExportRow[]> {
    this.rows = 0;
    for await (const messages of this.#messages()) {
      const rows = messages
        .filter((message) => this.#isAsked(message))
        .map((message) => rowOf(message, this.#options.reports));
      if (rows.some((row) => this.#columns?.add(row))) {
        throw new ExportError("SOTTO_EXPORT_CHANGED", "records came while they were exported: export them again");
      }
      this.rows += rows.length;
      yield rows;
    }
  }

  async *pieces(format: (row: ExportRow) => string): AsyncGenerator<string> {
    for await (const rows of this.read()) yield rows.map(format).join("");
  }

  async *tables(columns: readonly ExportColumn[]) {
    for await (const rows of this.read()) yield rows.map((row) => columns.map(({ of }) => of(row)));
  }

  #messages(): AsyncIterable<StoredMessage[]> {
    const { report, rejected = false } = this.#options;
    return rejected ? this.#store.messagesIn(["record", "rejected"]) : this.#store.messagesIn(["record"], report);
  }

  /** Rejected messages are of no report, so they go with every one. */
  #isAsked({ state, report }: StoredMessage): boolean {
    return state === "rejected" || this.#options.report === undefined || report === this.#options.report;
  }
}
