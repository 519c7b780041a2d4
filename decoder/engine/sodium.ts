import { BLOCK_OCTETS, FRAME_OCTETS, HEAD_OCTETS } from "@sotto/wire";
import { EngineError } from "../errors.ts";
import type { Hit, ReferenceEngine } from "./engine.ts";

/** What is called of sodium-native. */
type Sodium = Pick<typeof import("sodium-native"), "crypto_box_seal_open">;

/**
 * libsodium by sodium-native. One call opens one box: a call costs less than a hundredth of what it does.
 *
 * @param load loads the package.
 * @throws EngineError `SOTTO_ENGINE_ABSENT` where the package is missing or has no binary for this machine.
 */
export async function loadSodium(load: () => Promise<Sodium> = importSodium): Promise<ReferenceEngine> {
  const sodium = await load().catch((error: Error) => {
    const [reason] = error.message.split("\n");
    throw new EngineError("SOTTO_ENGINE_ABSENT", `the engine sodium-native does not load on this machine: ${reason}`);
  });
  // Every call writes to the same memory.
  const block = new Uint8Array(BLOCK_OCTETS);
  return {
    name: "sodium-native",
    path: "libsodium",
    open(frames, keys) {
      const hits: Hit[] = [];
      for (let at = 0; at < frames.length; at += FRAME_OCTETS) {
        const box = frames.subarray(at + HEAD_OCTETS, at + FRAME_OCTETS);
        const key = keys.findIndex(({ publicKey, secretKey }) => {
          return sodium.crypto_box_seal_open(block, box, publicKey, secretKey);
        });
        if (key !== -1) hits.push({ index: at / FRAME_OCTETS, key, block: new Uint8Array(block) });
      }
      return hits;
    },
  };
}

async function importSodium(): Promise<Sodium> {
  return (await import("sodium-native")).default;
}
