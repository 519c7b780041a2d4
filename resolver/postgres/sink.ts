import type { Span } from "@sotto/wire";
import pgCopyStreams from "pg-copy-streams";
import { BucketLeftError, StoreError } from "../errors.ts";
import type { Candidate } from "../log/candidate.ts";
import type { BucketWriter, FrameSink } from "../log/contract.ts";
import { shuffled } from "../log/shuffle.ts";
import { parseTimeline } from "../log/timefile.ts";
import { copyRows } from "./copyrows.ts";
import { Database, type Session } from "./database.ts";
import { DatabaseError, isState, SQLSTATE } from "./failure.ts";

/** How long a commit may take before its frames are answered "not stored". A resolver has asked again long before. */
const COMMIT_MILLISECONDS = 10_000;

const COPY = "COPY sotto.arrived (bucket, frame) FROM STDIN (FORMAT binary)";

/** The zone's tables, as one intake fills them: one connection, one COPY at a time. */
export class PostgresSink implements FrameSink {
  readonly #database: Database;
  readonly #zone: string;

  constructor(store: string, zone: string) {
    this.#database = new Database(store, 1);
    this.#zone = zone;
  }

  async begin(bucket: Span): Promise<BucketWriter> {
    return new TableWriter(this.#database, bucket, await this.#numberOf(bucket));
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  async #numberOf({ start, end }: Span): Promise<number> {
    const [row] = await this.#database.rows<{ id: number | null; closed: boolean | null; timeline: string | null }>(
      `SELECT b.id, b.closed, z.timeline FROM sotto.zones z
        LEFT JOIN sotto.buckets b ON b.zone = z.id AND b.starts = $2 AND b.ends = $3 WHERE z.name = $1`,
      [this.#zone, start, end],
      { milliseconds: COMMIT_MILLISECONDS },
    );
    if (row?.id != null && row.closed === false) return row.id;
    const timeline = parseTimeline(row?.timeline ?? "");
    const isLeft = row?.closed === true || timeline?.closed.some((span) => span.start < end && span.end > start);
    if (isLeft) throw new BucketLeftError({ start, end });
    throw new StoreError("SOTTO_BUCKET_MISSING", "the database has no table for the bucket: does no server seal?");
  }
}

/** A bucket's partition. */
class TableWriter implements BucketWriter {
  readonly span: Span;
  readonly #database: Database;
  readonly #bucket: number;

  constructor(database: Database, span: Span, bucket: number) {
    this.#database = database;
    this.span = span;
    this.#bucket = bucket;
  }

  async append(candidates: readonly Candidate[]): Promise<void> {
    // In any order but that of their coming.
    const frames = candidates.map(({ frame }) => frame);
    const rows = copyRows(this.#bucket, frames, shuffled(frames.length));
    try {
      await this.#copy(rows).catch((error: unknown) => {
        // A connection that broke, as on a restart, says nothing of the next one. What it may have stored is doubled by
        // this, which sealing undoes.
        if (error instanceof DatabaseError && error.isLost) return this.#copy(rows);
        throw error;
      });
    } catch (error) {
      if (isState(error, SQLSTATE.checkViolation)) throw new BucketLeftError(this.span);
      throw error;
    }
  }

  async close(): Promise<void> {}

  async abandon(): Promise<void> {}

  async #copy(rows: Buffer): Promise<void> {
    await this.#database.session((session) => copyInto(session, rows));
  }
}

/** Resolves when the transaction of the COPY is on stable storage. */
async function copyInto(session: Session, rows: Buffer): Promise<void> {
  const stream = session.query(pgCopyStreams.from(COPY));
  let deadline: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      deadline = setTimeout(
        () => reject(new DatabaseError("SOTTO_DATABASE_SLOW", "the database gave no answer in time", "", false)),
        COMMIT_MILLISECONDS,
      );
      stream.on("error", reject);
      stream.on("finish", resolve);
      stream.end(rows);
    });
  } finally {
    clearTimeout(deadline);
  }
}
