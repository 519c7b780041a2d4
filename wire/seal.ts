import { makeBlocks } from "./block.ts";
import { TextError } from "./errors.ts";
import { solve } from "./puzzle.ts";
import { type RandomSource, systemRandom } from "./random.ts";
import { KEY_OCTETS, sealBox } from "./sealedbox.ts";
import { headWeekOf } from "./week.ts";

/** A frame with the secret that only its sealer holds: keep it for receipts, or forget it. */
export interface SealedFrame {
  /** 118 octets. */
  readonly frame: Uint8Array;
  /** 32 octets, of this frame alone. */
  readonly ephemeralSecret: Uint8Array;
}

/** How to seal. */
export interface SealOptions {
  /** Days since 1970-01-01 UTC, 0 to 65,535. */
  readonly day: number;
  /** Zero bits that the zone's puzzle asks for, 0 to 22. */
  readonly bits: number;
  /** Source of message ids, ephemeral secrets and salts; the system's by default. */
  readonly random?: RandomSource;
}

/**
 * Seals a report for a project: one frame for a text of at most 63 octets, else one for each 54 octets begun.
 *
 * @param json the report's text, a JSON object of 2 to 864 octets in UTF-8; its octets are kept as given.
 * @param publicKey the project's, 32 octets.
 * @returns the frames in part order.
 * @throws TextError when the text is not allowed, KeyError when the key protects nothing, FrameError when `day` or
 *   `bits` is out of range.
 */
export function seal(json: string | Uint8Array, publicKey: Uint8Array, options: SealOptions): SealedFrame[] {
  const { day, bits, random = systemRandom } = options;
  const blocks = makeBlocks(typeof json === "string" ? encodeUtf8(json) : json, day, random);
  return blocks.map((block) => sealBlock(block, publicKey, headWeekOf(day), bits, random));
}

function sealBlock(
  block: Uint8Array,
  publicKey: Uint8Array,
  week: number,
  bits: number,
  random: RandomSource,
): SealedFrame {
  for (;;) {
    const ephemeralSecret = random(KEY_OCTETS);
    const [high = 0, middle = 0, low = 0] = random(3);
    const box = sealBox(block, publicKey, ephemeralSecret);
    const frame = solve(week, box, bits, (high << 16) | (middle << 8) | low);
    if (frame !== null) return { frame, ephemeralSecret };
  }
}

function encodeUtf8(text: string): Uint8Array {
  // The encoder would replace a lone surrogate silently, and the report would not be what was given.
  if (!text.isWellFormed()) throw new TextError("SOTTO_TEXT_SURROGATE", "the report holds a lone surrogate");
  return new TextEncoder().encode(text);
}
