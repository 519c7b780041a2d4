import type { Verdict } from "../delivery.ts";
import { MAX_ATTEMPTS, type SpoolEntry } from "./entry.ts";
import type { LossReason } from "./losses.ts";
import { SILENCE_MINUTES } from "./schedule.ts";

/** What becomes of a frame after an attempt. */
export type Settlement =
  | { readonly type: "delivered" }
  /** To be kept as `entry`. */
  | { readonly type: "waits"; readonly entry: SpoolEntry }
  | { readonly type: "dropped"; readonly reason: Extract<LossReason, "refused" | "attempts"> };

/**
 * Judges a frame by the answer to an attempt. A refusal besides silences its zone, see `withRefusal`.
 *
 * @param entry the frame of this attempt, as `begun` returned it; `refused` still tells of the attempt before.
 */
export function settle(entry: SpoolEntry, verdict: Verdict): Settlement {
  switch (verdict.type) {
    case "acked":
      return { type: "delivered" };
    case "refused":
      if (entry.refused) return { type: "dropped", reason: "refused" };
      return kept({ ...entry, refused: true, wait: SILENCE_MINUTES });
    case "unconfirmed":
      return kept({ ...entry, refused: false });
  }
}

function kept(entry: SpoolEntry): Settlement {
  return entry.attempts >= MAX_ATTEMPTS ? { type: "dropped", reason: "attempts" } : { type: "waits", entry };
}
