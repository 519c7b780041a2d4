import encodeBase32 from "base32-encode";
import { FrameError } from "./errors.ts";
import { FRAME_OCTETS } from "./frame.ts";
import { parseZone } from "./zone.ts";

/** Base32 digits of a frame: 118 octets are 188.8 of them. */
export const NAME_DIGITS = 189;

/** A label of DNS holds at most this many characters (RFC 1035 section 2.3.4); a report fills three of them. */
export const LABEL_DIGITS = 63;

/** Characters of the three labels with the two dots between them. */
const LABELS_LENGTH = NAME_DIGITS + 2;

const INVALID = 0xff;

// RFC 4648 base32 by octet, either case; no other octet, so that nothing outside ASCII can fold into a letter.
const DIGIT = new Uint8Array(256).fill(INVALID);
for (let value = 0; value < 32; value++) {
  const upper = value < 26 ? 0x41 + value : 0x32 + value - 26;
  DIGIT[upper] = value;
  if (value < 26) DIGIT[upper | 0x20] = value;
}

/**
 * Writes a frame as the absolute name under which it is looked up: three full labels of RFC 4648 base32 in lower case,
 * the zone, a trailing dot.
 *
 * @param frame 118 octets.
 * @param zone as {@link parseZone} accepts it.
 * @throws FrameError `SOTTO_FRAME_RANGE`, ZoneError `SOTTO_ZONE`.
 */
export function encodeName(frame: Uint8Array, zone: string): string {
  if (frame.length !== FRAME_OCTETS) {
    throw new FrameError("SOTTO_FRAME_RANGE", `a frame has ${FRAME_OCTETS} octets, not ${frame.length}`);
  }
  const digits = encodeBase32(frame, "RFC4648", { padding: false }).toLowerCase();
  const labels = [0, 1, 2].map((label) => digits.slice(label * LABEL_DIGITS, (label + 1) * LABEL_DIGITS));
  return `${labels.join(".")}.${parseZone(zone)}.`;
}

/**
 * Reads a name in any letter case, with or without its trailing dot.
 *
 * @returns the frame of 118 octets, or null when the name is not the canonical name of a frame in this zone.
 */
export function decodeName(name: string, zone: string): Uint8Array | null {
  const octets = Buffer.from(name, "utf8");
  if (octets[LABEL_DIGITS] !== 0x2e || octets[2 * LABEL_DIGITS + 1] !== 0x2e) return null;
  const rest = name.slice(LABELS_LENGTH).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const apex = `.${parseZone(zone)}`;
  if (rest !== apex && rest !== `${apex}.`) return null;
  return decodeLabels(octets, 0);
}

/**
 * Reads the 189 digits of three labels that stand one octet apart. In a name's text that octet is a dot, in a DNS
 * message it is the next label's length: one function reads both, and neither is looked at here.
 *
 * @param octets of the name or message.
 * @param start where the first label's first character is.
 * @returns the frame, or null when an octet is no base32 digit, the last bit is set (a second text of the same frame),
 *   or `octets` ends too early.
 */
export function decodeLabels(octets: Uint8Array, start: number): Uint8Array | null {
  const frame = new Uint8Array(FRAME_OCTETS);
  let bits = 0;
  let held = 0;
  let written = 0;
  for (let i = 0; i < LABELS_LENGTH; i++) {
    if (i === LABEL_DIGITS || i === 2 * LABEL_DIGITS + 1) continue;
    const digit = DIGIT[octets[start + i] ?? 0] as number;
    if (digit === INVALID) return null;
    bits = ((bits << 5) | digit) & 0xfff;
    held += 5;
    if (held >= 8) {
      held -= 8;
      frame[written++] = bits >> held;
    }
  }
  return (bits & 1) === 0 ? frame : null;
}
