import { starter } from "./resolver.ts";

const ADDRESS = "127.0.33.53";

/** Knot Resolver 5 with its default name minimisation and 0x20 case mixing. */
export const startKnot = starter({
  name: "knot",
  address: ADDRESS,
  file: "kresd.conf",
  configuration: (_directory, root) => `net.ipv6 = false
net.listen('${ADDRESS}', 53, { kind = 'dns' })
net.outgoing_v4('${ADDRESS}')
-- It would otherwise drop every name server with an address in 127/8.
option('ALLOW_LOCAL', true)
modules = { 'hints > iterate' }
hints.root_file('${root.hints}')
trust_anchors.remove('.')
cache.size = 16 * MB
`,
  command: (directory, configuration) => ["kresd", "-n", "-c", configuration, directory],
});
