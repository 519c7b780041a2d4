import { randomBytes } from "node:crypto";

/** A source of `length` uniformly random octets. Passed in, so that vectors and seeded tests can pin it. */
export type RandomSource = (length: number) => Uint8Array;

/** The operating system's generator: the default wherever a {@link RandomSource} is taken. */
export const systemRandom: RandomSource = (length) => randomBytes(length);
