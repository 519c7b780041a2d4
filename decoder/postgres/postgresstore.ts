import { StoreError } from "../errors.ts";
import type {
  Expired,
  KnownFrame,
  MessageState,
  RecordStore,
  ScannedSegment,
  SegmentFacts,
  SegmentLosses,
  SegmentScan,
  StoredMessage,
  TallyQuery,
  TallyRow,
} from "../store/contract.ts";
import { MESSAGES } from "../store/tables.ts";
import { Database } from "./database.ts";
import { releaseLock, takeLock, type Waiting } from "./lock.ts";
import { placeOf } from "./place.ts";
import { allSegments, findSegment, framesById, lossesOf, rejectionsOf, sessionsOf, windowsOf } from "./queries.ts";
import { readMessages, readTally } from "./reading.ts";
import { type ExpiryRules, expireMessages, forgetMessages, stillSpoken } from "./retention.ts";
import { rewriteOwed } from "./rewriting.ts";
import { prepareSchema, refuseNewer } from "./schema.ts";
import { PostgresSegmentScan } from "./segmentscan.ts";
import type { Session } from "./session.ts";
import { write } from "./table.ts";

/** How a store is opened. */
export interface PostgresStoreOptions extends Waiting {
  /** Changes nothing, and needs no right to. */
  readonly readOnly?: boolean;
}

/**
 * A store in a schema of a PostgreSQL database. Any number of processes may have it open for writing: what one of them
 * writes, a segment at a time, the others wait for, with the first read or put of a scan of theirs, with `replace`, `forget` and
 * `expire`; for five minutes, then it is `SOTTO_STORE_BUSY`. A process with several stores should scan into them in the same order
 * as others.
 */
export class PostgresStore implements RecordStore {
  readonly #database: Database;
  readonly #readOnly: boolean;
  #scan: SegmentScan | null = null;
  #readings = 0;
  #isClosed = false;

  private constructor(database: Database, readOnly: boolean) {
    this.#database = database;
    this.#readOnly = readOnly;
  }

  /**
   * Opens a store. For writing its schema and tables are made, or brought to this version, unless they are there.
   *
   * @param store a connection string; its parameter `schema` names the schema, `sotto_records` without it. It may hold a
   *   password, which no message tells.
   * @throws StoreError `SOTTO_STORE_UNREACHABLE`, `SOTTO_STORE_LOGIN`, `SOTTO_STORE_RIGHTS`, `SOTTO_STORE_SCHEMA`,
   *   `SOTTO_STORE_MISSING` and `SOTTO_STORE_OLDER` when it is only to be read, `SOTTO_STORE_NEWER`, `SOTTO_STORE_FOREIGN` for a schema with
   *   something else in it, `SOTTO_STORE_ENCODING`, `SOTTO_STORE_DATABASE`; ConnectionStringError; PasswordFileError.
   */
  static async open(
    store: string,
    { readOnly = false, ...waiting }: PostgresStoreOptions = {},
  ): Promise<PostgresStore> {
    const database = new Database(placeOf(store), readOnly, waiting);
    try {
      await prepareSchema(database, readOnly);
    } catch (error) {
      await database.close();
      throw error;
    }
    return new PostgresStore(database, readOnly);
  }

  segment(sha256: string): Promise<ScannedSegment | null> {
    return this.#read((session) => findSegment(session, sha256));
  }

  segments(): Promise<ScannedSegment[]> {
    return this.#read(allSegments);
  }

  /** Takes no lock: {@link PostgresSegmentScan} does, with the first read or put. */
  async scan(segment: SegmentFacts): Promise<SegmentScan> {
    this.#refuseToWrite();
    this.#refuseDuring("scan");
    const ended = () => {
      this.#scan = null;
    };
    const known = await this.#read((session) => findSegment(session, segment.sha256));
    this.#refuseDuring("scan");
    this.#scan = new PostgresSegmentScan(this.#database, {
      segment,
      lastPass: known?.pass ?? 0,
      ended,
    });
    return this.#scan;
  }

  messagesIn(states: readonly MessageState[], report?: string): AsyncIterable<StoredMessage[]> {
    return this.#inBatches((session) => readMessages(session, states, report ?? null));
  }

  /**
   * While messages are read here, those that another process forgot, voided or deleted meanwhile stay as they are: who
   * replaces them goes by what they were when the reading began.
   */
  replace(messages: readonly StoredMessage[]): Promise<void> {
    return this.#write(["scan"], (session) =>
      session.transaction(async () => {
        const replaced = this.#readings > 0 ? await stillSpoken(session, messages) : messages;
        await write(session, MESSAGES, ["day", "id"], replaced);
      }),
    );
  }

  windows(report: string): Promise<{ first: number; last: number } | null> {
    return this.#read((session) => windowsOf(session, report));
  }

  tally(query: TallyQuery): AsyncIterable<TallyRow[]> {
    return this.#inBatches((session) => readTally(session, query));
  }

  sessions(query: TallyQuery): Promise<Map<number, number>> {
    return this.#read((session) => sessionsOf(session, query));
  }

  rejections(): Promise<{ readonly reason: string; readonly count: number }[]> {
    return this.#read(rejectionsOf);
  }

  losses(): Promise<SegmentLosses[]> {
    return this.#read(lossesOf);
  }

  framesById(ids: readonly string[]): Promise<Map<string, KnownFrame>> {
    return this.#read((session) => framesById(session, ids));
  }

  forget(messages: readonly string[]): Promise<number> {
    return this.#delete((session) => forgetMessages(session, messages));
  }

  expire(rules: ExpiryRules): Promise<Expired> {
    return this.#delete((session) => expireMessages(session, rules));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#scan?.abandon();
    await this.#database.close();
  }

  /** Deletes, and has it out of the tables' files as far as the server lets us. */
  #delete<T>(task: (session: Session) => Promise<T>): Promise<T> {
    return this.#write(["scan", "reading"], async (session) => {
      const result = await task(session);
      await rewriteOwed(session);
      return result;
    });
  }

  async #read<T>(task: (session: Session) => Promise<T>): Promise<T> {
    this.#refuseWhenClosed();
    return await this.#unlessClosed(() => this.#database.briefly(task));
  }

  /** Changes something alone, whatever process else has the store. */
  async #write<T>(others: readonly ("scan" | "reading")[], task: (session: Session) => Promise<T>): Promise<T> {
    this.#refuseToWrite();
    this.#refuseDuring(...others);
    return await this.#unlessClosed(async () => {
      const session = await this.#database.session();
      try {
        await takeLock(session, this.#database, "session");
        await refuseNewer(session, this.#database.place);
        const result = await task(session);
        await releaseLock(session, this.#database);
        session.release();
        return result;
      } finally {
        // After a failure the lock goes with the connection.
        session.destroy();
      }
    });
  }

  async *#inBatches<T>(read: (session: Session) => AsyncGenerator<T>): AsyncGenerator<T> {
    this.#refuseWhenClosed();
    const session = await this.#unlessClosed(() => this.#database.session());
    this.#readings++;
    try {
      const batches = read(session);
      for (;;) {
        const { value, done } = await this.#unlessClosed(() => batches.next());
        if (done === true) break;
        yield value;
        this.#refuseWhenClosed();
      }
      await session.run("ROLLBACK");
      session.release();
    } finally {
      session.destroy();
      this.#readings--;
    }
  }

  /** What fails since the store was closed meanwhile says so. */
  async #unlessClosed<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      this.#refuseWhenClosed();
      throw error;
    }
  }

  #refuseWhenClosed(): void {
    if (this.#isClosed) throw new StoreError("SOTTO_STORE_CLOSED", "the store is closed");
  }

  #refuseToWrite(): void {
    this.#refuseWhenClosed();
    if (this.#readOnly) throw new StoreError("SOTTO_STORE_READ_ONLY", "the store was opened for reading alone");
  }

  #refuseDuring(...uses: readonly ("scan" | "reading")[]): void {
    if (uses.includes("scan") && this.#scan !== null) {
      throw new StoreError("SOTTO_STORE_BUSY", "a scan is under way: commit or abandon it first");
    }
    if (uses.includes("reading") && this.#readings > 0) {
      throw new StoreError("SOTTO_STORE_BUSY", "records are being read: read them to their end first");
    }
  }
}
