import type { Expired, RecordStore, StoredMessage } from "../store/contract.ts";
import { byId, MESSAGES } from "../store/tables.ts";
import type { Session } from "./session.ts";
import { find, octets } from "./table.ts";

/** When what has had its time, see {@link RecordStore.expire}. */
export type ExpiryRules = Parameters<RecordStore["expire"]>[0];

/** Tables of which deleted rows hold what somebody said. */
export type SpeakingTable = "messages" | "parts";

/** Segments of which what was incomplete may go. */
const ENDED = "segment IN (SELECT sha256 FROM segments WHERE end_time < $1::float8)";

/** Of these messages, those that are there and say something that may be replaced: records, and what was rejected. */
export async function stillSpoken(session: Session, messages: readonly StoredMessage[]): Promise<StoredMessage[]> {
  const there = byId(await find(session, MESSAGES, "id", messages));
  return messages.filter(({ id }) => ["record", "rejected"].includes(there.get(id)?.state ?? ""));
}

/** Deletes what messages say; @returns how many were not forgotten before. */
export async function forgetMessages(session: Session, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const wanted = [ids.map(octets)];
  return await session.transaction(async () => {
    const messages = await session.run(
      `UPDATE messages SET state = 'forgotten', text = NULL, reason = NULL, report = NULL, window_number = NULL,
         field_values = NULL, session = NULL
       WHERE state <> 'forgotten' AND id = ANY ($1::bytea[])`,
      wanted,
    );
    const parts = await session.run("DELETE FROM parts WHERE message = ANY ($1::bytea[])", wanted);
    await oweRewriting(session, { messages, parts });
    return messages;
  });
}

/** Deletes what has had its time. */
export async function expireMessages(
  session: Session,
  { recordsBefore, segmentsBefore, retired }: ExpiryRules,
): Promise<Expired> {
  return await session.transaction(async () => {
    const spoken = await session.run(
      "DELETE FROM messages WHERE state IN ('record', 'rejected', 'malformed') AND day < $1::integer",
      [recordsBefore],
    );
    const silent = await session.run(`DELETE FROM messages WHERE state IN ('incomplete', 'void') AND ${ENDED}`, [
      segmentsBefore,
    ]);
    const forgotten = await session.run("DELETE FROM messages WHERE state = 'forgotten' AND key = ANY ($1::text[])", [
      [...retired],
    ]);
    const parts = await session.run(
      "DELETE FROM parts p WHERE NOT EXISTS (SELECT FROM messages m WHERE m.id = p.message)",
    );
    const frames = await session.run(
      `DELETE FROM frames f WHERE ${ENDED} AND NOT EXISTS (SELECT FROM messages m WHERE m.id = f.message)`,
      [segmentsBefore],
    );
    await oweRewriting(session, { messages: spoken, parts });
    return { messages: spoken + silent + forgotten, parts, frames };
  });
}

/** Notes of which tables deleted rows are to be got out of the files, as part of the transaction that deletes them. */
async function oweRewriting(session: Session, deleted: Readonly<Record<SpeakingTable, number>>): Promise<void> {
  const tables = Object.entries(deleted).flatMap(([table, rows]) => (rows > 0 ? [table] : []));
  if (tables.length === 0) return;
  await session.run("UPDATE about SET rewrite = ARRAY(SELECT DISTINCT unnest(rewrite || $1::text[]))", [tables]);
}
