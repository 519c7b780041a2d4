import { boxOf, FRAME_OCTETS, openBox } from "@sotto/wire";
import type { Engine, Hit } from "./engine.ts";

/** Portable JavaScript: the reference that other engines are held to, and there on every machine. */
export const tweetnaclEngine: Engine = {
  name: "tweetnacl",
  open(frames, keyPair) {
    const hits: Hit[] = [];
    for (let at = 0; at < frames.length; at += FRAME_OCTETS) {
      const block = openBox(boxOf(frames.subarray(at, at + FRAME_OCTETS)), keyPair);
      // What openBox gives is a view of a larger piece of memory.
      if (block !== null) hits.push({ index: at / FRAME_OCTETS, block: new Uint8Array(block) });
    }
    return hits;
  },
};
