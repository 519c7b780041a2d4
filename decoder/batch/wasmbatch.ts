import { FRAME_OCTETS, KEY_OCTETS, type KeyPair } from "@sotto/wire";
import type { Batch, Match } from "./batch.ts";
import { KEY_PAIR_OCTETS, MAX_FRAMES, MAX_KEYS } from "./wasm/layout.ts";
import type { WasmCode } from "./wasmcode.ts";

interface Exports {
  readonly memory: WebAssembly.Memory;
  match(frames: number, keys: number): number;
  x25519(points: number): void;
}

/** A batch with a memory of its own: one for each thread. */
export function wasmBatch({ lanes, module, layout }: WasmCode): Batch {
  const exports = new WebAssembly.Instance(module).exports as unknown as Exports;
  const memory = new Uint8Array(exports.memory.buffer);

  /** Matches of frames and keys that go into the memory together. */
  function matchSome(frames: Uint8Array, keys: readonly KeyPair[]): Match[] {
    memory.set(frames, layout.input);
    for (const [at, { publicKey, secretKey }] of keys.entries()) {
      const place = layout.keys + at * KEY_PAIR_OCTETS;
      setClamped(memory, secretKey, place);
      memory.set(publicKey, place + KEY_OCTETS);
    }
    const number = frames.length / FRAME_OCTETS;
    // Almost never does one fit.
    if (exports.match(number, keys.length) === 0) return [];
    const fits = memory.subarray(layout.output, layout.output + number * keys.length);
    return [...fits].flatMap((fit, at) => {
      return fit === 1 ? { index: Math.floor(at / keys.length), key: at % keys.length } : [];
    });
  }

  return {
    name: "wasm",
    path: `relaxed SIMD, ${lanes} lanes`,
    match(frames, keys) {
      const matches: Match[] = [];
      for (const [firstFrame, someFrames] of pieces(frames, MAX_FRAMES * FRAME_OCTETS)) {
        const found: Match[] = [];
        for (let firstKey = 0; firstKey < keys.length; firstKey += MAX_KEYS) {
          const some = matchSome(someFrames, keys.slice(firstKey, firstKey + MAX_KEYS));
          const index = firstFrame / FRAME_OCTETS;
          found.push(...some.map((match) => ({ index: match.index + index, key: match.key + firstKey })));
        }
        // Frame by frame for each lot of keys: in order again where there are several lots.
        matches.push(...found.sort((a, b) => a.index - b.index || a.key - b.key));
      }
      return matches;
    },
    x25519(scalar, points) {
      const results = new Uint8Array(points.length);
      for (const [first, some] of pieces(points, MAX_FRAMES * KEY_OCTETS)) {
        memory.set(some, layout.input);
        setClamped(memory, scalar, layout.keys);
        exports.x25519(some.length / KEY_OCTETS);
        const output = memory.subarray(layout.output, layout.output + some.length);
        results.set(output, first);
        output.fill(0);
      }
      return results;
    },
  };
}

/** Octets cut into pieces, each with where it begins. */
function* pieces(octets: Uint8Array, length: number): Generator<[number, Uint8Array]> {
  for (let first = 0; first < octets.length; first += length) yield [first, octets.subarray(first, first + length)];
}

/** Writes a scalar as X25519 takes it (RFC 7748, section 5). */
function setClamped(memory: Uint8Array, scalar: Uint8Array, at: number): void {
  memory.set(scalar, at);
  memory[at] = (memory[at] as number) & 248;
  memory[at + 31] = ((memory[at + 31] as number) & 127) | 64;
}
