import { KEY_OCTETS, type KeyPair, publicKeyOf } from "@sotto/wire";
import nacl from "tweetnacl";
import { seededOctets } from "../../e2e/frames.ts";
import { sodiumHash } from "../../wire/libsodium.ts";

/** The prime of Poly1305's field (RFC 8439 section 2.5). */
const P = 2n ** 130n - 5n;
const TWO_128 = 2n ** 128n;
const CLAMP = 0x0ffffffc0ffffffc0ffffffc0fffffffn;

const { crypto_stream: stream } = (
  nacl as unknown as {
    lowlevel: { crypto_stream(c: Uint8Array, at: number, n: number, nonce: Uint8Array, key: Uint8Array): void };
  }
).lowlevel;

/**
 * A box of 114 octets that opens for two keys, to another block each: Poly1305 does not commit to a key. The tag is a
 * polynomial of the ciphertext in r, so that for a given tag two keys make two linear equations in two blocks of the
 * ciphertext. A solution is of use when both are blocks of 16 octets, which is so once in sixteen times.
 */
export function boxForTwo(
  first: Pick<KeyPair, "publicKey">,
  second: Pick<KeyPair, "publicKey">,
  seed: string,
): Uint8Array {
  const ephemeralSecret = seededOctets(`ephemeral ${seed}`, KEY_OCTETS);
  const ephemeral = publicKeyOf(ephemeralSecret);
  const authenticators = [first, second].map(({ publicKey }) => {
    const key = new Uint8Array(KEY_OCTETS);
    const nonce = sodiumHash(Uint8Array.of(...ephemeral, ...publicKey), 24);
    stream(key, 0, KEY_OCTETS, nonce, nacl.box.before(publicKey, ephemeralSecret));
    return { r: numberOf(key.subarray(0, 16)) & CLAMP, s: numberOf(key.subarray(16)) };
  });
  for (let attempt = 0; ; attempt++) {
    const tag = numberOf(seededOctets(`tag ${seed} ${attempt}`, 16));
    const rest = seededOctets(`rest ${seed}`, 34);
    const [one, two] = authenticators.map(({ r, s }) => {
      const [c = 0n, d = 0n, e = 0n] = [rest.subarray(0, 16), rest.subarray(16, 32), rest.subarray(32)].map(
        (block) => numberOf(block) + 2n ** BigInt(8 * block.length),
      );
      const fixed = ((c * r + d) * r + e) * r;
      return { x: power(r, 5n), y: power(r, 4n), sum: modulo(tag - s - fixed + (tag < s ? TWO_128 : 0n)) };
    }) as [Equation, Equation];
    const inverse = power(modulo(one.x * two.y - two.x * one.y), P - 2n);
    const x = modulo((one.sum * two.y - two.sum * one.y) * inverse) - TWO_128;
    const y = modulo((one.x * two.sum - two.x * one.sum) * inverse) - TWO_128;
    if ([x, y].some((block) => block < 0n || block >= TWO_128)) continue;
    return Uint8Array.of(...ephemeral, ...octetsOf(tag), ...octetsOf(x), ...octetsOf(y), ...rest);
  }
}

/** x * block 0 + y * block 1 = sum. */
interface Equation {
  readonly x: bigint;
  readonly y: bigint;
  readonly sum: bigint;
}

function modulo(value: bigint): bigint {
  return ((value % P) + P) % P;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let rest = exponent, square = base; rest > 0n; rest >>= 1n, square = modulo(square * square)) {
    if (rest & 1n) result = modulo(result * square);
  }
  return result;
}

/** Least significant octet first. */
function numberOf(octets: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(octets).reverse().toString("hex")}`);
}

function octetsOf(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));
}
