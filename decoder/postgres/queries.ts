import {
  FRAME_FATES,
  type KnownFrame,
  MESSAGE_STATES,
  type ScannedSegment,
  type SegmentLosses,
  type TallyQuery,
} from "../store/contract.ts";
import { byId, FRAMES, fateColumn, readLosses, SEGMENTS } from "../store/tables.ts";
import type { Session } from "./session.ts";
import { columnsOf, octets } from "./table.ts";

/** A segment's row, if it was ever scanned. */
export async function findSegment(session: Session, sha256: string): Promise<ScannedSegment | null> {
  const [row] = await session.rows(`SELECT ${columnsOf(SEGMENTS, "t")} FROM segments t WHERE t.sha256 = $1::bytea`, [
    octets(sha256),
  ]);
  return row === undefined ? null : SEGMENTS.read(row);
}

/** All segments, in time. */
export async function allSegments(session: Session): Promise<ScannedSegment[]> {
  const rows = await session.rows(
    `SELECT ${columnsOf(SEGMENTS, "t")} FROM segments t ORDER BY t.start_time, t.end_time, t.sha256`,
  );
  return rows.map(SEGMENTS.read);
}

/** Frames by their ids alone, which no index begins with: it is asked for receipts only. */
export async function framesById(session: Session, ids: readonly string[]): Promise<Map<string, KnownFrame>> {
  if (ids.length === 0) return new Map();
  const rows = await session.rows(
    `SELECT ${columnsOf(FRAMES, "t")} FROM frames t WHERE t.id = ANY ($1::bytea[]) ORDER BY t.id`,
    [ids.map(octets)],
  );
  return byId(rows.map(FRAMES.read));
}

/** The first and the last window that a report has records of. */
export async function windowsOf(session: Session, report: string): Promise<{ first: number; last: number } | null> {
  const [row] = await session.rows(
    "SELECT min(window_number), max(window_number) FROM messages WHERE state = 'record' AND report = $1",
    [report],
  );
  const [first, last] = (row ?? []) as (number | null)[];
  return typeof first === "number" && typeof last === "number" ? { first, last } : null;
}

/** How many sessions each window has. */
export async function sessionsOf(session: Session, { report, from, until }: TallyQuery): Promise<Map<number, number>> {
  const rows = await session.rows(
    `SELECT window_number, count(DISTINCT session)::integer FROM messages
     WHERE state = 'record' AND report = $1 AND window_number >= $2 AND window_number < $3 AND session IS NOT NULL
     GROUP BY window_number ORDER BY window_number`,
    [report, from, until],
  );
  return new Map(rows as [number, number][]);
}

/** Why messages are rejected. */
export async function rejectionsOf(session: Session): Promise<{ reason: string; count: number }[]> {
  const rows = await session.rows(
    `SELECT reason, count(*)::integer AS number FROM messages WHERE state = 'rejected' AND reason IS NOT NULL
     GROUP BY reason ORDER BY number DESC, reason`,
  );
  return (rows as [string, number][]).map(([reason, count]) => ({ reason, count }));
}

/** What became of frames and messages, by segment. */
export async function lossesOf(session: Session): Promise<SegmentLosses[]> {
  const frames = FRAME_FATES.map((fate) => `sum(${fateColumn(fate)})::integer AS ${fateColumn(fate)}`);
  const messages = MESSAGE_STATES.map((state) => `count(*) FILTER (WHERE state = '${state}')::integer AS in_${state}`);
  const rows = await session.rows(
    `SELECT ${columnsOf(SEGMENTS, "t")}, ${FRAME_FATES.map((fate) => `coalesce(f.${fateColumn(fate)}, 0)`)},
       ${MESSAGE_STATES.map((state) => `coalesce(m.in_${state}, 0)`)}
     FROM segments t
     LEFT JOIN (SELECT segment, ${frames} FROM weeks GROUP BY segment) f ON f.segment = t.sha256
     LEFT JOIN (SELECT segment, ${messages} FROM messages GROUP BY segment) m ON m.segment = t.sha256
     ORDER BY t.start_time, t.end_time, t.sha256`,
  );
  return rows.map(readLosses);
}
