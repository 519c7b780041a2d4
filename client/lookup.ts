import { lookup, Resolver } from "node:dns/promises";

/** What a look-up of a name's addresses came to. */
export type Answer =
  | { readonly type: "addresses"; readonly addresses: readonly string[] }
  /** The name, as far as the resolver says, has no address. getaddrinfo does not tell NXDOMAIN and NODATA apart. */
  | { readonly type: "not-found" }
  | { readonly type: "failed"; readonly reason: string };

/** Looks up the IPv4 addresses of an absolute name. Never throws. */
export type Lookup = (name: string) => Promise<Answer>;

/** A resolver that does not answer within this is asked once more, or given up. */
const SERVER_MILLISECONDS = 3000;
const SERVER_TRIES = 2;

const NOT_FOUND = new Set(["ENOTFOUND", "ENODATA"]);

/**
 * The system's resolver by getaddrinfo: the user's real one on every system, whatever DNS setting they made. Exactly
 * one A query leaves (measured on glibc).
 */
export const systemLookup: Lookup = (name) =>
  answerOf(lookup(name, { family: 4, all: true }).then((found) => found.map(({ address }) => address)));

/**
 * One given server by c-ares. Each look-up has a channel of its own: a channel that has seen quick answers cuts its
 * own time-out short.
 *
 * @param servers `127.0.0.1:5300`, `127.0.0.1` or `[::1]:5300`.
 */
export function serverLookup(servers: readonly string[]): Lookup {
  return (name) => answerOf(resolverOf(servers).resolve4(name));
}

/** The TXT records of a name; none when there are none or nobody answers. */
export async function lookupText(name: string, servers: readonly string[]): Promise<string[][]> {
  return await resolverOf(servers)
    .resolveTxt(name)
    .catch(() => []);
}

function resolverOf(servers: readonly string[]): Resolver {
  const resolver = new Resolver({ timeout: SERVER_MILLISECONDS, tries: SERVER_TRIES });
  if (servers.length > 0) resolver.setServers(servers);
  return resolver;
}

async function answerOf(addresses: Promise<string[]>): Promise<Answer> {
  try {
    return { type: "addresses", addresses: await addresses };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "EUNKNOWN";
    return NOT_FOUND.has(reason) ? { type: "not-found" } : { type: "failed", reason };
  }
}
