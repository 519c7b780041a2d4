/** Octets of a key. */
export const SIPHASH_KEY_OCTETS = 16;

/** Rounds per eight octets, and at the end: SipHash-2-4 (Aumasson and Bernstein 2012, section 2). */
const COMPRESSION_ROUNDS = 2;
const FINALIZATION_ROUNDS = 4;

/** "somepseudorandomlygeneratedbytes", the initial state in halves of 32 bits. */
const INITIAL = [0x736f6d65, 0x70736575, 0x646f7261, 0x6e646f6d, 0x6c796765, 0x6e657261, 0x74656462, 0x79746573];

/**
 * SipHash-2-4: a keyed hash of 64 bits for short inputs, as RFC 9018 section 4.4 takes it for cookies.
 *
 * A number of JavaScript holds no 64 bits and BigInt is slow, so every word is two halves of 32 bits. The result stays
 * in {@link low} and {@link high} until the next call: nothing is allocated for a hash.
 */
export class SipHash {
  /** The result's less significant half, unsigned. */
  low = 0;
  /** The result's more significant half, unsigned. */
  high = 0;
  /** The initial state under this key: high and low half of four words in turn. */
  readonly #start: Int32Array;

  /** @param key 16 octets. */
  constructor(key: Uint8Array) {
    if (key.length !== SIPHASH_KEY_OCTETS) throw new RangeError(`a key has ${SIPHASH_KEY_OCTETS} octets`);
    const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
    this.#start = Int32Array.from(INITIAL, (word, i) => {
      const half = (i & 2) * 4 + (i & 1 ? 0 : 4);
      return word ^ view.getUint32(half, true);
    });
  }

  /** Hashes the first `length` octets. */
  hash(octets: Uint8Array, length: number): void {
    const start = this.#start;
    let v0h = start[0] as number;
    let v0l = start[1] as number;
    let v1h = start[2] as number;
    let v1l = start[3] as number;
    let v2h = start[4] as number;
    let v2l = start[5] as number;
    let v3h = start[6] as number;
    let v3l = start[7] as number;
    const whole = length >> 3;
    // Whole blocks, the rest with the length in its last octet, and one more turn that finishes.
    for (let block = 0; block <= whole + 1; block++) {
      let low = 0;
      let high = 0;
      if (block <= whole) {
        low = littleEndian(octets, block * 8, length);
        high = littleEndian(octets, block * 8 + 4, length) | (block === whole ? length << 24 : 0);
      } else {
        v2l ^= 0xff;
      }
      v3l ^= low;
      v3h ^= high;
      for (let round = block <= whole ? COMPRESSION_ROUNDS : FINALIZATION_ROUNDS; round > 0; round--) {
        let sum = (v0l >>> 0) + (v1l >>> 0);
        v0h = (v0h + v1h + (sum > 0xffffffff ? 1 : 0)) | 0;
        v0l = sum | 0;
        let turned = (v1h << 13) | (v1l >>> 19);
        v1l = ((v1l << 13) | (v1h >>> 19)) ^ v0l;
        v1h = turned ^ v0h;
        turned = v0h;
        v0h = v0l;
        v0l = turned;
        sum = (v2l >>> 0) + (v3l >>> 0);
        v2h = (v2h + v3h + (sum > 0xffffffff ? 1 : 0)) | 0;
        v2l = sum | 0;
        turned = (v3h << 16) | (v3l >>> 16);
        v3l = ((v3l << 16) | (v3h >>> 16)) ^ v2l;
        v3h = turned ^ v2h;
        sum = (v0l >>> 0) + (v3l >>> 0);
        v0h = (v0h + v3h + (sum > 0xffffffff ? 1 : 0)) | 0;
        v0l = sum | 0;
        turned = (v3h << 21) | (v3l >>> 11);
        v3l = ((v3l << 21) | (v3h >>> 11)) ^ v0l;
        v3h = turned ^ v0h;
        sum = (v2l >>> 0) + (v1l >>> 0);
        v2h = (v2h + v1h + (sum > 0xffffffff ? 1 : 0)) | 0;
        v2l = sum | 0;
        turned = (v1h << 17) | (v1l >>> 15);
        v1l = ((v1l << 17) | (v1h >>> 15)) ^ v2l;
        v1h = turned ^ v2h;
        turned = v2h;
        v2h = v2l;
        v2l = turned;
      }
      v0l ^= low;
      v0h ^= high;
    }
    this.low = (v0l ^ v1l ^ v2l ^ v3l) >>> 0;
    this.high = (v0h ^ v1h ^ v2h ^ v3h) >>> 0;
  }
}

/** Four octets as a number, those at `end` and behind it taken for 0. */
function littleEndian(octets: Uint8Array, at: number, end: number): number {
  if (at + 4 <= end) {
    const low = (octets[at] as number) | ((octets[at + 1] as number) << 8);
    return low | ((octets[at + 2] as number) << 16) | ((octets[at + 3] as number) << 24);
  }
  let value = 0;
  for (let i = at; i < end; i++) value |= (octets[i] as number) << (8 * (i - at));
  return value;
}
