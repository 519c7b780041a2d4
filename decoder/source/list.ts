import { setTimeout as sleep } from "node:timers/promises";
import { type MinisignPublicKey, readPublishedList, type SegmentList, SignatureError } from "@sotto/wire";
import { SourceError } from "../errors.ts";

/** Between two attempts to read a list that its signature does not fit. */
const LIST_PAUSE_MILLISECONDS = 1000;

/**
 * Reads `v1/segments.json` of a place.
 *
 * @param read null: nothing is there.
 * @throws SourceError `SOTTO_SOURCE_READ`, SegmentError `SOTTO_SEGMENT_LIST`, SignatureError.
 */
export async function readList(
  place: string,
  read: (path: string, limit: number) => Promise<Uint8Array | null>,
  publicKeys: readonly MinisignPublicKey[] | null,
): Promise<SegmentList> {
  try {
    const published = await readPublishedList(read, publicKeys, () => sleep(LIST_PAUSE_MILLISECONDS));
    if (published !== null) return published.list;
  } catch (error) {
    // Which of several sources it is, the signature's own message cannot say.
    if (error instanceof SignatureError) throw new SignatureError(error.code, `${place}: ${error.message}`);
    throw error;
  }
  throw new SourceError("SOTTO_SOURCE_READ", `${place} holds no v1/segments.json`);
}
