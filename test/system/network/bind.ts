import { starter } from "./resolver.ts";

const ADDRESS = "127.0.32.53";

/** BIND 9, one thread, minimising strictly: no fallback to the full name when a partial name fails. */
export const startBind = starter({
  name: "bind",
  address: ADDRESS,
  file: "named.conf",
  configuration: (directory, root) => `options {
  directory "${directory}";
  listen-on port 53 { ${ADDRESS}; };
  listen-on-v6 { none; };
  query-source address ${ADDRESS};
  recursion yes;
  allow-query { 127.0.0.0/8; };
  allow-recursion { 127.0.0.0/8; };
  allow-query-cache { 127.0.0.0/8; };
  qname-minimization strict;
  dnssec-validation no;
  pid-file none;
  session-keyfile none;
  lock-file none;
  managed-keys-directory "${directory}";
};
// The default would listen on 127.0.0.1:953 and read /etc/bind/rndc.key.
controls { };
zone "." { type hint; file "${root.hints}"; };
`,
  command: (_directory, configuration) => ["named", "-g", "-4", "-n", "1", "-c", configuration],
});
