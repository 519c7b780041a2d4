import { BlockList, isIPv4 } from "node:net";

/** What an IPv4 address is to the filters on an answer's way. */
export type AddressRange = "public" | "benchmark" | "local";

/** Ranges that rebinding filters strip, or that nobody can own (RFC 6890, 1918, 6598, 5737, 1112). */
const LOCAL: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

const local = new BlockList();
for (const [net, prefix] of LOCAL) local.addSubnet(net, prefix);

/** For measurements between networks (RFC 2544, 198.18.0.0/15): few filters know it, nobody owns it. */
const benchmark = new BlockList();
benchmark.addSubnet("198.18.0.0", 15);

/** Which range an IPv4 address lies in; what is no IPv4 address is local. */
export function rangeOf(address: string): AddressRange {
  if (!isIPv4(address) || local.check(address)) return "local";
  return benchmark.check(address) ? "benchmark" : "public";
}
