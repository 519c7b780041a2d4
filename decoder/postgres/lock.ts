import { StoreError } from "../errors.ts";
import { isState, SQLSTATE } from "./failure.ts";
import type { RecordsPlace } from "./place.ts";
import type { Session } from "./session.ts";

/** How long somebody waits for another process to be done with a segment, or with writing tables anew. */
const PATIENCE_MILLISECONDS = 300_000;

/** How somebody waits for another process that writes. */
export interface Waiting {
  /** In milliseconds: at least 1, five minutes without it. */
  readonly patience?: number;
  /** Ends it at once. */
  readonly signal?: AbortSignal;
}

/** What is locked, and how it is waited for. */
export interface Locked {
  /** The number of the advisory lock, of 64 bits. */
  readonly lock: string;
  readonly place: RecordsPlace;
  readonly waiting: Waiting;
}

/**
 * Waits until nobody else writes to a store. The lock goes with the transaction, or with the session if it is for that,
 * and in any case with the connection: so it does with whoever dies.
 *
 * @throws StoreError `SOTTO_STORE_BUSY` when patience is at an end, or the waiting is.
 */
export async function takeLock(
  session: Session,
  { lock, place, waiting }: Locked,
  until: "transaction" | "session",
): Promise<void> {
  const { patience = PATIENCE_MILLISECONDS, signal } = waiting;
  const isTransaction = until === "transaction";
  const set = `SET ${isTransaction ? "LOCAL " : ""}lock_timeout`;
  const isStopped = () => signal?.aborted === true;
  const busy = (what: string) =>
    new StoreError("SOTTO_STORE_BUSY", `another process writes to ${place.shown}, and ${what}`);
  if (isStopped()) throw busy("was not waited for");
  await session.run(`${set} = ${patience}`);
  const breakOff = () => session.destroy();
  signal?.addEventListener("abort", breakOff);
  try {
    await session.run(`SELECT ${isTransaction ? "pg_advisory_xact_lock" : "pg_advisory_lock"}($1)`, [lock]);
  } catch (error) {
    if (isStopped()) throw busy("was not waited for");
    if (isState(error, SQLSTATE.lockNotAvailable)) throw busy("did not end");
    throw error;
  } finally {
    signal?.removeEventListener("abort", breakOff);
  }
  await session.run(`${set} = 0`);
}

/** Lets others write who wait for a lock that is the session's. */
export async function releaseLock(session: Session, { lock }: Locked): Promise<void> {
  await session.run("SELECT pg_advisory_unlock($1)", [lock]);
}
