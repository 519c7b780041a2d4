import { type Block, readBlock } from "./block.ts";
import { boxOf, FRAME_OCTETS, FRAME_VERSION, readHead } from "./frame.ts";
import { type KeyPair, openBox } from "./sealedbox.ts";

/**
 * Tries a key pair on a frame.
 *
 * @returns the block, or null when the frame is not for this key, not a frame of version 0 or damaged: "not mine" is no
 *   error, it is what almost every frame of a shared log is. What opened is still to be admitted (`admit`) and its body
 *   read (`readBody`).
 */
export function openFrame(frame: Uint8Array, keyPair: KeyPair): Block | null {
  if (frame.length !== FRAME_OCTETS || readHead(frame).version !== FRAME_VERSION) return null;
  const block = openBox(boxOf(frame), keyPair);
  return block === null ? null : readBlock(block);
}
