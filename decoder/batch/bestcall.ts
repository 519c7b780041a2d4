/**
 * How many frames a second something tries in the best of its calls: in the others it was still being compiled, or
 * something else had the processor.
 *
 * @param attempt tries some frames, and says how many.
 * @param milliseconds until no further call is begun.
 * @param now milliseconds of a clock that does not go back.
 */
export function rateOfBestCall(attempt: () => number, milliseconds: number, now: () => number): number {
  const begin = now();
  let best = 0;
  for (let at = begin; at - begin < milliseconds; ) {
    const frames = attempt();
    const end = now();
    best = Math.max(best, (1000 * frames) / Math.max(end - at, Number.EPSILON));
    at = end;
  }
  return best;
}
