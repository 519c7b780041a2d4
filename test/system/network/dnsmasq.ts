import { type Resolver, type StartResolver, starter } from "./resolver.ts";
import { startProvider } from "./unbound.ts";

const ADDRESS = "127.0.35.53";

/** dnsmasq as home routers run it: no recursion, a small cache and a rebinding filter, before a provider's resolver. */
export const startDnsmasq: StartResolver = async (namespace, root) => {
  const provider = await startProvider(namespace, root);
  const start = starter({
    name: "dnsmasq",
    address: ADDRESS,
    file: "dnsmasq.conf",
    configuration: () => `listen-address=${ADDRESS}
bind-interfaces
no-resolv
no-hosts
server=${provider.address}@${ADDRESS}
# Drops answers with an address in 127/8, a private network or TEST-NET: it must let our acknowledgment pass.
stop-dns-rebind
domain-needed
bogus-priv
user=root
pid-file=
log-facility=-
`,
    command: (_directory, configuration) => ["dnsmasq", "--keep-in-foreground", `--conf-file=${configuration}`],
  });
  let front: Resolver;
  try {
    front = await start(namespace, root);
  } catch (error) {
    await provider.stop();
    throw error;
  }
  const stop = async () => {
    await front.stop();
    await provider.stop();
  };
  return { ...front, stop };
};
