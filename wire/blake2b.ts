/**
 * BLAKE2b (RFC 7693), unkeyed and one-shot: all that a sealed box's nonce needs. Ours, because the libraries weigh
 * 150-700 kB installed and the client is to stay small; held to RFC 7693's and libsodium's vectors.
 *
 * A 64-bit word is two 32-bit halves, low first, since BigInt is some fifty times slower.
 */

const BLOCK_OCTETS = 128;

// Fractional parts of the square roots of the first eight primes (RFC 7693 section 2.6).
const IV = Uint32Array.of(
  0xf3bcc908,
  0x6a09e667,
  0x84caa73b,
  0xbb67ae85,
  0xfe94f82b,
  0x3c6ef372,
  0x5f1d36f1,
  0xa54ff53a,
  0xade682d1,
  0x510e527f,
  0x2b3e6c1f,
  0x9b05688c,
  0xfb41bd6b,
  0x1f83d9ab,
  0x137e2179,
  0x5be0cd19,
);

// The message schedule of the twelve rounds (RFC 7693 section 2.7); the last two repeat the first two.
const SCHEDULE = Uint8Array.from(
  "0123456789abcdefea489fd61c02b753b8c052fdae3671947931dcbe265a40f8" +
    "905724afe1bc683d2c6a0b834d75fe19c51fed4a0763928bdb7ec13950f4862a" +
    "6fe9b308c2d714a5a2847615fb9e3cd00123456789abcdefea489fd61c02b753",
  (digit) => Number.parseInt(digit, 16),
);

const state = new Uint32Array(16);
const work = new Uint32Array(32);
const message = new Uint32Array(32);

// work[a] += work[b] + (lo, hi), as 64-bit words; a and b are indices of low halves.
function add(a: number, b: number, lo: number, hi: number): void {
  const low = (work[a] as number) + (work[b] as number) + lo;
  work[a + 1] = (work[a + 1] as number) + (work[b + 1] as number) + hi + Math.floor(low / 0x100000000);
  work[a] = low;
}

// work[d] = (work[d] ^ work[a]) rotated right by `bits`, which is 16, 24, 32 or 63.
function xorRotate(d: number, a: number, bits: 16 | 24 | 32 | 63): void {
  const lo = (work[d] as number) ^ (work[a] as number);
  const hi = (work[d + 1] as number) ^ (work[a + 1] as number);
  if (bits === 32) {
    work[d] = hi;
    work[d + 1] = lo;
  } else if (bits === 63) {
    work[d] = (lo << 1) | (hi >>> 31);
    work[d + 1] = (hi << 1) | (lo >>> 31);
  } else {
    work[d] = (lo >>> bits) | (hi << (32 - bits));
    work[d + 1] = (hi >>> bits) | (lo << (32 - bits));
  }
}

// The mixing function G (RFC 7693 section 3.1) over words a, b, c, d with message words x and y.
function mix(a: number, b: number, c: number, d: number, x: number, y: number): void {
  add(a, b, message[x] as number, message[x + 1] as number);
  xorRotate(d, a, 32);
  add(c, d, 0, 0);
  xorRotate(b, c, 24);
  add(a, b, message[y] as number, message[y + 1] as number);
  xorRotate(d, a, 16);
  add(c, d, 0, 0);
  xorRotate(b, c, 63);
}

// The compression function F (RFC 7693 section 3.2); `count` is the number of octets so far, below 2^32.
function compress(count: number, last: boolean): void {
  work.set(state);
  work.set(IV, 16);
  work[24] = (work[24] as number) ^ count;
  if (last) {
    work[28] = ~(work[28] as number);
    work[29] = ~(work[29] as number);
  }
  for (let round = 0; round < 12; round++) {
    for (let i = 0; i < 8; i++) {
      const x = 2 * (SCHEDULE[round * 16 + 2 * i] as number);
      const y = 2 * (SCHEDULE[round * 16 + 2 * i + 1] as number);
      const column = i & 3;
      const shift = i < 4 ? 0 : 1;
      mix(
        2 * column,
        8 + 2 * ((column + shift) & 3),
        16 + 2 * ((column + 2 * shift) & 3),
        24 + 2 * ((column + 3 * shift) & 3),
        x,
        y,
      );
    }
  }
  for (let i = 0; i < 16; i++) state[i] = (state[i] as number) ^ (work[i] as number) ^ (work[i + 16] as number);
}

/**
 * BLAKE2b of `input` without a key.
 *
 * @param input fewer than 2^32 octets.
 * @param length of the result, 1 to 64 octets; it is part of the hash, not a truncation.
 * @see RFC 7693
 */
export function blake2b(input: Uint8Array, length: number): Uint8Array {
  state.set(IV);
  state[0] = (state[0] as number) ^ 0x01010000 ^ length;
  const block = new Uint8Array(BLOCK_OCTETS);
  const view = new DataView(block.buffer);
  let start = 0;
  do {
    const end = Math.min(start + BLOCK_OCTETS, input.length);
    block.fill(0);
    block.set(input.subarray(start, end));
    for (let i = 0; i < 32; i++) message[i] = view.getUint32(4 * i, true);
    compress(end, end === input.length);
    start = end;
  } while (start < input.length);
  const output = new Uint8Array(64);
  const outputView = new DataView(output.buffer);
  for (let i = 0; i < 16; i++) outputView.setUint32(4 * i, state[i] as number, true);
  return output.slice(0, length);
}
