import { compareSegments, type SegmentEntry, type Span } from "@sotto/wire";
import { StoreError } from "../errors.ts";
import { inOwnTime, isPublished, type Keeping } from "../log/bucket.ts";
import { type Capacity, DEFAULT_DISK_BUDGET_OCTETS, framesOfBucket, framesOfDisk, shareOf } from "../log/capacity.ts";
import type { Clock } from "../log/clock.ts";
import type { FrameLog, LogCounters, LogUsage, OpenSegment, SinkTarget } from "../log/contract.ts";
import { Retry } from "../log/retry.ts";
import { beginTimeline, type Course, follow, type Timeline } from "../log/timeline.ts";
import { agedOf, type BucketRow, type Catalogue, readCatalogue, type SegmentRow } from "./catalogue.ts";
import { Database, rowsOf, type Session } from "./database.ts";
import { type Led, lead, missingBuckets } from "./leading.ts";
import { checkSchema } from "./schema.ts";
import { openSegmentTable } from "./segmentoctets.ts";
import { closeEnded, isDue, isOver, publishDue, sealClosed, tidy, type Upkeep } from "./upkeep.ts";

/** Connections for reading segments, so that readers never keep maintenance waiting, nor each other for long. */
const READERS = 3;

/** Octets that PostgreSQL takes for a frame in the table of an open bucket: 52 rows a page. */
const ROW_OCTETS = 8192 / 52;

/** How long the database may take to show that it takes writes. */
const PROBE_MILLISECONDS = 5000;

/** What a log in a database may be opened with beside its zone and times. */
export interface PostgresLogOptions {
  /** Octets; beyond it intake refuses. */
  readonly diskBudget?: number;
  /** The database's unless given. */
  readonly clock?: Clock;
}

/**
 * The log of a zone in a database that any number of collectors share.
 *
 * Time is the database's. Each collector follows it by itself, to the same buckets; what changes tables is done by
 * whoever gets the zone's lock for a transaction ({@link lead}) and is allowed to. A frame belongs to the bucket that it
 * was put into; to seal a bucket its table is first taken away from all who fill it, who then go on with the next.
 */
export class PostgresLog implements FrameLog {
  readonly damagedFiles: readonly string[] = [];
  readonly counters: LogCounters = { released: 0, unreleased: 0, expired: 0, damagedSlots: 0, damagedFiles: 0 };
  readonly #store: string;
  readonly #zone: string;
  readonly #keeping: Keeping;
  readonly #options: PostgresLogOptions;
  readonly #database: Database;
  readonly #readers: Database;
  readonly #retry = new Retry();
  #seals = false;
  #catalogue: Catalogue | null = null;
  #timeline: Timeline = beginTimeline([], []);
  /** Octets of buckets' tables by the bucket's number. */
  #arrived: ReadonlyMap<number, number> = new Map();

  private constructor(store: string, zone: string, keeping: Keeping, options: PostgresLogOptions) {
    this.#store = store;
    this.#zone = zone;
    this.#keeping = keeping;
    this.#options = options;
    this.#database = new Database(store, 1);
    this.#readers = new Database(store, READERS);
  }

  /**
   * Opens the log of a zone.
   *
   * @throws ConfigError, DatabaseError; StoreError `SOTTO_DATABASE_SCHEMA` when the database's tables are not those of
   *   this program, `SOTTO_DATABASE_ZONE` when the zone is unknown to it and the login may not add it.
   */
  static async open(
    store: string,
    zone: string,
    keeping: Keeping,
    options: PostgresLogOptions = {},
  ): Promise<PostgresLog> {
    const log = new PostgresLog(store, zone, keeping, options);
    try {
      await checkSchema(log.#database);
      await log.#register();
      await log.#reload();
      return log;
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  get target(): SinkTarget {
    return { kind: "postgres", store: this.#store, zone: this.#zone };
  }

  async time(): Promise<number> {
    const { clock } = this.#options;
    return clock === undefined ? await this.#database.session(timeOf) : clock();
  }

  published(unixSeconds: number): SegmentEntry[] {
    const time = unixSeconds + this.#timeline.ahead;
    return this.#segments("published")
      .filter((segment) => isPublished(inOwnTime(agedOf(segment)), time, this.#keeping))
      .map(({ entry }) => entry)
      .sort(compareSegments);
  }

  async openSegment(entry: SegmentEntry): Promise<OpenSegment | null> {
    return await openSegmentTable(this.#readers, this.#zone, entry);
  }

  async follow(unixSeconds: number): Promise<Course> {
    await this.#reload();
    const { timeline, buckets } = this.#known;
    const next = follow(timeline ?? beginTimeline([], []), unixSeconds, this.#keeping);
    this.#timeline = next;
    const isNew = timeline?.open?.start !== next.open.start || timeline.open.end !== next.open.end;
    if (this.#seals && (isNew || missingBuckets(buckets, next.open).length > 0)) {
      await this.#lead(unixSeconds, async () => {});
    }
    return { closed: this.#timeline.closed, open: next.open };
  }

  capacity(workers: number): Capacity {
    const { diskBudget } = this.#options;
    const bucket = framesOfBucket(diskBudget, this.#keeping);
    const { segmentOctets, heldOctets, journalOctets } = this.usage;
    const open = this.#known.buckets.find(({ start }) => start === this.#timeline.open?.start);
    // What all collectors have stored in the bucket counts, and is known only as of the last round.
    const filled = Math.ceil((this.#arrived.get(open?.id ?? 0) ?? 0) / ROW_OCTETS);
    const disk = framesOfDisk(diskBudget ?? DEFAULT_DISK_BUDGET_OCTETS, segmentOctets + heldOctets, journalOctets);
    return shareOf({ bucket, disk: Math.max(0, Math.min(disk, bucket - filled)), earlier: null }, workers);
  }

  get usage(): LogUsage {
    const held = this.#segments("held");
    const segments = [...this.#segments("released"), ...this.#segments("published")];
    const [segmentOctets, heldOctets] = [octetsOf(segments), octetsOf(held)];
    const journalOctets = [...this.#arrived.values()].reduce((sum, octets) => sum + octets, 0);
    return {
      segments: segments.length,
      segmentOctets,
      heldFrames: held.reduce((sum, { entry }) => sum + entry.count, 0),
      heldOctets,
      journalOctets,
      octets: segmentOctets + heldOctets + journalOctets,
      diskBudget: this.#options.diskBudget ?? DEFAULT_DISK_BUDGET_OCTETS,
    };
  }

  async maintain(current: Span, unixSeconds: number): Promise<void> {
    if (this.#seals) {
      await this.#retry.note(() => this.#tidy(unixSeconds));
      const time = unixSeconds + this.#timeline.ahead;
      const limit = Math.min(current.start, this.#timeline.open?.start ?? current.start);
      for (const bucket of this.#known.buckets.filter(({ start }) => start < limit)) {
        await this.#retry.attempt(`${bucket.id}`, time, () => this.#seal(bucket, unixSeconds));
      }
      await this.#retry.note(() => this.#publish(unixSeconds));
    }
    await this.#retry.note(() => this.#reload());
    this.#retry.throwFirst();
  }

  async isWritable(): Promise<boolean> {
    // What a commit needs: a place in the write-ahead log, on stable storage.
    const probe = "SELECT pg_logical_emit_message(true, 'sotto', 'probe')";
    return await this.#readers.rows(probe, [], { milliseconds: PROBE_MILLISECONDS }).then(
      () => true,
      () => false,
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.#database.close(), this.#readers.close()]);
  }

  get #known(): Catalogue {
    if (this.#catalogue === null) throw new StoreError("SOTTO_DATABASE_ZONE", "the zone went from the database");
    return this.#catalogue;
  }

  #segments(state: SegmentRow["state"]): SegmentRow[] {
    return this.#known.segments.filter((segment) => segment.state === state);
  }

  /** Sees what this login may do, and makes the zone known where it is not. */
  async #register(): Promise<void> {
    await this.#database.transaction(async (session) => {
      this.#seals = await mayLead(session);
      if (!this.#seals || (await readCatalogue(session, this.#zone)) !== null) return;
      await session.query("SET LOCAL ROLE sotto_sealer");
      await session.query("INSERT INTO sotto.zones (name) VALUES ($1) ON CONFLICT DO NOTHING", [this.#zone]);
    });
  }

  /** Takes in what others have changed. */
  async #reload(): Promise<void> {
    await this.#database.session(async (session) => {
      const catalogue = await readCatalogue(session, this.#zone, this.#catalogue);
      if (catalogue === null) {
        const why = "the database does not know the zone: start a server first whose login has the role sotto_sealer";
        throw new StoreError("SOTTO_DATABASE_ZONE", why);
      }
      this.#catalogue = catalogue;
      this.#arrived = await sizesOf(session, catalogue.buckets);
    });
  }

  /** Does something with the zone's lock held; nothing when another collector has it. */
  async #lead(unixSeconds: number, work: (led: Led) => Promise<void>): Promise<void> {
    const now = this.#options.clock === undefined ? null : unixSeconds;
    const led = await lead(this.#database, { zone: this.#zone, keeping: this.#keeping, now }, work);
    if (led !== null) this.#timeline = led.timeline;
    await this.#reload();
  }

  /** Deletes what has been kept for long enough, and moves what lies in the future. */
  async #tidy(unixSeconds: number): Promise<void> {
    const { buckets, segments } = this.#known;
    const time = unixSeconds + this.#timeline.ahead;
    const limit = this.#timeline.open?.end ?? Number.POSITIVE_INFINITY;
    if (!segments.some((one) => isOver(one, time, this.#keeping)) && !buckets.some(({ start }) => start > limit))
      return;
    await this.#lead(unixSeconds, (led) => tidy(led, this.#upkeep));
  }

  async #publish(unixSeconds: number): Promise<void> {
    const time = unixSeconds + this.#timeline.ahead;
    if (!this.#known.segments.some((one) => isDue(one, time, this.#keeping))) return;
    await this.#lead(unixSeconds, (led) => publishDue(led, this.#upkeep));
  }

  /** In two transactions: none who fills buckets waits for the sorting of one. */
  async #seal({ id }: BucketRow, unixSeconds: number): Promise<void> {
    for (const step of [closeEnded, sealClosed]) {
      await this.#lead(unixSeconds, async (led) => {
        const bucket = led.catalogue.buckets.find((one) => one.id === id);
        if (bucket !== undefined) await step(led, this.#upkeep, bucket);
      });
    }
  }

  get #upkeep(): Upkeep {
    return { zone: this.#zone, keeping: this.#keeping, counters: this.counters };
  }
}

async function timeOf(session: Session): Promise<number> {
  const [row] = await rowsOf<{ now: number }>(session, "SELECT extract(epoch FROM clock_timestamp())::float8 AS now");
  return row?.now ?? 0;
}

async function mayLead(session: Session): Promise<boolean> {
  const [row] = await rowsOf<{ may: boolean }>(
    session,
    "SELECT pg_has_role(oid, 'MEMBER') AS may FROM pg_roles WHERE rolname = 'sotto_sealer'",
  );
  return row?.may === true;
}

async function sizesOf(session: Session, buckets: readonly BucketRow[]): Promise<Map<number, number>> {
  const rows = await rowsOf<{ id: number; octets: number | null }>(
    session,
    "SELECT id, pg_relation_size(to_regclass('sotto.arrived_' || id))::float8 AS octets FROM unnest($1::int[]) AS id",
    [buckets.map(({ id }) => id)],
  );
  return new Map(rows.map(({ id, octets }) => [id, octets ?? 0]));
}

function octetsOf(segments: readonly SegmentRow[]): number {
  return segments.reduce((sum, { entry }) => sum + entry.bytes, 0);
}
