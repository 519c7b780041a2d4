import nacl from "tweetnacl";
import type { Batch, Match } from "../../../decoder/batch/batch.ts";
import type { Engine } from "../../../decoder/engine/engine.ts";
import { loadSodium } from "../../../decoder/engine/sodium.ts";

const opener: Engine = await loadSodium();

/** A batch that is right, since it is libsodium; a test bends what it says. */
export function honestBatch(): Batch {
  return {
    name: "wasm",
    path: "libsodium in disguise",
    match: (frames, keys) =>
      keys
        .flatMap((key, number) => opener.open(frames, [key]).map(({ index }): Match => ({ index, key: number })))
        .sort((a, b) => a.index - b.index || a.key - b.key),
    // tweetnacl lets points of low order through, which give zeros.
    x25519: (scalar, points) => {
      const count = points.length / 32;
      const results = Array.from({ length: count }, (_, at) =>
        nacl.scalarMult(scalar, points.slice(32 * at, 32 * at + 32)),
      );
      return Buffer.concat(results);
    },
  };
}

/** A batch that is right until it is told otherwise: past its known answers, as one that a runtime compiled anew. */
export function bentBatch(bend: (matches: readonly Match[], frames: Uint8Array) => readonly Match[]) {
  const honest = honestBatch();
  const batch = {
    ...honest,
    isBent: false,
    match: (frames: Uint8Array, keys: Parameters<Batch["match"]>[1]) => {
      const matches = honest.match(frames, keys);
      return batch.isBent ? bend(matches, frames) : matches;
    },
  };
  return batch satisfies Batch;
}
