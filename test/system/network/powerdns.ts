import { starter } from "./resolver.ts";

const ADDRESS = "127.0.34.53";

/** PowerDNS Recursor 4.8 with name minimisation. */
export const startPowerdns = starter({
  name: "powerdns",
  address: ADDRESS,
  file: "recursor.conf",
  configuration: (directory, root) => `local-address=${ADDRESS}
local-port=53
query-local-address=${ADDRESS}
allow-from=127.0.0.0/8
# Empty, for the default refuses to query name servers in 127/8.
dont-query=
hint-file=${root.hints}
qname-minimization=yes
dnssec=off
daemon=no
write-pid=no
disable-syslog=yes
socket-dir=${directory}
setuid=
setgid=
threads=1
# It would look for security notices under secpoll.powerdns.com every half hour.
security-poll-suffix=
`,
  command: (directory) => ["pdns_recursor", `--config-dir=${directory}`],
});
