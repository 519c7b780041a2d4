/** 2^255 - 19, the prime of the field over which Curve25519 stands (RFC 7748 section 4.1). */
export const P = 2n ** 255n - 19n;

const A = 486662n;

/**
 * The u-coordinates of all points of order 1, 2, 4 and 8 on Curve25519 and its twist, worked out from the doubling
 * formula u(2P) = (u^2 - 1)^2 / 4u(u^2 + Au + 1) and not taken from anybody's list.
 *
 * Doubling reaches zero from u = 0 and u^2 = 1. It reaches 1 or -1 where (u^2 - 1)^2 = +-4u(u^2 + Au + 1); divided by
 * u^2 and with s = u + 1/u that is (s -+ 2)^2 = 4(A +- 2) for the two signs, and u^2 - su + 1 = 0.
 */
export function lowOrderCoordinates(): bigint[] {
  const sums = [1n, -1n].flatMap((sign) => roots(4n * (2n + sign * A) * sign).map((root) => sign * 2n + root));
  const ofOrder8 = sums.flatMap((sum) => roots(sum * sum - 4n).map((root) => modulo((sum + root) * inverse(2n))));
  return [...new Set([0n, 1n, P - 1n, ...ofOrder8])];
}

/** Every 32 octets that X25519 takes for the coordinate `u`: it ignores the top bit and reduces what is above P. */
export function encodingsOf(u: bigint): Uint8Array[] {
  const below = [u, u + P].filter((value) => value < 2n ** 255n);
  return [...below, ...below.map((value) => value + 2n ** 255n)].map(littleEndian);
}

/** 32 octets, least significant first. */
export function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));
}

function modulo(value: bigint): bigint {
  return ((value % P) + P) % P;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = modulo(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = modulo(result * square);
    square = modulo(square * square);
  }
  return result;
}

function inverse(value: bigint): bigint {
  return power(value, P - 2n);
}

/** Both square roots, or none; P = 5 mod 8. */
function roots(square: bigint): bigint[] {
  const candidate = power(square, (P + 3n) / 8n);
  const turned = modulo(candidate * power(2n, (P - 1n) / 4n));
  const root = [candidate, turned].find((value) => modulo(value * value - square) === 0n);
  return root === undefined ? [] : [root, modulo(-root)];
}
