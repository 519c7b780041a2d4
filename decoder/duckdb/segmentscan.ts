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
import type { Session } from "./session.ts";
import { find, replace } from "./wanted.ts";

/** The scan of a segment as one transaction in a session of its own. */
export class DuckDbSegmentScan implements SegmentScan {
  readonly pass: number;
  readonly #session: Session;
  readonly #segment: SegmentFacts;
  readonly #ended: () => void;
  #isOver = false;

  private constructor(session: Session, segment: SegmentFacts, pass: number, ended: () => void) {
    this.#session = session;
    this.#segment = segment;
    this.pass = pass;
    this.#ended = ended;
  }

  /**
   * @param session for this scan alone, which closes it.
   * @param ended called once, when it is over.
   */
  static async begin(session: Session, segment: SegmentFacts, pass: number, ended: () => void): Promise<SegmentScan> {
    const scan = new DuckDbSegmentScan(session, segment, pass, ended);
    try {
      await session.run("BEGIN");
    } catch (error) {
      scan.#end();
      throw error;
    }
    return scan;
  }

  knownFrames(frames: readonly DatedId[]): Promise<Map<string, KnownFrame>> {
    return this.#exclusive(async () => byId(await find(this.#session, FRAMES, "id", frames)));
  }

  messages(ids: readonly DatedId[]): Promise<Map<string, StoredMessage>> {
    return this.#exclusive(async () => byId(await find(this.#session, MESSAGES, "id", ids)));
  }

  parts(ids: readonly DatedId[]): Promise<StoredPart[]> {
    return this.#exclusive(async () => {
      return partsInOrder(await find(this.#session, PARTS, "message", ids));
    });
  }

  put({ frames, messages, parts }: Batch): Promise<void> {
    const origin = { segment: this.#segment.sha256, pass: this.pass };
    const known = frames.map((frame) => ({ ...frame, ...origin }));
    return this.#exclusive(async () => {
      await replace(this.#session, FRAMES, { column: "id", of: ({ id }) => id }, known);
      await replace(this.#session, MESSAGES, { column: "id", of: ({ id }) => id }, messages);
      await replace(this.#session, PARTS, { column: "frame", of: ({ frame }) => frame }, parts);
    });
  }

  commit(tried: readonly string[], weeks: readonly WeekCounts[]): Promise<void> {
    const segment = this.#segment.sha256;
    return this.#exclusive(async () => {
      try {
        for (const { week } of weeks) {
          await this.#session.run(
            "DELETE FROM store.weeks WHERE segment = unhex($1) AND week IS NOT DISTINCT FROM $2::INTEGER",
            [segment, week],
          );
        }
        await this.#session.append(
          "store",
          WEEKS,
          weeks.map((counts) => ({ ...counts, segment })),
        );
        await this.#session.run("DELETE FROM store.segments WHERE sha256 = unhex($1)", [segment]);
        await this.#session.append("store", SEGMENTS, [{ ...this.#segment, tried, pass: this.pass }]);
        await this.#session.commit();
      } catch (error) {
        await this.#session.rollback();
        throw error;
      } finally {
        this.#end();
      }
    });
  }

  abandon(): Promise<void> {
    return this.#session.exclusive(async () => {
      if (this.#isOver) return;
      await this.#session.rollback();
      this.#end();
    });
  }

  #exclusive<T>(task: () => Promise<T>): Promise<T> {
    return this.#session.exclusive(async () => {
      if (this.#isOver) throw new StoreError("SOTTO_STORE_CLOSED", "the scan of this segment is over");
      return await task();
    });
  }

  #end(): void {
    this.#isOver = true;
    this.#session.close();
    this.#ended();
  }
}
