import { publicKeyOf, type Receipt, toHex } from "@sotto/wire";
import type { RecordStore } from "../store/contract.ts";

/** What became of receipts. */
export interface Forgotten {
  /** Messages that were deleted now. */
  readonly messages: number;
  /** Receipts whose message had been deleted before. */
  readonly before: number;
  /** Receipts for frames that the store does not have: they never came, or are over. */
  readonly unknown: number;
  /** Receipts whose secret is not the frame's: whoever wrote them did not seal it. */
  readonly unproved: number;
}

/**
 * Deletes the messages that receipts are for. The log is public, so a frame's id alone authorises nothing: only who
 * sealed it knows the secret behind its ephemeral key (protocol.md section 6).
 *
 * One receipt of a message in several parts deletes all of it: the same person sealed them.
 */
export async function forget(store: RecordStore, receipts: readonly Receipt[]): Promise<Forgotten> {
  const unique = [
    ...new Map(receipts.map((receipt) => [toHex(receipt.ephemeralSecret) + receipt.id, receipt])).values(),
  ];
  const frames = await store.framesById(unique.map(({ id }) => id));
  const proved = unique.filter((receipt) => frames.get(receipt.id)?.ephemeral === ephemeralKeyOf(receipt));
  const messages = [...new Set(proved.flatMap(({ id }) => frames.get(id)?.message ?? []))];
  const deleted = messages.length === 0 ? 0 : await store.forget(messages);
  const unknown = unique.filter(({ id }) => !frames.has(id)).length;
  return {
    messages: deleted,
    before: messages.length - deleted,
    unknown,
    unproved: unique.length - unknown - proved.length,
  };
}

function ephemeralKeyOf({ ephemeralSecret }: Receipt): string {
  return toHex(publicKeyOf(ephemeralSecret));
}
