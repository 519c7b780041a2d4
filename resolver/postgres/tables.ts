import type { Span } from "@sotto/wire";
import type { BucketRow, SegmentRow } from "./catalogue.ts";
import { rowsOf, type Session } from "./database.ts";

/** The name of a bucket's table. */
export function arrivedTable({ id }: Pick<BucketRow, "id">): string {
  return `sotto.arrived_${id}`;
}

/** The name of a segment's table. */
export function sealedTable({ id }: Pick<SegmentRow, "id">): string {
  return `sotto.sealed_${id}`;
}

/**
 * Makes the partition of a bucket, if there is none. It is made beside its parent and then attached, which lets others
 * fill their buckets meanwhile.
 */
export async function makeBucket(session: Session, zone: number, { start, end }: Span): Promise<void> {
  const [bucket] = await rowsOf<{ id: number }>(
    session,
    `INSERT INTO sotto.buckets (zone, starts, ends) VALUES ($1, $2, $3)
      ON CONFLICT (zone, starts, ends) DO NOTHING RETURNING id`,
    [zone, start, end],
  );
  if (bucket === undefined) return;
  const table = arrivedTable(bucket);
  await session.query(`
    CREATE TABLE ${table} (LIKE sotto.arrived INCLUDING STORAGE INCLUDING CONSTRAINTS, CHECK (bucket = ${bucket.id}))
      WITH (autovacuum_enabled = false);
    ALTER TABLE sotto.arrived ATTACH PARTITION ${table} FOR VALUES IN (${bucket.id})`);
}

/** Takes a bucket's partition away from those who fill it: what they are writing is waited for, what comes later fails. */
export async function closeBucket(session: Session, bucket: BucketRow): Promise<void> {
  if (bucket.closed) return;
  await session.query(`ALTER TABLE sotto.arrived DETACH PARTITION ${arrivedTable(bucket)}`);
  await session.query("UPDATE sotto.buckets SET closed = true WHERE id = $1", [bucket.id]);
}

/** Deletes the table of a bucket that is closed. */
export async function dropBucket(session: Session, bucket: Pick<BucketRow, "id">): Promise<void> {
  await session.query(`DROP TABLE ${arrivedTable(bucket)}`);
  await session.query("DELETE FROM sotto.buckets WHERE id = $1", [bucket.id]);
}

/** Puts the frames of a closed bucket into one that is open, and deletes its table. */
export async function moveBucket(session: Session, from: BucketRow, to: Span & { zone: number }): Promise<void> {
  await session.query(
    `INSERT INTO sotto.arrived (bucket, frame)
      SELECT b.id, a.frame FROM ${arrivedTable(from)} a, sotto.buckets b
      WHERE b.zone = $1 AND b.starts = $2 AND b.ends = $3 ORDER BY a.frame`,
    [to.zone, to.start, to.end],
  );
  await dropBucket(session, from);
}

/** How many frames, copies too, a bucket's table holds. */
export async function framesIn(session: Session, bucket: BucketRow): Promise<number> {
  const [row] = await rowsOf<{ frames: number }>(
    session,
    `SELECT count(*)::float8 AS frames FROM ${arrivedTable(bucket)}`,
  );
  return row?.frames ?? 0;
}

/** Lets decoders read a segment. */
export async function publishSegment(session: Session, segment: SegmentRow): Promise<void> {
  await session.query(
    `ALTER TABLE sotto.published ATTACH PARTITION ${sealedTable(segment)} FOR VALUES IN (${segment.id})`,
  );
  await session.query("UPDATE sotto.segments SET state = 'published' WHERE id = $1", [segment.id]);
}

/** Deletes a segment's table, whatever its state. */
export async function dropSegment(session: Session, segment: SegmentRow): Promise<void> {
  const table = sealedTable(segment);
  if (segment.state === "published") await session.query(`ALTER TABLE sotto.published DETACH PARTITION ${table}`);
  await session.query(`DROP TABLE ${table}`);
  await session.query("DELETE FROM sotto.segments WHERE id = $1", [segment.id]);
}
