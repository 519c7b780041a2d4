import type { DuckDBInstance } from "@duckdb/node-api";
import { storeFailed } from "./failure.ts";
import { StoreFolder } from "./folder.ts";
import { type DuckDb, startDuckDb } from "./instance.ts";
import { isRewritingOwed, makeRecords, openRecords, rewriteRecords, takeLock } from "./recordsfile.ts";
import { Session } from "./session.ts";
import { CREATE_WANTED } from "./wanted.ts";

/** DuckDB with the records of a folder opened as `store`. */
export class Database {
  readonly #duckDb: DuckDb;
  readonly #instance: DuckDBInstance;
  readonly #folder: StoreFolder;

  private constructor(duckDb: DuckDb, instance: DuckDBInstance, folder: StoreFolder) {
    this.#duckDb = duckDb;
    this.#instance = instance;
    this.#folder = folder;
  }

  /** @throws StoreError; nothing is open then. */
  static async open(path: string, readOnly: boolean): Promise<Database> {
    const duckDb: DuckDb = await import("@duckdb/node-api");
    const folder = await StoreFolder.take(path, readOnly);
    try {
      const instance = await startDuckDb(duckDb, { folder: folder.path, temporary: folder.temporary });
      const database = new Database(duckDb, instance, folder);
      try {
        await database.#begin(readOnly);
      } catch (error) {
        instance.closeSync();
        throw error;
      }
      return database;
    } catch (error) {
      await folder.release();
      throw error;
    }
  }

  /** A session of its own, for its caller to close before the database is closed. */
  async session(): Promise<Session> {
    const session = new Session(this.#duckDb, await this.#instance.connect(), storeFailed);
    await session.run(CREATE_WANTED);
    return session;
  }

  /** Gets deleted text out of the file; in no other session may a transaction be under way. */
  async rewrite(session: Session): Promise<void> {
    await rewriteRecords(session, this.#folder);
  }

  /** Everything that was committed is in the records' file then, unless the disk is full: then it is in the log beside it. */
  async close(): Promise<void> {
    this.#instance.closeSync();
    await this.#folder.release();
  }

  async #begin(readOnly: boolean): Promise<void> {
    const session = await this.session();
    try {
      await takeLock(session, this.#folder, readOnly);
      if (!readOnly) {
        await this.#folder.tidy();
        if (!(await this.#folder.hasRecords())) await makeRecords(session, this.#folder);
      }
      await openRecords(session, this.#folder, readOnly);
      if (!readOnly && (await isRewritingOwed(session))) await this.rewrite(session);
    } finally {
      session.close();
    }
  }
}
