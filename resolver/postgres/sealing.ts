import { encodeSegment, FRAME_OCTETS, type SegmentEntry, type SegmentHeader, type Span } from "@sotto/wire";
import type { BucketRow, SegmentRow } from "./catalogue.ts";
import { rowsOf, type Session } from "./database.ts";
import { arrivedTable, dropBucket, dropSegment, sealedTable } from "./tables.ts";

/** Frames of a chunk; all of a segment have so many but the last. */
export const CHUNK_FRAMES = 1000;

/** Chunks read at once: a megabyte. */
export const CHUNKS_AT_ONCE = 8;

/** What to make a segment of. */
export interface Sealing {
  readonly zone: { readonly id: number; readonly name: string };
  readonly bucket: BucketRow;
  readonly held: readonly SegmentRow[];
  readonly span: Span;
  /** From when on the segment's age counts. */
  readonly since: number;
  readonly minBatch: number;
}

/**
 * Writes the frames of a closed bucket, and of what was held, anew: each once, ascending, all by this one transaction, in
 * which their old tables go. So neither where a row lies (ctid) nor who wrote it (xmin) tells of an order of arrival.
 *
 * @returns how many frames were released; what is below the minimum batch is held.
 */
export async function sealBucket(session: Session, sealing: Sealing): Promise<number> {
  const { zone, bucket, held, span, since, minBatch } = sealing;
  const id = await nextSegment(session);
  await session.query(`
    CREATE TABLE ${sealedTable({ id })} (LIKE sotto.published INCLUDING STORAGE, CHECK (segment = ${id}))
      WITH (autovacuum_enabled = false)`);
  await session.query(insertSorted(id, bucket, held));
  await session.query(`ALTER TABLE ${sealedTable({ id })} ADD PRIMARY KEY (segment, chunk)`);
  const count = await countOf(session, id);
  const { entry, sum } = await describe(session, id, { zone: zone.name, ...span, count });
  const state = count >= minBatch ? "released" : "held";
  await session.query(
    `INSERT INTO sotto.segments (id, zone, state, starts, ends, since, frames, bytes, name, sum, sha256)
      OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [id, zone.id, state, span.start, span.end, since, count, entry.bytes, entry.id, sum, entry.sha256],
  );
  for (const segment of held) await dropSegment(session, segment);
  await dropBucket(session, bucket);
  return state === "released" ? count : 0;
}

async function nextSegment(session: Session): Promise<number> {
  const [row] = await rowsOf<{ id: number }>(
    session,
    "SELECT nextval(pg_get_serial_sequence('sotto.segments', 'id'))::integer AS id",
  );
  return row?.id ?? 0;
}

function insertSorted(id: number, bucket: BucketRow, held: readonly SegmentRow[]): string {
  const ofHeld = held.map(
    (segment) => `UNION ALL SELECT substring(frames FROM n * ${FRAME_OCTETS} + 1 FOR ${FRAME_OCTETS})
      FROM ${sealedTable(segment)}, generate_series(0, octet_length(frames) / ${FRAME_OCTETS} - 1) n`,
  );
  return `
    INSERT INTO ${sealedTable({ id })} (segment, chunk, frames)
    SELECT ${id}, chunk, string_agg(frame, ''::bytea ORDER BY frame)
    FROM (
      SELECT frame, ((row_number() OVER (ORDER BY frame) - 1) / ${CHUNK_FRAMES})::integer AS chunk
      FROM (SELECT DISTINCT frame FROM (SELECT frame FROM ${arrivedTable(bucket)} ${ofHeld.join("\n")}) every) once
    ) numbered
    GROUP BY chunk ORDER BY chunk`;
}

async function countOf(session: Session, id: number): Promise<number> {
  const [row] = await rowsOf<{ count: number }>(
    session,
    `SELECT coalesce(sum(octet_length(frames)), 0)::float8 / ${FRAME_OCTETS} AS count FROM ${sealedTable({ id })}`,
  );
  return row?.count ?? 0;
}

/** Reads what was written, for the segment's sum and name; this checks its order too. */
async function describe(
  session: Session,
  id: number,
  header: SegmentHeader,
): Promise<{ readonly entry: SegmentEntry; readonly sum: Uint8Array }> {
  const octets = encodeSegment(header, chunksOf(session, id, Math.ceil(header.count / CHUNK_FRAMES)));
  for (let last: Uint8Array = new Uint8Array(0); ; ) {
    const step = await octets.next();
    if (step.done) return { entry: step.value, sum: last };
    last = step.value;
  }
}

async function* chunksOf(session: Session, id: number, count: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < count; from += CHUNKS_AT_ONCE) {
    const rows = await rowsOf<{ frames: Buffer }>(
      session,
      `SELECT frames FROM ${sealedTable({ id })} WHERE segment = ${id} AND chunk >= $1 AND chunk < $2 ORDER BY chunk`,
      [from, from + CHUNKS_AT_ONCE],
    );
    for (const { frames } of rows) yield frames;
  }
}
