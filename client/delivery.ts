import { setTimeout as sleep } from "node:timers/promises";
import type { Answer, Lookup } from "./lookup.ts";

/** Whether a frame was delivered; if not, whether asking again may help. */
export type Verdict =
  | { readonly type: "acked" }
  /** The zone refused it, or whoever owns the network blocks the zone: to be respected, not to be retried. */
  | { readonly type: "refused"; readonly code: string; readonly reason: string }
  | { readonly type: "unconfirmed"; readonly code: string; readonly reason: string };

/** A filter that blocks a name by giving it this address is answered like one that says it is not there. */
const BLOCKED_ADDRESS = "0.0.0.0";

/** Look-ups of the same name within one explicit send; the resolver repeats lost packets by itself. */
const ATTEMPTS = 3;
const PAUSE_MILLISECONDS = 500;

/**
 * Judges an answer (protocol.md section 3): delivered is exactly one A record, and that an ack address.
 *
 * @param ack the zone's ack addresses.
 */
export function judge(answer: Answer, ack: readonly string[]): Verdict {
  if (answer.type === "failed") {
    return {
      type: "unconfirmed",
      code: "SOTTO_LOOKUP_FAILED",
      reason: `the resolver did not answer (${answer.reason})`,
    };
  }
  const [address, ...more] = answer.type === "addresses" ? answer.addresses : [];
  if (address === undefined || address === BLOCKED_ADDRESS) {
    const reason = "the zone refused the report, or this network blocks the zone";
    return { type: "refused", code: "SOTTO_REFUSED", reason };
  }
  if (more.length === 0 && ack.includes(address)) return { type: "acked" };
  const reason =
    "the zone did not confirm the report; it may be out of storage, or something on the way answers for it";
  return { type: "unconfirmed", code: "SOTTO_NOT_CONFIRMED", reason };
}

/**
 * Looks a name up until it is acknowledged, refused, or has been tried often enough. Always the identical name: a frame
 * sealed again would be counted twice if the first one had arrived.
 */
export async function deliver(name: string, ack: readonly string[], lookup: Lookup): Promise<Verdict> {
  for (let attempt = 1; ; attempt++) {
    const answer = await lookup(name);
    const verdict = judge(answer, ack);
    if (answer.type !== "failed" || attempt === ATTEMPTS) return verdict;
    await sleep(attempt * PAUSE_MILLISECONDS);
  }
}
