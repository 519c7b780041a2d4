/** Seconds since 1970-01-01 UTC. */
export type Clock = () => number;

/** The machine's. */
export const systemClock: Clock = () => Date.now() / 1000;
