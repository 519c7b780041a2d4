/**
 * Integers as WebAssembly writes them: seven bits an octet, the least significant first, the top bit set on all but the
 * last (WebAssembly core specification, section 5.2.2).
 */

/** @param value 0 to 2^53 - 1. */
export function unsignedLeb128(value: number): number[] {
  if (value < 0x80) return [value];
  const octets: number[] = [];
  for (let rest = value; ; ) {
    const low = rest % 0x80;
    rest = Math.floor(rest / 0x80);
    if (rest === 0) return [...octets, low];
    octets.push(low | 0x80);
  }
}

/** @param value any integer, in two's complement; the shortest form that keeps its sign. */
export function signedLeb128(value: bigint): number[] {
  const octets: number[] = [];
  for (let rest = value; ; ) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    if (rest === (low < 0x40 ? 0n : -1n)) return [...octets, low];
    octets.push(low | 0x80);
  }
}
