import { starter } from "./resolver.ts";
import type { FakeRoot } from "./root.ts";

function common(address: string, directory: string, root: FakeRoot): string {
  return `server:
  interface: ${address}
  outgoing-interface: ${address}
  port: 53
  access-control: 127.0.0.0/8 allow
  do-ip6: no
  # The whole DNS of the namespace lies on 127/8.
  do-not-query-localhost: no
  root-hints: "${root.hints}"
  # Without the validator: nothing is signed.
  module-config: "iterator"
  username: ""
  chroot: ""
  directory: "${directory}"
  pidfile: ""
  use-syslog: no
  logfile: ""
  num-threads: 1
`;
}

const command = (_directory: string, configuration: string) => ["unbound", "-d", "-p", "-c", configuration];

/** Unbound at its strictest: it never falls back to full names, and mixes the case of every letter that it asks for. */
export const startUnbound = starter({
  name: "unbound",
  address: "127.0.31.53",
  file: "unbound.conf",
  configuration: (directory, root) => `${common("127.0.31.53", directory, root)}
  qname-minimisation: yes
  qname-minimisation-strict: yes
  use-caps-for-id: yes
  # What many guides, and distributions, add: an answer must not point into the asker's own network.
  private-address: 10.0.0.0/8
  private-address: 172.16.0.0/12
  private-address: 192.168.0.0/16
  private-address: 169.254.0.0/16
`,
  command,
});

/** Unbound as it comes, for a provider's resolver behind a home router. */
export const startProvider = starter({
  name: "provider",
  address: "127.0.36.53",
  file: "unbound.conf",
  configuration: (directory, root) => common("127.0.36.53", directory, root),
  command,
});
