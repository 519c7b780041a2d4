import { types } from "node:util";
import type { Binding } from "./binding.ts";
import { NativeError } from "./errors.ts";

/** Octets of a frame, of an X25519 key or point, and of both keys of a pair. */
const FRAME_OCTETS = 118;
const KEY_OCTETS = 32;
const PAIR_OCTETS = 64;

/** An X25519 key pair, 32 octets each. */
export interface NativeKeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/** A frame that a key fits. */
export interface NativeMatch {
  /** Number of the frame, from 0. */
  readonly index: number;
  /** Number of the key, from 0. */
  readonly key: number;
}

/** Trial opening of many frames at a time, by one path. */
export interface NativeBatch {
  /** With what it computes: `AVX2, 4 lanes`. */
  readonly path: string;
  /**
   * Tries all keys on all frames: derives the shared secret of each (`crypto_box_seal` of libsodium), and compares the
   * authenticator. Opens none.
   *
   * @param frames whole frames of 118 octets, one after the other; also none. In memory that no other thread has.
   * @param keys also none. Two of them may fit one frame.
   * @returns ascending by `index`, and by `key` within one frame. A point of low order fits nothing.
   * @throws TypeError `SOTTO_NATIVE_ARGUMENT` for anything else.
   */
  match(frames: Uint8Array, keys: readonly NativeKeyPair[]): NativeMatch[];
  /**
   * X25519 (RFC 7748, section 5) of one scalar and many points.
   *
   * @param scalar 32 octets, clamped here.
   * @param points u coordinates of 32 octets, the top bit ignored, canonical or not; also none.
   * @returns 32 octets for each; all zero where the point is of low order.
   * @throws TypeError `SOTTO_NATIVE_ARGUMENT` for anything else.
   */
  x25519(scalar: Uint8Array, points: Uint8Array): Uint8Array;
}

/**
 * A batch by a path of a binding.
 *
 * @param name of a path; the fastest that runs here when there is none.
 * @throws NativeError `SOTTO_NATIVE_PATH` when this CPU cannot run it, or any.
 */
export function batchOf(binding: Binding, name?: string): NativeBatch {
  const number = binding.paths.findIndex((path) => path.runs && (name === undefined || path.name === name));
  const path = binding.paths[number];
  if (path === undefined) {
    const missing = binding.paths.filter((one) => !one.runs).map(({ feature }) => feature);
    const why = missing.length === 0 ? "" : ` (this CPU has no ${missing.join(", no ")})`;
    throw new NativeError("SOTTO_NATIVE_PATH", `@sotto/native has no path ${name ?? "at all"} that runs here${why}`);
  }
  return {
    path: path.name,
    match(frames, keys) {
      checkOctets(frames, FRAME_OCTETS, "frames");
      const pairs = packed(keys);
      try {
        const found = new Uint8Array(Math.ceil(((frames.length / FRAME_OCTETS) * keys.length) / 8));
        binding.match(number, frames, pairs, found);
        return matchesIn(found, keys.length);
      } finally {
        pairs.fill(0);
      }
    },
    x25519(scalar, points) {
      checkOctets(points, KEY_OCTETS, "points");
      const results = new Uint8Array(points.length);
      binding.x25519(number, scalar, points, results);
      return results;
    },
  };
}

/** All keys in one piece of memory, public and secret in turn. */
function packed(keys: readonly NativeKeyPair[]): Uint8Array {
  const pairs = new Uint8Array(keys.length * PAIR_OCTETS);
  for (const [i, { publicKey, secretKey }] of keys.entries()) {
    for (const key of [publicKey, secretKey]) {
      checkOctets(key, KEY_OCTETS, "keys");
      if (key.length !== KEY_OCTETS) throw argumentError(`a key has ${KEY_OCTETS} octets`);
    }
    pairs.set(publicKey, i * PAIR_OCTETS);
    pairs.set(secretKey, i * PAIR_OCTETS + KEY_OCTETS);
  }
  return pairs;
}

/** What decides how much memory is taken; the binding checks all again, and the rest. */
function checkOctets(value: Uint8Array, size: number, what: string): void {
  if (!types.isUint8Array(value) || value.length % size !== 0) {
    throw argumentError(`${what} have to be a Uint8Array of ${size} octets each`);
  }
}

function argumentError(message: string): TypeError {
  return Object.assign(new TypeError(message), { code: "SOTTO_NATIVE_ARGUMENT" });
}

function matchesIn(found: Uint8Array, keyCount: number): NativeMatch[] {
  const matches: NativeMatch[] = [];
  for (const [at, octet] of found.entries()) {
    for (let bit = 0; octet >> bit > 0; bit++) {
      if (((octet >> bit) & 1) === 0) continue;
      const number = 8 * at + bit;
      matches.push({ index: Math.floor(number / keyCount), key: number % keyCount });
    }
  }
  return matches;
}
