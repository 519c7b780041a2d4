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
import { columnsOf } from "./table.ts";
import { wantOfAnyDay } from "./wanted.ts";

/** A segment's row, if it was ever scanned. */
export async function findSegment(session: Session, sha256: string): Promise<ScannedSegment | null> {
  const [row] = await session.query(
    `SELECT ${columnsOf(SEGMENTS, "t")} FROM store.segments t WHERE t.sha256 = unhex($1)`,
    [sha256],
  );
  return row === undefined ? null : SEGMENTS.read(row);
}

/** All segments, in time. */
export async function allSegments(session: Session): Promise<ScannedSegment[]> {
  const rows = await session.query(
    `SELECT ${columnsOf(SEGMENTS, "t")} FROM store.segments t ORDER BY t.start_time, t.end_time, t.sha256`,
  );
  return rows.map(SEGMENTS.read);
}

/** Frames by their ids alone. */
export async function framesById(session: Session, ids: readonly string[]): Promise<Map<string, KnownFrame>> {
  if (ids.length === 0) return new Map();
  await wantOfAnyDay(session, ids);
  const rows = await session.query(
    `SELECT ${columnsOf(FRAMES, "t")} FROM store.frames t SEMI JOIN temp.wanted w ON t.id = w.id ORDER BY t.id`,
  );
  return byId(rows.map(FRAMES.read));
}

/** The first and the last window that a report has records of. */
export async function windowsOf(session: Session, report: string): Promise<{ first: number; last: number } | null> {
  const [row] = await session.query(
    "SELECT min(window_number), max(window_number) FROM store.messages WHERE state = 'record' AND report = $1",
    [report],
  );
  const [first, last] = (row ?? []) as (number | null)[];
  return typeof first === "number" && typeof last === "number" ? { first, last } : null;
}

/** How many sessions each window has. */
export async function sessionsOf(session: Session, { report, from, until }: TallyQuery): Promise<Map<number, number>> {
  const rows = await session.query(
    `SELECT window_number, count(DISTINCT session)::INTEGER FROM store.messages
     WHERE state = 'record' AND report = $1 AND window_number >= $2 AND window_number < $3 AND session IS NOT NULL
     GROUP BY window_number ORDER BY window_number`,
    [report, from, until],
  );
  return new Map(rows as [number, number][]);
}

/** Why messages are rejected. */
export async function rejectionsOf(session: Session): Promise<{ reason: string; count: number }[]> {
  const rows = await session.query(
    `SELECT reason, count(*)::INTEGER AS number FROM store.messages WHERE state = 'rejected' AND reason IS NOT NULL
     GROUP BY reason ORDER BY number DESC, reason`,
  );
  return (rows as [string, number][]).map(([reason, count]) => ({ reason, count }));
}

/** What became of frames and messages, by segment. */
export async function lossesOf(session: Session): Promise<SegmentLosses[]> {
  const frames = FRAME_FATES.map((fate) => `sum(${fateColumn(fate)})::INTEGER AS ${fateColumn(fate)}`);
  const messages = MESSAGE_STATES.map((state) => `count(*) FILTER (state = '${state}')::INTEGER AS in_${state}`);
  const rows = await session.query(
    `SELECT ${columnsOf(SEGMENTS, "t")}, ${FRAME_FATES.map((fate) => `coalesce(f.${fateColumn(fate)}, 0)`)},
       ${MESSAGE_STATES.map((state) => `coalesce(m.in_${state}, 0)`)}
     FROM store.segments t
     LEFT JOIN (SELECT segment, ${frames} FROM store.weeks GROUP BY segment) f ON f.segment = t.sha256
     LEFT JOIN (SELECT segment, ${messages} FROM store.messages GROUP BY segment) m ON m.segment = t.sha256
     ORDER BY t.start_time, t.end_time, t.sha256`,
  );
  return rows.map(readLosses);
}
