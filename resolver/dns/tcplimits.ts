/** What connections may take. RFC 7766 section 6 leaves the numbers to the server. */
export interface TcpLimits {
  /** Connections at once; more are closed as they come. */
  readonly connections: number;
  /** Connections of one source prefix at once. */
  readonly connectionsPerPrefix: number;
  /** Queries of one connection under way at once; reading waits beyond it. */
  readonly pipelined: number;
  /** A connection on which no whole query arrives for this long is closed (RFC 7766 section 6.2.3). */
  readonly idleMilliseconds: number;
  /** From a message's first octet to its last; whoever takes longer is closed. */
  readonly messageMilliseconds: number;
}

/** A few megabytes of memory at worst, and room for the resolvers of eight large prefixes at once. */
export const TCP_LIMITS: TcpLimits = {
  connections: 512,
  connectionsPerPrefix: 64,
  pipelined: 100,
  idleMilliseconds: 10_000,
  messageMilliseconds: 5000,
};
