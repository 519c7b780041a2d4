import { StoreError } from "../errors.ts";
import type {
  Batch,
  DatedId,
  KnownFrame,
  SegmentFacts,
  SegmentScan,
  StoredMessage,
  StoredPart,
  WeekCounts,
} from "../store/contract.ts";
import { byId, FRAMES, MESSAGES, PARTS, partsInOrder, SEGMENTS, WEEKS } from "../store/tables.ts";
import type { Database } from "./database.ts";
import { takeLock } from "./lock.ts";
import { findSegment } from "./queries.ts";
import { refuseNewer } from "./schema.ts";
import type { Session } from "./session.ts";
import { find, octets, write } from "./table.ts";
import { Turns } from "./turns.ts";

/** What a scan is begun with. */
export interface ScanBeginning {
  readonly segment: SegmentFacts;
  /** Of the last committed scan of the segment; 0 when there was none. */
  readonly lastPass: number;
  /** Called once, when it is over. */
  ended(): void;
}

/**
 * The scan of a segment as one transaction. It begins, and takes the lock of whoever writes, with the first read or put:
 * until then other processes may write, so that boxes of different segments are opened side by side.
 *
 * A failure of any kind ends it: the server takes back what was put.
 */
export class PostgresSegmentScan implements SegmentScan {
  readonly #database: Database;
  readonly #beginning: ScanBeginning;
  readonly #turns = new Turns();
  #pass: number;
  /** Ids of keys that another process tried between the beginning and the lock. */
  #triedMeanwhile: readonly string[] = [];
  #session: Session | null = null;
  #isReady = false;
  #isOver = false;

  constructor(database: Database, beginning: ScanBeginning) {
    this.#database = database;
    this.#beginning = beginning;
    this.#pass = beginning.lastPass + 1;
  }

  /** Settled with the first read or put, since another process may have scanned the same segment before. */
  get pass(): number {
    return this.#pass;
  }

  knownFrames(frames: readonly DatedId[]): Promise<Map<string, KnownFrame>> {
    return this.#during(async (session) => byId(await find(session, FRAMES, "id", frames)));
  }

  messages(ids: readonly DatedId[]): Promise<Map<string, StoredMessage>> {
    return this.#during(async (session) => byId(await find(session, MESSAGES, "id", ids)));
  }

  parts(ids: readonly DatedId[]): Promise<StoredPart[]> {
    return this.#during(async (session) => partsInOrder(await find(session, PARTS, "message", ids)));
  }

  put({ frames, messages, parts }: Batch): Promise<void> {
    return this.#during(async (session) => {
      const origin = { segment: this.#beginning.segment.sha256, pass: this.pass };
      const known = frames.map((frame) => ({ ...frame, ...origin }));
      await write(session, FRAMES, ["day", "id"], known);
      await write(session, MESSAGES, ["day", "id"], messages);
      await write(session, PARTS, ["day", "frame"], parts);
    });
  }

  /**
   * Where the connection breaks meanwhile, it is not known whether the segment is committed; the next scan sees it.
   *
   * @throws StoreError also `SOTTO_STORE_CHANGED` when another process committed this segment since this scan began, and
   *   had tried a key that this one has not: what that key opened would be counted as foreign.
   */
  commit(tried: readonly string[], weeks: readonly WeekCounts[]): Promise<void> {
    const { segment } = this.#beginning;
    return this.#during(async (session) => {
      if (this.#triedMeanwhile.some((id) => !tried.includes(id))) {
        const what = "another process scanned this segment meanwhile, with a key that is not here: scan it again";
        throw new StoreError("SOTTO_STORE_CHANGED", what);
      }
      await session.run(
        `DELETE FROM weeks t USING unnest($2::integer[]) w(week)
         WHERE t.segment = $1::bytea AND t.week IS NOT DISTINCT FROM w.week`,
        [octets(segment.sha256), weeks.map(({ week }) => week)],
      );
      const counts = weeks.map((week) => ({ ...week, segment: segment.sha256 }));
      await write(session, WEEKS, [], counts);
      await write(session, SEGMENTS, ["sha256"], [{ ...segment, tried, pass: this.pass }]);
      await session.run("COMMIT");
      session.release();
      this.#end();
    });
  }

  async abandon(): Promise<void> {
    // Whoever waits for the lock is not waited for.
    if (!this.#isReady) this.#end();
    await this.#turns.take(async () => this.#end());
  }

  #during<T>(task: (session: Session) => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      this.#refuseWhenOver();
      try {
        return await task(this.#isReady ? (this.#session as Session) : await this.#begin());
      } catch (error) {
        // What an abandonment broke off says so.
        this.#refuseWhenOver();
        this.#end();
        throw error;
      }
    });
  }

  async #begin(): Promise<Session> {
    const { segment, lastPass } = this.#beginning;
    const session = await this.#database.session();
    if (this.#isOver) session.destroy();
    this.#refuseWhenOver();
    this.#session = session;
    await session.run("BEGIN");
    await takeLock(session, this.#database, "transaction");
    await refuseNewer(session, this.#database.place);
    const known = await findSegment(session, segment.sha256);
    if (known !== null && known.pass !== lastPass) {
      this.#pass = known.pass + 1;
      this.#triedMeanwhile = known.tried;
    }
    this.#isReady = true;
    return session;
  }

  #refuseWhenOver(): void {
    if (this.#isOver) throw new StoreError("SOTTO_STORE_CLOSED", "the scan of this segment is over");
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#session?.destroy();
    this.#beginning.ended();
  }
}
