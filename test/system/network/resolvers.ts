import { startBind } from "./bind.ts";
import { startDnsmasq } from "./dnsmasq.ts";
import { startKnot } from "./knot.ts";
import type { Namespace } from "./namespace.ts";
import { startPowerdns } from "./powerdns.ts";
import type { Resolver, StartResolver } from "./resolver.ts";
import type { FakeRoot } from "./root.ts";
import { startUnbound } from "./unbound.ts";

/** Every resolver that reports have to pass, by name: the programs that most of the net's recursion runs on. */
export const RESOLVERS = {
  unbound: startUnbound,
  bind: startBind,
  knot: startKnot,
  powerdns: startPowerdns,
  dnsmasq: startDnsmasq,
} satisfies Record<string, StartResolver>;

export type ResolverName = keyof typeof RESOLVERS;

/** Starts all of them side by side. If one fails, the rest is stopped, and its error is thrown. */
export async function startResolvers(namespace: Namespace, root: FakeRoot): Promise<Record<ResolverName, Resolver>> {
  const names = Object.keys(RESOLVERS) as ResolverName[];
  const outcomes = await Promise.allSettled(names.map((name) => RESOLVERS[name](namespace, root)));
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (failure === undefined) {
    const started = outcomes.flatMap((outcome, i) => {
      const name = names[i];
      return name === undefined || outcome.status === "rejected" ? [] : [[name, outcome.value] as const];
    });
    return Object.fromEntries(started) as Record<ResolverName, Resolver>;
  }
  await Promise.all(outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value.stop() : undefined)));
  throw failure.reason;
}
