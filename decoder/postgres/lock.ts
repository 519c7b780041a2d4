import { StoreError } from "../errors.ts";
import type { Database } from "./database.ts";
import { isState, SQLSTATE } from "./failure.ts";
import type { Session } from "./session.ts";

/** How long somebody waits for another process to be done with a segment, or with writing tables anew. */
export const PATIENCE_MILLISECONDS = 300_000;

/**
 * Waits until nobody else writes to a store. The lock goes with the transaction, or with the session if it is for that,
 * and in any case with the connection: so it does with whoever dies.
 *
 * @throws StoreError `SOTTO_STORE_BUSY` when patience is at an end.
 */
export async function takeLock(
  session: Session,
  database: Database,
  until: "transaction" | "session",
  patience: number,
): Promise<void> {
  await session.run(`SET ${until === "transaction" ? "LOCAL " : ""}lock_timeout = ${Math.max(1, patience)}`);
  try {
    const function_ = until === "transaction" ? "pg_advisory_xact_lock" : "pg_advisory_lock";
    await session.run(`SELECT ${function_}($1)`, [database.lock]);
  } catch (error) {
    if (!isState(error, SQLSTATE.lockNotAvailable)) throw error;
    throw new StoreError("SOTTO_STORE_BUSY", `another process writes to ${database.place.shown}, and did not end`);
  }
  await session.run(`SET ${until === "transaction" ? "LOCAL " : ""}lock_timeout = 0`);
}

/** Lets others write who wait for a lock that is the session's. */
export async function releaseLock(session: Session, database: Database): Promise<void> {
  await session.run("SELECT pg_advisory_unlock($1)", [database.lock]);
}
