import type { Expired, RecordStore } from "../store/contract.ts";
import { oweRewriting } from "./recordsfile.ts";
import type { Session } from "./session.ts";
import { wantOfAnyDay } from "./wanted.ts";

/** When what has had its time, see {@link RecordStore.expire}. */
export type ExpiryRules = Parameters<RecordStore["expire"]>[0];

/** Segments of which what was incomplete may go. */
const ENDED = "segment IN (SELECT sha256 FROM store.segments WHERE end_time < $1)";

/** Deletes what messages say; @returns how many were not forgotten before. */
export async function forgetMessages(session: Session, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  return await session.transaction(async () => {
    await wantOfAnyDay(session, ids);
    const forgotten = await session.run(
      `UPDATE store.messages SET state = 'forgotten', text = NULL, reason = NULL, report = NULL, window_number = NULL,
         field_values = NULL, session = NULL
       WHERE state <> 'forgotten' AND id IN (SELECT id FROM temp.wanted)`,
    );
    const parts = await session.run("DELETE FROM store.parts WHERE message IN (SELECT id FROM temp.wanted)");
    if (forgotten + parts > 0) await oweRewriting(session);
    return forgotten;
  });
}

/** Deletes what has had its time. */
export async function expireMessages(
  session: Session,
  { recordsBefore, segmentsBefore, retired }: ExpiryRules,
): Promise<Expired> {
  const ended = BigInt(Math.ceil(segmentsBefore));
  return await session.transaction(async () => {
    let messages = 0;
    if (recordsBefore !== null) {
      messages += await session.run(
        "DELETE FROM store.messages WHERE state IN ('record', 'rejected', 'malformed') AND day < $1",
        [recordsBefore],
      );
    }
    messages += await session.run(`DELETE FROM store.messages WHERE state IN ('incomplete', 'void') AND ${ENDED}`, [
      ended,
    ]);
    messages += await session.run(
      "DELETE FROM store.messages WHERE state = 'forgotten' AND list_contains(string_split($1, ' '), key)",
      [[...retired].join(" ")],
    );
    const parts = await session.run("DELETE FROM store.parts WHERE message NOT IN (SELECT id FROM store.messages)");
    const frames = await session.run(
      `DELETE FROM store.frames
       WHERE ${ENDED} AND (message IS NULL OR message NOT IN (SELECT id FROM store.messages))`,
      [ended],
    );
    if (messages + parts + frames > 0) await oweRewriting(session);
    return { messages, parts, frames };
  });
}
