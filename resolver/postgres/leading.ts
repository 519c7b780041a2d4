import type { Span } from "@sotto/wire";
import type { Aged, Keeping } from "../log/bucket.ts";
import { encodeTimeline } from "../log/timefile.ts";
import { beginTimeline, follow, type Timeline } from "../log/timeline.ts";
import { type BucketRow, type Catalogue, readCatalogue } from "./catalogue.ts";
import { type Database, rowsOf, type Session } from "./database.ts";
import { makeBucket } from "./tables.ts";

/** First half of the advisory lock of a zone, whose number is the second: "seal" on a telephone's keys. */
export const LOCK_SPACE = 7325;

/** How long a table may keep leading waiting: whoever fills buckets waits behind it. */
const LOCK_MILLISECONDS = 2000;

/** A timeline that has an open bucket. */
type Followed = Timeline & { readonly open: Aged };

/** What is to be led. */
export interface Leading {
  readonly zone: string;
  readonly keeping: Keeping;
  /** A reading of the clock; null: the database's. */
  readonly now: number | null;
}

/** A transaction with a zone's lock held, and what was there when it began. */
export interface Led {
  readonly session: Session;
  readonly catalogue: Catalogue;
  readonly timeline: Followed;
  /** In the log's own time. */
  readonly time: number;
  /** Lets the open bucket be as old as what is moved into it. */
  adopt(aged: Aged): void;
  /** Is called when all of it is done for good. */
  later(action: () => void): void;
}

/**
 * Does something to the tables of a zone in a transaction that holds the zone's advisory lock, as the role that owns them.
 * The lock goes with the transaction, and so with whoever dies in it: what is half done is undone. Whoever leads also makes
 * the tables that are to be filled.
 *
 * @returns null when another holds the lock: then nothing was done.
 */
export async function lead(
  database: Database,
  { zone, keeping, now }: Leading,
  work: (led: Led) => Promise<void>,
): Promise<{ readonly timeline: Timeline } | null> {
  const actions: (() => void)[] = [];
  const result = await database.transaction(async (session) => {
    await session.query(`SET LOCAL ROLE sotto_sealer; SET LOCAL lock_timeout = ${LOCK_MILLISECONDS}`);
    const [lock] = await rowsOf<{ taken: boolean }>(
      session,
      "SELECT pg_try_advisory_xact_lock($1, id) AS taken FROM sotto.zones WHERE name = $2",
      [LOCK_SPACE, zone],
    );
    if (lock?.taken !== true) return null;
    const catalogue = await readCatalogue(session, zone);
    if (catalogue === null) return null;
    const reading = now ?? (await clockOf(session));
    const before = catalogue.timeline ?? beginTimeline([], []);
    let timeline = follow(before, reading, keeping);
    for (const span of missingBuckets(catalogue.buckets, timeline.open)) {
      await makeBucket(session, catalogue.zone, span);
    }
    await work({
      session,
      catalogue,
      get timeline() {
        return timeline;
      },
      time: reading + timeline.ahead,
      adopt: ({ since }) => {
        if (since < timeline.open.since) timeline = { ...timeline, open: { ...timeline.open, since } };
      },
      later: (action) => actions.push(action),
    });
    timeline = await withoutSealed(session, catalogue.zone, timeline);
    await session.query("UPDATE sotto.zones SET timeline = $2, revision = revision + 1 WHERE id = $1", [
      catalogue.zone,
      encodeTimeline(timeline, keeping.bucket),
    ]);
    return { timeline };
  });
  for (const action of actions) action();
  return result;
}

/**
 * What has no table of the bucket being filled and the next, which those need whose round is a moment earlier, and those
 * who find the first one left.
 */
export function missingBuckets(buckets: readonly BucketRow[], { start, end }: Span): Span[] {
  const wanted = [
    { start, end },
    { start: end, end: end + (end - start) },
  ];
  return wanted.filter((span) => !buckets.some((bucket) => bucket.start === span.start && bucket.end === span.end));
}

/** Forgets the ages of buckets that no table is left of. */
async function withoutSealed(session: Session, zone: number, timeline: Followed): Promise<Followed> {
  const rows = await rowsOf<{ start: number }>(
    session,
    "SELECT starts::float8 AS start FROM sotto.buckets WHERE zone = $1",
    [zone],
  );
  const left = timeline.left.filter(({ start }) => rows.some((row) => row.start === start));
  return { ...timeline, left };
}

async function clockOf(session: Session): Promise<number> {
  const [row] = await rowsOf<{ now: number }>(session, "SELECT extract(epoch FROM clock_timestamp())::float8 AS now");
  return row?.now ?? 0;
}
