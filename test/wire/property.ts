import fc from "fast-check";

/** How every property of a codec runs: the same 2,500 cases each time, so that a failure is found again. */
export const RUNS = { seed: 0x5077, numRuns: 2_500 };

/** How it runs where each case costs some multiplications on the curve, a millisecond each. */
export const CURVE_RUNS = { ...RUNS, numRuns: 200 };

/** Exactly `length` octets. */
export function octets(length: number): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

/** `text` with each ASCII letter in a case of its own, as resolvers do that randomise it (0x20). */
export function anyLetterCase(text: string): fc.Arbitrary<string> {
  return octets(text.length).map((coin) =>
    [...text].map((letter, at) => ((coin[at] ?? 0) & 1 ? letter.toUpperCase() : letter.toLowerCase())).join(""),
  );
}
