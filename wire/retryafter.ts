/** A server that sheds load names a time to come back; longer ones are cut to this, in seconds. */
const LONGEST_WAIT = 30;

/** Where it names none, in seconds. */
const STANDARD_WAIT = 5;

/** How often a server that sheds load is asked again before it is given up. */
export const MAX_POLITE_RETRIES = 6;

/**
 * How long to wait before a request is repeated that a server refused because of its load (RFC 9110 sections 15.6.4
 * and 10.2.3; a collector's publication gives way to name service).
 *
 * @param status of the answer.
 * @param retryAfter its Retry-After field, null when there is none.
 * @returns seconds, or null when the answer says nothing of load.
 */
export function secondsToRetry(status: number, retryAfter: string | null): number | null {
  if (status !== 503 && status !== 429) return null;
  return /^\d{1,6}$/.test(retryAfter ?? "") ? Math.min(Number(retryAfter), LONGEST_WAIT) : STANDARD_WAIT;
}
