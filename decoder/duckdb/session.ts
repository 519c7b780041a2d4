import type { DuckDBAppender, DuckDBConnection, DuckDBDataChunk, DuckDBValue } from "@duckdb/node-api";
import type { Cell, ColumnType, Table } from "../store/table.ts";
import type { Explain } from "./failure.ts";
import type { DuckDb } from "./instance.ts";

/** Rows that DuckDB takes or gives at once. */
const CHUNK_ROWS = 2048;

/**
 * What rows are handed over in, one for each table. DuckDB's memory behind a chunk, a quarter of a megabyte, is freed only
 * when JavaScript's collector comes by, and that knows nothing of it: so they are used again.
 */
export type Chunks = Map<string, DuckDBDataChunk>;

/**
 * A connection: its own transactions, its own temporary tables.
 *
 * One statement at a time; what takes several runs under {@link exclusive}.
 */
export class Session {
  readonly #duckDb: DuckDb;
  readonly #connection: DuckDBConnection;
  readonly #explain: Explain;
  readonly #beforeCommit: () => Promise<void>;
  readonly #chunks: Chunks;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param beforeCommit is done before anything is made lasting.
   * @param chunks may be those of other sessions: nothing is awaited between filling one and handing it over.
   */
  constructor(
    duckDb: DuckDb,
    connection: DuckDBConnection,
    explain: Explain,
    beforeCommit: () => Promise<void> = async () => {},
    chunks: Chunks = new Map(),
  ) {
    this.#duckDb = duckDb;
    this.#connection = connection;
    this.#explain = explain;
    this.#beforeCommit = beforeCommit;
    this.#chunks = chunks;
  }

  /** Runs a task when those before it are over, however they ended. */
  exclusive<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => {});
    return result;
  }

  /**
   * Changes something.
   *
   * @returns how many rows.
   */
  async run(sql: string, values: DuckDBValue[] = []): Promise<number> {
    try {
      return (await this.#connection.run(sql, values)).rowsChanged;
    } catch (error) {
      throw this.#explain("write", error);
    }
  }

  /** Runs a task as one transaction. */
  async transaction<T>(task: () => Promise<T>): Promise<T> {
    await this.run("BEGIN");
    try {
      const result = await task();
      await this.commit();
      return result;
    } catch (error) {
      await this.rollback();
      throw error;
    }
  }

  /** Ends a transaction that is to last. */
  async commit(): Promise<void> {
    await this.#beforeCommit();
    await this.run("COMMIT");
  }

  /** Ends a transaction that is not to be. */
  async rollback(): Promise<void> {
    // A transaction that failed to commit is gone already.
    await this.#connection.run("ROLLBACK").catch(() => {});
  }

  /** Reads all rows of an answer that is known to be short. */
  async query(sql: string, values: DuckDBValue[] = []): Promise<Cell[][]> {
    const rows: Cell[][] = [];
    for await (const batch of this.stream(sql, values)) rows.push(...batch);
    return rows;
  }

  /** Reads an answer in batches. */
  async *stream(sql: string, values: DuckDBValue[] = []): AsyncGenerator<Cell[][]> {
    try {
      for await (const chunk of await this.#connection.stream(sql, values)) yield chunk.getRows() as Cell[][];
    } catch (error) {
      throw this.#explain("read", error);
    }
  }

  /** Adds rows to a table of a database. */
  async append<T>(catalog: string, table: Table<T>, rows: readonly T[]): Promise<void> {
    if (rows.length === 0) return;
    try {
      const appender = await this.#connection.createAppender(table.name, "main", catalog);
      try {
        for (let at = 0; at < rows.length; at += CHUNK_ROWS) {
          appender.appendDataChunk(this.#chunkOf(appender, table, rows.slice(at, at + CHUNK_ROWS)));
        }
      } catch (error) {
        // Else it would write what it has when it is collected, into whatever transaction there is then.
        appender.clear();
        throw error;
      } finally {
        appender.closeSync();
      }
    } catch (error) {
      throw this.#explain("write", error);
    }
  }

  close(): void {
    this.#connection.closeSync();
  }

  #chunkOf<T>(appender: DuckDBAppender, { name, columns, write }: Table<T>, rows: readonly T[]): DuckDBDataChunk {
    const chunk =
      this.#chunks.get(name) ?? this.#duckDb.DuckDBDataChunk.create(columns.map((_, at) => appender.columnType(at)));
    this.#chunks.set(name, chunk);
    const cells = rows.map(write);
    chunk.reset();
    chunk.setColumns(columns.map(([, type], at) => cells.map((row) => this.#valueOf(type, row[at] as Cell))));
    return chunk;
  }

  #valueOf(type: ColumnType, cell: Cell): DuckDBValue {
    if (cell === null) return null;
    if (type === "BLOB") return this.#duckDb.blobValue(Buffer.from(cell as string, "hex"));
    if (type === "DATE") return new this.#duckDb.DuckDBDateValue(cell as number);
    return type === "BIGINT" ? BigInt(cell as number) : cell;
  }
}
