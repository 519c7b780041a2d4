/** A frame that may be stored, with the hash that proved its puzzle. */
export interface Candidate {
  readonly frame: Uint8Array;
  /** Its `puzzleDigest`. */
  readonly digest: string;
}
