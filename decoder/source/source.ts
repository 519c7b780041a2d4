import { isConnectionString, type MinisignPublicKey, SignatureError } from "@sotto/wire";
import { listCollector } from "./collector.ts";
import { listFolder, listSignedFolder } from "./folder.ts";
import type { Segment } from "./segment.ts";

/** Whether a place is a folder, rather than a collector's address or a database. */
export function isFolder(place: string): boolean {
  return !isConnectionString(place) && !isAddress(place);
}

/**
 * Lists the segments of a place: every `*.seg` at or below a folder, or what a collector or a database publishes.
 *
 * @param place a folder, a collector's base address, or the connection string of a log in PostgreSQL.
 * @param damaged is told of files that are not segments at all; the others are listed.
 * @param publicKeys one of these must have signed the list, `v1/segments.json`, of the collector or the folder, and only
 *   what that names is given; null asks for no signature.
 * @throws SourceError `SOTTO_SOURCE_READ`, SegmentError `SOTTO_SEGMENT_LIST`, SignatureError.
 */
export async function listSegments(
  place: string,
  damaged: (name: string, error: Error) => void,
  publicKeys: readonly MinisignPublicKey[] | null = null,
): Promise<Segment[]> {
  if (isConnectionString(place)) {
    if (publicKeys !== null) throw new SignatureError("SOTTO_SIGNATURE_MISSING", "a database has no signed list");
    const { listDatabase } = await import("./database.ts");
    return await listDatabase(place);
  }
  if (isAddress(place)) return await listCollector(place, publicKeys);
  return publicKeys === null ? await listFolder(place, damaged) : await listSignedFolder(place, publicKeys);
}

function isAddress(place: string): boolean {
  return /^https?:\/\//i.test(place);
}
