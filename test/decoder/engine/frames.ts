import { headWeekOf, type KeyPair, makeFrame, sealBox } from "@sotto/wire";
import nacl from "tweetnacl";
import type { Hit } from "../../../decoder/engine/engine.ts";
import { otherVersion, seededOctets } from "../../e2e/frames.ts";
import { encodingsOf, lowOrderCoordinates } from "../../wire/curve25519.ts";
import { sodiumHash } from "../../wire/libsodium.ts";
import { withFlippedBit } from "../../wire/octets.ts";
import { seededKeyPair } from "../keyrings.ts";
import { DAY } from "../sealing.ts";

/** What a frame is made to be; whoever makes it knows whether it opens. */
export interface MadeFrame {
  readonly what: string;
  readonly frame: Uint8Array;
  /** The block that its box holds for `own`; null when it does not open. */
  readonly block: Uint8Array | null;
}

/** The project's own key, and another project's. */
export const own = seededKeyPair("own key");
export const other = seededKeyPair("other key");

/** A block of any content. */
export function blockOf(seed: string): Uint8Array {
  return new Uint8Array(seededOctets(`block ${seed}`, 66));
}

/** A box as anybody makes it, of this block. */
export function boxFor({ publicKey }: Pick<KeyPair, "publicKey">, seed: string): Uint8Array {
  return sealBox(blockOf(seed), publicKey, seededOctets(`ephemeral ${seed}`, 32));
}

/**
 * A box under an ephemeral key that nobody knows the secret of, which who holds the recipient's secret can make: by
 * tweetnacl and BLAKE2b of libsodium, without what is tested.
 */
export function forgedBox(ephemeral: Uint8Array, { publicKey, secretKey }: KeyPair, block: Uint8Array): Uint8Array {
  const nonce = sodiumHash(Uint8Array.of(...ephemeral, ...publicKey), 24);
  return Uint8Array.of(...ephemeral, ...nacl.secretbox(block, nonce, nacl.box.before(ephemeral, secretKey)));
}

/** One frame or more of every sort that was thought of. */
export function madeFrames(seed: string): MadeFrame[] {
  const made = (what: string, box: Uint8Array, block: Uint8Array | null = null, day = DAY): MadeFrame => {
    return {
      what,
      frame: makeFrame(headWeekOf(day), seededOctets(`salt ${what} ${seed}`, 3).readUIntBE(0, 3), box),
      block,
    };
  };
  const mine = boxFor(own, seed);
  const block = blockOf(seed);
  const under = (ephemeral: Uint8Array) => forgedBox(ephemeral, own, block);
  const flips = [0, 248, 255, 256, 383, 384, 911];
  return [
    made("own", mine, block),
    made("own under a week of its future", mine, block, DAY + 7),
    made("own under a week of its past", mine, block, DAY - 21),
    { ...made("own under another version", mine, block), frame: otherVersion(made("version", mine).frame, 2) },
    made("another project's", boxFor(other, seed)),
    made("junk", seededOctets(`junk ${seed}`, 114)),
    made("all zero", new Uint8Array(114)),
    made("all ones", new Uint8Array(114).fill(0xff)),
    ...flips.map((bit) => made(`own with bit ${bit} flipped`, withFlippedBit(mine, bit))),
    made("own cut and filled", Uint8Array.of(...mine.subarray(0, 80), ...new Uint8Array(34))),
    // X25519 ignores the top bit and reduces what is above the prime; the nonce takes the octets as they are.
    made("an ephemeral key with the top bit set", under(withFlippedBit(mine.subarray(0, 32), 248)), block),
    ...encodingsOf(9n).map((ephemeral, i) => made(`the base point, written in way ${i}`, under(ephemeral), block)),
    made("an ephemeral key of 2^255 - 1", under(new Uint8Array(32).fill(0xff)), block),
    ...lowOrderCoordinates()
      .flatMap(encodingsOf)
      .map((ephemeral, i) => made(`an ephemeral key of low order, ${i}`, under(ephemeral))),
  ];
}

/** What the key of that number opens of frames that are so made, as an engine is to say it. */
export function expectedHits(frames: readonly MadeFrame[], key = 0): Hit[] {
  return frames.flatMap(({ block }, index) => (block === null ? [] : { index, key, block }));
}

/** Frames one after the other. */
export function slabOf(frames: readonly Pick<MadeFrame, "frame">[]): Uint8Array {
  return new Uint8Array(Buffer.concat(frames.map(({ frame }) => frame)));
}
