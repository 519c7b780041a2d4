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
import { allSegments, findSegment, framesById, lossesOf, rejectionsOf, sessionsOf, windowsOf } from "./queries.ts";
import { readMessages, readTally } from "./reading.ts";
import { isRewritingOwed } from "./recordsfile.ts";
import { type ExpiryRules, expireMessages, forgetMessages } from "./retention.ts";
import { DuckDbSegmentScan } from "./segmentscan.ts";
import type { Session } from "./session.ts";
import { replace } from "./wanted.ts";

/** A store in a DuckDB file, with a lock and its log beside it while it is open. */
export class DuckDbStore implements RecordStore {
  readonly #database: Database;
  /** For everything that is short. A scan, and whatever is read in batches, has a session of its own. */
  readonly #session: Session;
  readonly #readOnly: boolean;
  #scan: SegmentScan | null = null;
  /** Sessions of what is being read in batches. */
  readonly #readings = new Set<Session>();
  #isClosed = false;

  private constructor(database: Database, session: Session, readOnly: boolean) {
    this.#database = database;
    this.#session = session;
    this.#readOnly = readOnly;
  }

  /**
   * Opens a store, or makes it. DuckDB is loaded with the first one.
   *
   * @param path its file, mode 0600; it is made unless it is there. What stands beside it for a while is named after it.
   * @param readOnly changes nothing; other processes may read it, too.
   * @throws StoreError `SOTTO_STORE_FOREIGN` for what is no store of ours, `SOTTO_STORE_NEWER`, `SOTTO_STORE_DAMAGED`,
   *   `SOTTO_STORE_LOCKED` when another process has it open, `SOTTO_STORE_MODE` when others can read it, `SOTTO_STORE_MISSING` when it is only to
   *   be read, `SOTTO_STORE_READ`, `SOTTO_STORE_WRITE`.
   */
  static async open(path: string, { readOnly = false }: { readOnly?: boolean } = {}): Promise<DuckDbStore> {
    const database = await Database.open(path, readOnly);
    return new DuckDbStore(database, await database.session(), readOnly);
  }

  segment(sha256: string): Promise<ScannedSegment | null> {
    return this.#read((session) => findSegment(session, sha256));
  }

  segments(): Promise<ScannedSegment[]> {
    return this.#read(allSegments);
  }

  scan(segment: SegmentFacts): Promise<SegmentScan> {
    return this.#write(async (session) => {
      this.#refuseDuring("scan");
      const known = await findSegment(session, segment.sha256);
      const own = await this.#database.session();
      const ended = () => {
        this.#scan = null;
      };
      this.#scan = await DuckDbSegmentScan.begin(own, segment, (known?.pass ?? 0) + 1, ended);
      return this.#scan;
    });
  }

  messagesIn(states: readonly MessageState[], report?: string): AsyncIterable<StoredMessage[]> {
    return this.#inBatches((session) => readMessages(session, states, report ?? null));
  }

  replace(messages: readonly StoredMessage[]): Promise<void> {
    return this.#write(async (session) => {
      this.#refuseDuring("scan");
      await session.transaction(() => replace(session, MESSAGES, { column: "id", of: ({ id }) => id }, messages));
    });
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
    await this.#read(async () => {
      this.#isClosed = true;
      await this.#scan?.abandon();
      for (const session of this.#readings) await session.rollback();
      for (const session of [...this.#readings, this.#session]) session.close();
      await this.#database.close();
    });
  }

  /** Deletes, and leaves nothing of it in the file. */
  #delete<T>(task: (session: Session) => Promise<T>): Promise<T> {
    return this.#write(async (session) => {
      this.#refuseDuring("scan", "reading");
      const result = await task(session);
      if (await isRewritingOwed(session)) await this.#database.rewrite(session);
      return result;
    });
  }

  #read<T>(task: (session: Session) => Promise<T>): Promise<T> {
    return this.#session.exclusive(async () => {
      this.#refuseWhenClosed();
      return await task(this.#session);
    });
  }

  #write<T>(task: (session: Session) => Promise<T>): Promise<T> {
    return this.#read(async (session) => {
      if (this.#readOnly) throw new StoreError("SOTTO_STORE_READ_ONLY", "the store was opened for reading alone");
      return await task(session);
    });
  }

  async *#inBatches<T>(read: (session: Session) => AsyncGenerator<T>): AsyncGenerator<T> {
    const session = await this.#read(() => this.#database.session());
    this.#readings.add(session);
    try {
      for await (const batch of read(session)) {
        yield batch;
        this.#refuseWhenClosed();
      }
    } finally {
      // What DuckDB still has under way would keep the file open when it is to be replaced.
      await session.rollback();
      this.#readings.delete(session);
      session.close();
    }
  }

  #refuseWhenClosed(): void {
    if (this.#isClosed) throw new StoreError("SOTTO_STORE_CLOSED", "the store is closed");
  }

  #refuseDuring(...uses: ("scan" | "reading")[]): void {
    if (uses.includes("scan") && this.#scan !== null) {
      throw new StoreError("SOTTO_STORE_BUSY", "a scan is under way: commit or abandon it first");
    }
    if (uses.includes("reading") && this.#readings.size > 0) {
      throw new StoreError("SOTTO_STORE_BUSY", "records are being read: read them to their end first");
    }
  }
}
