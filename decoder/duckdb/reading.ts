import type { MessageState, StoredMessage, TallyQuery, TallyRow } from "../store/contract.ts";
import { MESSAGES } from "../store/tables.ts";
import type { Session } from "./session.ts";
import { columnsOf } from "./table.ts";

/**
 * Messages that are sorted at once. With all that they hold, at most 2 kB, they fit DuckDB's memory; sorting more of
 * them would take room on the disk, and DuckDB gives up where texts are long.
 */
const SORTED_MESSAGES = 8_192;

/** How many values the first two octets of an id have. */
const PREFIXES = 65_536;

/**
 * Reads messages by day and id, in a transaction, so that all are of one moment.
 *
 * Ids are hashes, so the messages of a day are cut into as many equal ranges of ids as keep each small enough to sort.
 */
export async function* readMessages(
  session: Session,
  states: readonly MessageState[],
  report: string | null,
): AsyncGenerator<StoredMessage[]> {
  const asked = `state IN (${states.map((state) => `'${state}'`).join(", ")}) AND ($1::VARCHAR IS NULL OR report = $1)`;
  if (states.length === 0) return;
  await session.run("BEGIN TRANSACTION READ ONLY");
  const days = await session.query(
    `SELECT day, count(*)::INTEGER FROM store.messages WHERE ${asked} GROUP BY day ORDER BY day`,
    [report],
  );
  for (const [day, count] of days as [number, number][]) {
    for (const range of rangesFor(count)) {
      const batches = session.stream(
        `SELECT ${columnsOf(MESSAGES, "t")} FROM store.messages t WHERE ${asked} AND day = $2 ${range} ORDER BY t.id`,
        [report, day],
      );
      for await (const rows of batches) yield rows.map(MESSAGES.read);
    }
  }
}

/** Counts records that say the same, window by window, so that memory is needed for one window's. */
export async function* readTally(session: Session, { report, from, until }: TallyQuery): AsyncGenerator<TallyRow[]> {
  await session.run("BEGIN TRANSACTION READ ONLY");
  const windows = await session.query(
    `SELECT DISTINCT window_number FROM store.messages
     WHERE state = 'record' AND report = $1 AND window_number >= $2 AND window_number < $3 ORDER BY window_number`,
    [report, from, until],
  );
  for (const [window] of windows as [number][]) {
    const batches = session.stream(
      `SELECT field_values, count(*)::INTEGER FROM store.messages
       WHERE state = 'record' AND report = $1 AND window_number = $2 GROUP BY field_values ORDER BY field_values`,
      [report, window],
    );
    for await (const rows of batches) {
      yield (rows as [string, number][]).map(([values, count]) => ({ window, values, count }));
    }
  }
}

/** Conditions that cut the ids of so many messages into ranges, ascending. */
function rangesFor(count: number): string[] {
  const ranges = Math.ceil(count / SORTED_MESSAGES);
  const bounds = Array.from({ length: ranges + 1 }, (_, at) => Math.round((at * PREFIXES) / ranges));
  const blobOf = (prefix: number) => `unhex('${prefix.toString(16).padStart(4, "0")}')`;
  return bounds.slice(1).map((until, at) => {
    const from = `AND t.id >= ${blobOf(bounds[at] as number)}`;
    return until === PREFIXES ? from : `${from} AND t.id < ${blobOf(until)}`;
  });
}
