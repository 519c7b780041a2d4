import { type Block, BlockError, joinChunks, type Part, parseText, sha256, TextError, toHex } from "@sotto/wire";
import { formatValues, type ReportCheck } from "../checking/reportcheck.ts";
import type { StoredMessage, StoredPart } from "../store/contract.ts";

/** What a message is but for what it says. */
export type MessageFacts = Pick<StoredMessage, "id" | "day" | "key" | "segment">;

/** What a message says, and where it stands for that. */
type Content = Omit<StoredMessage, keyof MessageFacts>;

const SAYS_NOTHING = { text: null, reason: null, report: null, window: null, values: null, session: null } as const;

/**
 * Names the message that a part belongs to (protocol.md section 1): what was sealed for one key, on one day, under one
 * message id and with as many parts.
 *
 * @param key id of the key that opened it.
 * @returns 64 hexadecimal digits.
 */
export function messageIdOf({ messageId, count }: Part, { day }: Block, key: string): string {
  return toHex(sha256(Buffer.from(`sotto-message ${key} ${day} ${count} ${toHex(messageId)}`)));
}

/** A message in which something is still missing, or that nobody can read. */
export function silentMessage(facts: MessageFacts, state: "incomplete" | "void" | "malformed"): StoredMessage {
  return { ...facts, ...SAYS_NOTHING, state };
}

/**
 * A message whose text is there: a record, rejected, or malformed.
 *
 * @param check null where there is no definition: then every text is a record.
 */
export function spokenMessage(facts: MessageFacts, text: Uint8Array, check: ReportCheck | null): StoredMessage {
  return { ...facts, ...contentOf(text, facts.day, check) };
}

/**
 * A message all of whose parts are there.
 *
 * @param parts in any order.
 */
export function joinedMessage(
  facts: MessageFacts,
  parts: readonly StoredPart[],
  check: ReportCheck | null,
): StoredMessage {
  const chunks = parts.toSorted((a, b) => a.index - b.index).map(({ chunk }) => chunk);
  try {
    return spokenMessage(facts, joinChunks(chunks), check);
  } catch (error) {
    if (!(error instanceof BlockError)) throw error;
    return silentMessage(facts, "malformed");
  }
}

function contentOf(text: Uint8Array, day: number, check: ReportCheck | null): Content {
  try {
    const report = parseText(text);
    const kept = Buffer.from(text).toString("utf8");
    if (check === null) return { ...SAYS_NOTHING, state: "record", text: kept };
    const checked = check.check(report, day);
    if (checked.type === "rejected") {
      return { ...SAYS_NOTHING, state: "rejected", text: kept, reason: checked.reason };
    }
    const { report: name, window, values, session } = checked;
    return { state: "record", text: null, reason: null, report: name, window, values: formatValues(values), session };
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    return { ...SAYS_NOTHING, state: "malformed" };
  }
}
