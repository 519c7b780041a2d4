/** What the simulated population is like. Nobody measured these for us: they are assumptions, and the figures follow them. */
export interface Model {
  /** Runs a week: log-normal. */
  readonly medianRuns: number;
  /** Standard deviation of its logarithm. */
  readonly sigma: number;
  /** Share of installations on laptops. The rest is always on and online. */
  readonly laptops: number;
  /** Share of the always-on that are servers, which run at any hour; the others run when people work. */
  readonly servers: number;
  /** Share of a laptop's sessions in which it has no network at all. */
  readonly offlineSessions: number;
  /** Share of laptops whose system says "not found" when it is offline (macOS, Windows), which looks like a refusal. */
  readonly notFoundOffline: number;
  /** Share of installations behind a resolver that loses queries. */
  readonly lossyResolvers: number;
  /** What such a resolver loses of the queries, each by itself. */
  readonly loss: number;
  /** Share of lost queries that never arrived; of the others it was the answer that was lost. */
  readonly lostOutbound: number;
}

/** The population of the promise: "at least 97 % of those that ran and were online". */
export const POPULATION: Model = {
  medianRuns: 2,
  sigma: 1.1,
  laptops: 0.7,
  servers: 0.3,
  offlineSessions: 0.1,
  notFoundOffline: 0.5,
  lossyResolvers: 0.2,
  loss: 0.3,
  lostOutbound: 0.5,
};
