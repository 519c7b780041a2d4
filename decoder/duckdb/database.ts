import type { DuckDBInstance } from "@duckdb/node-api";
import { storeFailed } from "./failure.ts";
import { StoreFiles } from "./files.ts";
import { type DuckDb, startDuckDb } from "./instance.ts";
import { lockToRead, lockToWrite } from "./lock.ts";
import { isRewritingOwed, makeRecords, openRecords, rewriteRecords } from "./recordsfile.ts";
import { type Chunks, Session } from "./session.ts";
import { CREATE_WANTED } from "./wanted.ts";

/** DuckDB with the records of a file opened as `store`. */
export class Database {
  readonly #duckDb: DuckDb;
  readonly #instance: DuckDBInstance;
  /** Of all sessions: each segment has one of its own. */
  readonly #chunks: Chunks = new Map();
  readonly #files: StoreFiles;
  #isLocked = false;

  private constructor(duckDb: DuckDb, instance: DuckDBInstance, files: StoreFiles) {
    this.#duckDb = duckDb;
    this.#instance = instance;
    this.#files = files;
  }

  /** @throws StoreError; nothing is open then. */
  static async open(path: string, readOnly: boolean): Promise<Database> {
    const duckDb: DuckDb = await import("@duckdb/node-api");
    const files = await StoreFiles.take(path, readOnly);
    let database: Database;
    try {
      const instance = await startDuckDb(duckDb, { folder: files.temporary, files: files.paths });
      database = new Database(duckDb, instance, files);
    } catch (error) {
      await files.release();
      throw error;
    }
    try {
      await (readOnly ? database.#beginToRead() : database.#beginToWrite());
    } catch (error) {
      await database.close();
      throw error;
    }
    return database;
  }

  /** A session of its own, for its caller to close before the database is closed. */
  async session(): Promise<Session> {
    const makeLog = () => this.#files.makeLog();
    const session = new Session(this.#duckDb, await this.#instance.connect(), storeFailed, makeLog, this.#chunks);
    await session.run(CREATE_WANTED);
    return session;
  }

  /** Gets deleted text out of the file; in no other session may a transaction be under way. */
  async rewrite(session: Session): Promise<void> {
    await rewriteRecords(session, this.#files);
  }

  /** Everything that was committed is in the records' file then, unless the disk is full: then it is in the log beside it. */
  async close(): Promise<void> {
    try {
      if (this.#isLocked) await this.#giveBack();
    } finally {
      this.#instance.closeSync();
      await this.#files.release();
    }
  }

  async #giveBack(): Promise<void> {
    // What cannot be written, or was never opened, is left as it is.
    const isDetached = await this.#during((session) => session.run("DETACH store")).then(
      () => true,
      () => false,
    );
    if (isDetached) await this.#files.removeEmptyLog();
    await this.#files.removeLock();
  }

  async #beginToRead(): Promise<void> {
    await this.#during(async (session) => {
      await lockToRead(session, this.#files);
      await openRecords(session, this.#files, true);
    });
  }

  async #beginToWrite(): Promise<void> {
    await this.#during(async (session) => {
      await lockToWrite(session, this.#files);
      this.#isLocked = true;
      if (!(await this.#files.hasRecords())) {
        await this.#files.removeLogs();
        await makeRecords(session, this.#files);
      }
      await openRecords(session, this.#files, false);
      // Readers may do without the store's lock: nobody has the store but who has the records' own, too.
      await this.#files.tidy();
      if (await isRewritingOwed(session)) await this.rewrite(session);
    });
  }

  async #during<T>(task: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.session();
    try {
      return await task(session);
    } finally {
      session.close();
    }
  }
}
