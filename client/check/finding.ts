import { SottoError } from "@sotto/wire";

/** How much a finding matters, most first. Errors and warnings fail a check, notes do not. */
export const LEVELS = ["error", "warning", "note"] as const;
export type Level = (typeof LEVELS)[number];

/** Something about a report definition that its author should know. */
export interface Finding {
  readonly level: Level;
  /** Where, as in `reports.weekly.fields.command.expires`; empty for the definition as a whole. */
  readonly path: string;
  /** Path and message read as a sentence. */
  readonly message: string;
}

/** A definition with errors or warnings: `SOTTO_FINDINGS`. Exit code 1. */
export class FindingsError extends SottoError {}

/** Errors first, then warnings, then notes; otherwise in their order. */
export function byLevel(findings: readonly Finding[]): Finding[] {
  return LEVELS.flatMap((level) => findings.filter((finding) => finding.level === level));
}

/** `1 error, 2 warnings, 3 notes`, levels without any left out. */
export function countedLevels(findings: readonly Finding[]): string {
  const counts = LEVELS.map((level) => ({
    level,
    count: findings.filter((finding) => finding.level === level).length,
  }));
  const words = counts.filter(({ count }) => count > 0).map(({ level, count }) => plural(count, level));
  return words.length === 0 ? "nothing found" : words.join(", ");
}

/** `1 frame`, `2 frames`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
