import { PgBoss } from "pg-boss";
import { StoreError } from "../errors.ts";
import { placeOf } from "../postgres/place.ts";
import { QueueDatabase } from "./database.ts";
import type { SegmentJob } from "./job.ts";
import { queueSchemaOf } from "./schema.ts";
import { Taken } from "./taken.ts";

/** Names of pg-boss's queues in the project's schema. */
const SEGMENTS = "segments";
const DEAD = "dead";

const DAY_SECONDS = 86_400;

/**
 * How pg-boss treats segments. A segment is once at a time among those that wait or are being opened. A worker shows every
 * third of `heartbeatSeconds` that it lives. Eight more attempts, at first after half a minute, then after twice as long
 * each, but for an hour at most, take three hours: longer than most failures of networks.
 */
const TREATMENT = {
  heartbeatSeconds: 60,
  // Heartbeats tell who died; this is pg-boss's greatest.
  expireInSeconds: DAY_SECONDS,
  retryLimit: 8,
  retryDelay: 30,
  retryBackoff: true,
  retryDelayMax: 3600,
  retentionSeconds: 90 * DAY_SECONDS,
  // Of what died the dead letter queue has all.
  deleteAfterSeconds: 3600,
} as const;

/** How often a worker looks for others that died. */
const SUPERVISE_SECONDS = 30;

/** Where a segment in the queue stands. */
export type QueueStanding = "waiting" | "opening" | "retrying" | "dead";

/** A segment in the queue. */
export interface QueueEntry extends SegmentJob {
  readonly standing: QueueStanding;
  /** How often it was begun and not finished. */
  readonly failures: number;
  /** Why not, the last time; null when it was never begun, or was. */
  readonly reason: string | null;
}

/** How to open a queue. */
export interface QueueOptions {
  /** Whether it is made unless it is there; by default it is. */
  readonly make?: boolean;
  /** Whether it looks for workers that died, again and again: workers do. */
  readonly supervise?: boolean;
}

/** The queue of segments that one project's workers open: a schema of pg-boss beside the records. */
export class SegmentQueue {
  readonly #boss: PgBoss;
  readonly #database: QueueDatabase;

  private constructor(boss: PgBoss, database: QueueDatabase) {
    this.#boss = boss;
    this.#database = database;
  }

  /**
   * Opens the queue, or makes it.
   *
   * @param store the connection string of the records.
   * @throws ConnectionStringError; PasswordFileError; StoreError when the database cannot be reached, or refuses, and
   *   `SOTTO_STORE_QUEUE` when there is no queue and it is not to be made.
   */
  static async open(store: string, { make = true, supervise = false }: QueueOptions = {}): Promise<SegmentQueue> {
    const { connection, schema, shown } = placeOf(store);
    const database = new QueueDatabase(connection);
    const boss = new PgBoss({
      db: database,
      schema: queueSchemaOf(schema),
      schedule: false,
      supervise,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      // A call of supervise() looks in any case.
      monitorIntervalSeconds: 1,
    });
    // A look for dead workers that fails is made again; what somebody waits for throws.
    boss.on("error", () => {});
    try {
      await database.safely(async () => {
        if (!make && !(await boss.isInstalled())) {
          throw new StoreError("SOTTO_STORE_QUEUE", `no queue is beside ${shown}: sotto-decoder enqueue makes it`);
        }
        await boss.start();
        await boss.createQueue(DEAD, { retentionSeconds: TREATMENT.retentionSeconds });
        await boss.createQueue(SEGMENTS, { policy: "exclusive", deadLetter: DEAD, ...TREATMENT });
      });
      return new SegmentQueue(boss, database);
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** Puts segments in, in the order in which they are to be taken. @returns how many of them were not there yet. */
  async add(jobs: readonly SegmentJob[]): Promise<number> {
    if (jobs.length === 0) return 0;
    const inserts = jobs.map((data) => ({ data, singletonKey: data.sha256 }));
    return await this.#ask(async (boss) => (await boss.insert(SEGMENTS, inserts, { returnId: true }))?.length ?? 0);
  }

  /** Takes the next segment; null when none is ready. */
  async take(): Promise<Taken | null> {
    const [job] = await this.#ask((boss) => boss.fetch<SegmentJob>(SEGMENTS));
    return job === undefined ? null : new Taken(this.#boss, this.#database, SEGMENTS, job);
  }

  /** Gives segments whose worker died back to the others. Every worker does so all the time. */
  async supervise(): Promise<void> {
    await this.#ask((boss) => boss.supervise(SEGMENTS));
  }

  /** All segments that are not done, those first that need a person, then by time. */
  async entries(): Promise<QueueEntry[]> {
    const jobs = await this.#ask((boss) => boss.findJobs<SegmentJob>(SEGMENTS));
    const live = jobs.flatMap(({ state, data, retryCount, output }) => {
      const standing = STANDINGS[state];
      if (standing === undefined) return [];
      // pg-boss counts the attempts that were begun after the first.
      const failures = standing === "retrying" ? retryCount + 1 : retryCount;
      return [{ ...data, standing, failures, reason: reasonOf(output) }];
    });
    const buried = await this.#ask((boss) => boss.findJobs<SegmentJob>(DEAD));
    const dead = buried.map(({ data, sourceRetryCount, sourceOutput }) => {
      const failures = (sourceRetryCount ?? 0) + 1;
      return { ...data, standing: "dead" as const, failures, reason: reasonOf(sourceOutput) };
    });
    const place = (entry: QueueEntry) => ORDER.indexOf(entry.standing);
    return [...live, ...dead].sort((a, b) => place(a) - place(b) || a.start - b.start || a.end - b.end);
  }

  /** Puts dead segments back to wait. @returns how many. */
  async revive(): Promise<number> {
    let moved = 0;
    for (let more = -1; more !== 0; moved += more) more = await this.#ask((boss) => boss.redrive(DEAD));
    return moved;
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false });
    await this.#database.close();
  }

  #ask<T>(ask: (boss: PgBoss) => Promise<T>): Promise<T> {
    return this.#database.safely(() => ask(this.#boss));
  }
}

/** pg-boss's states as ours; what is done is deleted, and what failed for good is in the queue of the dead. */
const STANDINGS: Readonly<Partial<Record<string, QueueStanding>>> = {
  created: "waiting",
  retry: "retrying",
  active: "opening",
};

const ORDER: readonly QueueStanding[] = ["dead", "retrying", "opening", "waiting"];

/** What a worker, or pg-boss where a worker died, gave as the reason. */
function reasonOf(output: unknown): string | null {
  const { reason, value } = (output ?? {}) as { reason?: unknown; value?: { message?: unknown } };
  if (typeof reason === "string") return reason;
  if (value?.message === "job heartbeat timeout") return "its worker died, or was cut off";
  return typeof value?.message === "string" ? value.message : null;
}
