import type { Db, Job, PgBoss } from "pg-boss";
import type { QueueDatabase } from "./database.ts";
import type { SegmentJob } from "./job.ts";

/** Heartbeats in the time after which a worker without any counts as dead. */
const BEATS = 3;

/** A segment that this worker alone opens, as long as it shows that it lives. It ends by one of the three methods. */
export class Taken {
  readonly segment: SegmentJob;
  /** Ends when the segment was given to another worker, because no heartbeat had come through for too long. */
  readonly lost: AbortSignal;
  readonly #boss: PgBoss;
  readonly #database: QueueDatabase;
  readonly #queue: string;
  /** What pg-boss knows this very attempt by: once the segment was given away, all of it does nothing. */
  readonly #attempt: { readonly id: string; readonly retryCount: number };
  readonly #beating: NodeJS.Timeout;

  constructor(boss: PgBoss, database: QueueDatabase, queue: string, job: Job<SegmentJob>) {
    this.segment = job.data;
    this.#boss = boss;
    this.#database = database;
    this.#queue = queue;
    this.#attempt = { id: job.id, retryCount: job.retryCount };
    const lost = new AbortController();
    this.lost = lost.signal;
    this.#beating = setInterval(() => this.#beat(lost), ((job.heartbeatSeconds ?? 0) * 1000) / BEATS);
  }

  /** It is committed: the queue forgets it. */
  async done(): Promise<void> {
    clearInterval(this.#beating);
    await this.#database.safely(() => this.#boss.deleteJob(this.#queue, this.#attempt));
  }

  /** It cannot be opened: it is tried again after a while, and is dead after several times. @param reason one line. */
  async failed(reason: string): Promise<void> {
    clearInterval(this.#beating);
    await this.#database.safely(() => this.#boss.fail(this.#queue, this.#attempt, { reason }));
  }

  /** It is not this segment's fault: it waits as if nobody had taken it. */
  async handBack(): Promise<void> {
    clearInterval(this.#beating);
    const { segment } = this;
    const giveBack = async (db: Db) => {
      const { affected } = (await this.#boss.deleteJob(this.#queue, this.#attempt, { db })) as { affected: number };
      if (affected > 0) await this.#boss.insert(this.#queue, [{ data: segment, singletonKey: segment.sha256 }], { db });
    };
    await this.#database.safely(() => this.#database.transaction(giveBack));
  }

  async #beat(lost: AbortController): Promise<void> {
    try {
      const { affected } = (await this.#boss.touch(this.#queue, this.#attempt)) as { affected: number };
      if (affected === 0) lost.abort(new Error("the segment was given to another worker"));
    } catch {
      // A heartbeat that was not sent says nothing of whose the segment is: the next one tells.
    }
  }
}
