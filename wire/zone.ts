import { ZoneError } from "./errors.ts";

/** A zone's name may have this many characters, so that a report below it fits the 253 of a name in DNS. */
export const MAX_ZONE_CHARACTERS = 61;

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * Checks a collection zone's name and brings it to the form used everywhere: lower case, no trailing dot.
 *
 * @throws ZoneError `SOTTO_ZONE`.
 */
export function parseZone(text: string): string {
  // Only ASCII letters are folded: toLowerCase would turn the Kelvin sign into a k.
  const zone = text.replace(/\.$/, "").replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  if (zone.length > MAX_ZONE_CHARACTERS) {
    throw new ZoneError(
      "SOTTO_ZONE",
      `a zone's name has at most ${MAX_ZONE_CHARACTERS} characters, this has ${zone.length}`,
    );
  }
  if (!zone.split(".").every((label) => LABEL.test(label))) {
    throw new ZoneError("SOTTO_ZONE", "a zone's name is host labels joined by dots, like r.example.net");
  }
  return zone;
}

/** Whether a text is a zone's name in the form that {@link parseZone} returns. */
export function isZone(text: string): boolean {
  try {
    return parseZone(text) === text;
  } catch {
    return false;
  }
}
