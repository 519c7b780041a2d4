import type { ReportCheck } from "../checking/reportcheck.ts";
import { spokenMessage } from "../ledger/message.ts";
import type { RecordStore, StoredMessage } from "../store/contract.ts";

/** What came of holding stored texts against a definition again. */
export interface Replayed {
  /** Rejected messages that are records now. */
  takenUp: number;
  /** Rejected messages that still are, for whatever reason. */
  rejected: number;
  /** Records that no definition was there for, and that are ones of it now. */
  read: number;
  /** Such records that the definition rejects. */
  dropped: number;
}

/**
 * Holds the texts that are kept against a definition: of what was rejected, and of records that were scanned without a
 * definition. Each batch is changed at once, and doing it again changes nothing more.
 */
export async function replay(store: RecordStore, check: ReportCheck): Promise<Replayed> {
  const replayed: Replayed = { takenUp: 0, rejected: 0, read: 0, dropped: 0 };
  for await (const batch of store.messagesIn(["rejected", "record"])) {
    const texts = batch.flatMap((message) => (message.text === null ? [] : { message, text: message.text }));
    const changed = texts.map(({ message, text }) => ({ before: message, after: readAgain(message, text, check) }));
    for (const { before, after } of changed) replayed[outcomeOf(before, after)]++;
    if (changed.length > 0) await store.replace(changed.map(({ after }) => after));
  }
  return replayed;
}

function readAgain({ id, day, key, segment }: StoredMessage, text: string, check: ReportCheck): StoredMessage {
  return spokenMessage({ id, day, key, segment }, Buffer.from(text, "utf8"), check);
}

function outcomeOf(before: StoredMessage, after: StoredMessage): keyof Replayed {
  if (before.state === "rejected") return after.state === "record" ? "takenUp" : "rejected";
  return after.state === "record" ? "read" : "dropped";
}
