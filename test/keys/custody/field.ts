/** GF(2^8) and Lagrange's interpolation, written from their definitions alone: slow, without tables. */

/** x^8 + x^4 + x^3 + x + 1 */
const MODULUS = 0x11b;

function product(a: number, b: number): number {
  let sum = 0;
  for (let bit = 0; bit < 8; bit++) if ((b >> bit) & 1) sum ^= a << bit;
  for (let bit = 14; bit >= 8; bit--) if ((sum >> bit) & 1) sum ^= MODULUS << (bit - 8);
  return sum;
}

/** By trying all of them. */
function inverse(a: number): number {
  const found = Array.from({ length: 256 }, (_, b) => b).find((b) => product(a, b) === 1);
  if (found === undefined) throw new Error("0 has no inverse");
  return found;
}

/** A place and the values of several polynomials there. */
export interface Sample {
  readonly x: number;
  readonly values: readonly number[];
}

/** The sample that a share of the library's is: its last octet is the place. */
export function sampleOf(point: Uint8Array): Sample {
  return { x: point[point.length - 1] as number, values: [...point.subarray(0, -1)] };
}

/** As {@link sampleOf}, the other way round. */
export function pointOf({ x, values }: Sample): Uint8Array {
  return Uint8Array.of(...values, x);
}

/** The values at `x` of the polynomials of lowest degree through all samples. */
export function interpolate(samples: readonly Sample[], x: number): Uint8Array {
  const weights = samples.map((sample) =>
    samples
      .filter((other) => other !== sample)
      .map((other) => product(x ^ other.x, inverse(sample.x ^ other.x)))
      .reduce(product, 1),
  );
  const length = samples[0]?.values.length ?? 0;
  return Uint8Array.from({ length }, (_, at) =>
    samples.reduce((sum, { values }, index) => sum ^ product(values[at] as number, weights[index] as number), 0),
  );
}
