import type { MessageState, StoredMessage, TallyQuery, TallyRow } from "../store/contract.ts";
import { MESSAGES } from "../store/tables.ts";
import type { Session } from "./session.ts";
import { columnsOf } from "./table.ts";

/** All statements of such a transaction see the database as it was at its first; a standby can answer them, too. */
const SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/** Reads messages by day and id, as they were at one moment; the transaction is the caller's to end. */
export async function* readMessages(
  session: Session,
  states: readonly MessageState[],
  report: string | null,
): AsyncGenerator<StoredMessage[]> {
  if (states.length === 0) return;
  await session.run(SNAPSHOT);
  const batches = session.stream(
    `SELECT ${columnsOf(MESSAGES, "t")} FROM messages t
     WHERE t.state = ANY ($1::text[]) AND ($2::text IS NULL OR t.report = $2) ORDER BY t.day, t.id`,
    [states, report],
  );
  for await (const rows of batches) yield rows.map(MESSAGES.read);
}

/** Counts records that say the same, by window and values. */
export async function* readTally(session: Session, { report, from, until }: TallyQuery): AsyncGenerator<TallyRow[]> {
  await session.run(SNAPSHOT);
  const batches = session.stream(
    `SELECT window_number, field_values, count(*)::integer FROM messages
     WHERE state = 'record' AND report = $1 AND window_number >= $2 AND window_number < $3
     GROUP BY window_number, field_values ORDER BY window_number, field_values`,
    [report, from, until],
  );
  for await (const rows of batches) {
    yield (rows as [number, string, number][]).map(([window, values, count]) => ({ window, values, count }));
  }
}
