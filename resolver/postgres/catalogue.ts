import type { SegmentEntry } from "@sotto/wire";
import type { Aged } from "../log/bucket.ts";
import { parseTimeline } from "../log/timefile.ts";
import type { Timeline } from "../log/timeline.ts";
import { rowsOf, type Session } from "./database.ts";

/** A bucket that has a table. */
export interface BucketRow {
  readonly id: number;
  readonly start: number;
  readonly end: number;
  /** Takes no frames any more. */
  readonly closed: boolean;
}

/** A sealed table: below the minimum batch, not to be seen yet, or a partition that decoders may read. */
export interface SegmentRow {
  readonly id: number;
  readonly state: "held" | "released" | "published";
  readonly entry: SegmentEntry;
  /** From when on its age counts, in the log's own time. */
  readonly since: number;
}

/** What a database holds of a zone. */
export interface Catalogue {
  readonly zone: number;
  /** Null before the first reading of the clock. */
  readonly timeline: Timeline | null;
  /** Changes with every change of what is below. */
  readonly revision: string;
  /** Ascending. */
  readonly buckets: readonly BucketRow[];
  readonly segments: readonly SegmentRow[];
}

/**
 * Reads what there is of a zone; null when the database does not know it.
 *
 * @param known is given back when nothing has changed since.
 */
export async function readCatalogue(
  session: Session,
  name: string,
  known: Catalogue | null = null,
): Promise<Catalogue | null> {
  const [row] = await rowsOf<{ id: number; timeline: string | null; revision: string }>(
    session,
    "SELECT id, timeline, revision FROM sotto.zones WHERE name = $1",
    [name],
  );
  if (row === undefined) return null;
  if (row.revision === known?.revision) return known;
  return {
    zone: row.id,
    timeline: parseTimeline(row.timeline ?? ""),
    revision: row.revision,
    buckets: await readBuckets(session, row.id),
    segments: await readSegments(session, row.id),
  };
}

async function readBuckets(session: Session, zone: number): Promise<BucketRow[]> {
  return await rowsOf<BucketRow>(
    session,
    `SELECT id, starts::float8 AS start, ends::float8 AS "end", closed
      FROM sotto.buckets WHERE zone = $1 ORDER BY starts, ends`,
    [zone],
  );
}

async function readSegments(session: Session, zone: number): Promise<SegmentRow[]> {
  type Row = Pick<SegmentRow, "id" | "state" | "since"> & Omit<SegmentEntry, "id"> & { name: string };
  const rows = await rowsOf<Row>(
    session,
    `SELECT id, state, starts::float8 AS start, ends::float8 AS "end", since::float8, frames::float8 AS count,
        bytes::float8, name, sha256 FROM sotto.segments WHERE zone = $1 ORDER BY id`,
    [zone],
  );
  return rows.map(({ id, state, since, name, start, end, count, bytes, sha256 }) => {
    return { id, state, since, entry: { id: name, start, end, count, bytes, sha256 } };
  });
}

/** A sealed table's span with its age. */
export function agedOf({ entry: { start, end }, since }: SegmentRow): Aged {
  return { start, end, since };
}
