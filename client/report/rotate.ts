import type { RandomSource } from "@sotto/wire";
import { uniformBelow } from "./draw.ts";

/**
 * Draws the one field of a report's `rotate` list that it carries, each with the same probability, also when the field
 * is expired, not granted or without a value: decoders scale by the list's length.
 *
 * @param kept what was drawn in this window before, null when nothing was. It holds as long as it is in the list.
 * @param rotate names of fields, 0 to 32.
 * @returns null when the report does not rotate.
 */
export function drawnField(kept: string | null, rotate: readonly string[], random: RandomSource): string | null {
  if (kept !== null && rotate.includes(kept)) return kept;
  return rotate.length === 0 ? null : (rotate[uniformBelow(rotate.length, random)] ?? null);
}
