/**
 * How long a secret is kept after its epoch: reports may arrive 14 days late, collectors hold frames for up to 7 days
 * more, and a week is for whoever scans (protocol.md section 7).
 */
export const GRACE_DAYS = 28;

/**
 * Where a key stands on a day: its epoch is to come, is now, is over while reports still arrive (`grace`), or its
 * secret is due to be destroyed, or was (`retired`).
 */
export type Standing = "future" | "current" | "grace" | "due" | "retired";

/**
 * Where a key stands.
 *
 * @param key days since 1970-01-01 UTC; `until` half-open.
 * @param today days since 1970-01-01 UTC.
 */
export function standingOf(
  { from, until, retired }: { readonly from: number; readonly until: number; readonly retired?: number },
  today: number,
): Standing {
  if (retired !== undefined) return "retired";
  if (today < from) return "future";
  if (today < until) return "current";
  return today < until + GRACE_DAYS ? "grace" : "due";
}
