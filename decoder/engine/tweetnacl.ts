import { boxOf, FRAME_OCTETS, openBox } from "@sotto/wire";
import type { Hit, ReferenceEngine } from "./engine.ts";

/** Portable JavaScript: the reference that other engines are held to, and there on every machine. */
export const tweetnaclEngine: ReferenceEngine = {
  name: "tweetnacl",
  path: "JavaScript",
  open(frames, keys) {
    const hits: Hit[] = [];
    for (let at = 0; at < frames.length; at += FRAME_OCTETS) {
      const box = boxOf(frames.subarray(at, at + FRAME_OCTETS));
      for (const [key, keyPair] of keys.entries()) {
        const block = openBox(box, keyPair);
        if (block === null) continue;
        // What openBox gives is a view of a larger piece of memory.
        hits.push({ index: at / FRAME_OCTETS, key, block: new Uint8Array(block) });
        break;
      }
    }
    return hits;
  },
};
