import { isIP, isIPv4 } from "node:net";
import { join } from "node:path";
import { DEFAULT_BITS, isConnectionString, isZone, MAX_BITS, parseZone } from "@sotto/wire";
import { parse as parseToml, TomlError } from "smol-toml";
import { ConfigProblems, ConfigTable, type Problem } from "./configtable.ts";
import { parseDuration } from "./duration.ts";
import { type Endpoint, parseEndpoint } from "./endpoint.ts";
import { ConfigError } from "./errors.ts";
import { given } from "./given.ts";
import { MAX_RETENTION_SECONDS } from "./log/bucket.ts";
import type { NameServer, Settings, ZoneSettings } from "./settings.ts";
import { parseSize } from "./size.ts";

/** What holds where neither a file nor a flag says otherwise. Times in seconds, sizes in octets. */
export const DEFAULTS = {
  nak: "198.18.0.8",
  bits: DEFAULT_BITS,
  bucket: 3600,
  minBatch: 100,
  publishAfter: 3600,
  retention: MAX_RETENTION_SECONDS,
  workers: 1,
} as const;

/** More processes than this help nobody: each has its journal, and the disk is one. */
const MAX_WORKERS = 64;

/** What an operator may give of a zone; what is left out is a default. */
export type ZoneChoice = Partial<ZoneSettings>;

/** What an operator may give, by file or by flags. */
export interface Choice {
  readonly zones: readonly ZoneChoice[];
  readonly listen?: readonly Endpoint[] | undefined;
  readonly http?: Endpoint | undefined;
  readonly admin?: Endpoint | undefined;
  readonly data?: string | undefined;
  readonly store?: string | undefined;
  readonly workers?: number | undefined;
  readonly rateLimit?: boolean | undefined;
  readonly diskBudget?: number | undefined;
}

/**
 * Reads a configuration file's text, TOML or, when it begins with a brace, JSON of the same shape.
 *
 * @throws ConfigProblems with everything that is wrong and where; ConfigError `SOTTO_CONFIG_SYNTAX`.
 */
export function parseConfig(text: string): Choice {
  const problems: Problem[] = [];
  const table = new ConfigTable(parseSyntax(text), "", problems);
  const choice: Choice = {
    listen: table.texts("listen", parseEndpoint),
    http: table.text("http", parseEndpoint),
    admin: table.text("admin", parseEndpoint),
    data: table.text("data", String),
    store: table.text("store", String),
    workers: table.whole("workers", 1, MAX_WORKERS),
    rateLimit: table.flag("rate-limit"),
    diskBudget: table.text("disk-budget", parseSize),
    zones: table.tables("zone").map(readZone),
  };
  if (choice.zones.length === 0) table.note("zone", "at least one zone is needed, [[zone]]");
  table.finish();
  if (problems.length > 0) throw new ConfigProblems(problems);
  return choice;
}

/**
 * Fills a choice with defaults and checks that its parts agree.
 *
 * @throws ConfigProblems.
 */
export function settingsOf(choice: Choice): Settings {
  const problems: Problem[] = [];
  const note = (path: string, message: string) => problems.push({ path, message });
  const several = choice.zones.length > 1;
  const data = choice.data ?? "";
  if (data === "" && choice.store === undefined) note("data", "a data folder is needed, or a store");
  if (data !== "" && choice.store !== undefined) note("store", "a log is in a data folder or in a store, not in both");
  if (choice.store !== undefined && !isConnectionString(choice.store)) {
    note("store", "a store is named like postgres://user@host/database");
  }
  if ((choice.listen ?? []).length === 0) note("listen", "an address and port to answer DNS on are needed");
  const zones = choice.zones.map((zone, index) => {
    const path = several ? `zone[${index}]` : "zone";
    const settings = completeZone(zone, choice, several);
    for (const { path: key, message } of disagreements(settings)) note(`${path}.${key}`, message);
    return settings;
  });
  const workers = choice.workers ?? DEFAULTS.workers;
  if (workers < 1 || workers > MAX_WORKERS) note("workers", `is 1 to ${MAX_WORKERS}`);
  const names = zones.map(({ zone }) => zone);
  if (new Set(names).size < names.length) note("zone", "two zones have the same name");
  if (problems.length > 0) throw new ConfigProblems(problems);
  return {
    zones,
    listen: choice.listen ?? [],
    ...given({ http: choice.http, admin: choice.admin }),
    workers,
    rateLimit: choice.rateLimit ?? true,
  };
}

function parseSyntax(text: string): unknown {
  try {
    return text.trimStart().startsWith("{") ? JSON.parse(text) : parseToml(text);
  } catch (error) {
    const where = error instanceof TomlError ? `line ${error.line}, column ${error.column}: ` : "";
    const [message = ""] = (error as Error).message.split("\n");
    throw new ConfigError("SOTTO_CONFIG_SYNTAX", `${where}${message}`);
  }
}

function readZone(table: ConfigTable): ZoneChoice {
  const bits = table.whole("bits", 0, MAX_BITS);
  const zone = {
    zone: table.text("name", parseZone),
    contact: table.text("contact", parseContact),
    url: table.text("url", parseUrl),
    text: table.text("text", String),
    ack: table.texts("ack", parseIPv4),
    nak: table.text("nak", parseIPv4),
    bits,
    publishBits: table.whole("publish-bits", bits ?? 0, MAX_BITS),
    stop: table.texts("stop", String),
    data: table.text("data", String),
    diskBudget: table.text("disk-budget", parseSize),
    signKey: table.text("sign-key", String),
    bucket: table.text("bucket", parseDuration),
    minBatch: table.whole("min-batch", 1, 2 ** 31 - 1),
    publishAfter: table.text("publish-after", parseDuration),
    retention: table.text("retention", parseDuration),
    nameServers: readNameServers(table),
  };
  if (zone.zone === undefined) table.note("name", "the zone's name is needed");
  if (zone.ack === undefined || zone.ack.length === 0) table.note("ack", "an address that means 'stored' is needed");
  table.finish();
  return given(zone);
}

function readNameServers(table: ConfigTable): NameServer[] | undefined {
  const servers = table.tables("name-server").map((server) => {
    const host = server.text("host", parseHost);
    const addresses = server.texts("addresses", parseAddress) ?? [];
    if (host === undefined) server.note("host", "the name server's host name is needed");
    server.finish();
    return { host: host ?? "", addresses };
  });
  return servers.length > 0 ? servers : undefined;
}

function completeZone(zone: ZoneChoice, choice: Choice, several: boolean): ZoneSettings {
  const name = zone.zone ?? "";
  const bits = zone.bits ?? DEFAULTS.bits;
  const folder = choice.data ?? "";
  return {
    nak: DEFAULTS.nak,
    bucket: DEFAULTS.bucket,
    minBatch: DEFAULTS.minBatch,
    publishAfter: DEFAULTS.publishAfter,
    retention: DEFAULTS.retention,
    ...given({ diskBudget: choice.diskBudget, store: choice.store }),
    nameServers: [{ host: `ns1.${name}`, addresses: publicAddresses(choice.listen ?? []) }],
    stop: [],
    ack: [],
    data: several && folder !== "" ? join(folder, name) : folder,
    ...zone,
    zone: name,
    bits,
    publishBits: zone.publishBits ?? bits,
  };
}

/** The addresses listened on, where they are addresses that somebody could ask. */
function publicAddresses(listen: readonly Endpoint[]): string[] {
  return listen.map(({ address }) => address).filter((address) => address !== "0.0.0.0" && address !== "::");
}

function disagreements(zone: ZoneSettings): Problem[] {
  const problems: Problem[] = [];
  const need = (holds: boolean, path: string, message: string) => {
    if (!holds) problems.push({ path, message });
  };
  need(isZone(zone.zone), "name", "the zone's name is needed, like r.example.net");
  // A file's values were held to their ranges as they were read; flags come without.
  need(zone.bits <= MAX_BITS && zone.publishBits <= MAX_BITS, "bits", `a puzzle has at most ${MAX_BITS} bits`);
  need(zone.minBatch >= 1, "min-batch", "is 1 or more");
  need([...zone.ack, zone.nak].every(isIPv4), "ack", "ack and nak are IPv4 addresses");
  need(zone.ack.length > 0, "ack", "an address that means 'stored' is needed, like 198.18.0.7");
  need(!zone.ack.includes(zone.nak), "nak", "the nak address cannot also be an ack address");
  need(zone.publishBits >= zone.bits, "publish-bits", "cannot be less than bits: clients would be refused");
  need(zone.retention <= MAX_RETENTION_SECONDS, "retention", "is at most 168h");
  need(zone.bucket >= 1 && zone.bucket <= zone.retention / 2, "bucket", "is 1s to half the retention");
  need(zone.publishAfter + zone.bucket <= zone.retention, "publish-after", "leaves no time to fetch a segment");
  for (const [index, { host, addresses }] of zone.nameServers.entries()) {
    const inside = host.endsWith(`.${zone.zone}`);
    const path = `name-server[${index}]`;
    need(inside || addresses.length === 0, path, "only hosts within the zone have addresses here");
    need(host !== zone.zone, path, "the zone's own name cannot be its name server");
    // Frames have labels of 63 characters, so a host with a shorter one can never be taken for a report.
    need(
      !inside || host.split(".").every((label) => label.length < 63),
      path,
      "labels of 63 characters are for reports",
    );
  }
  return problems;
}

function parseIPv4(text: string): string {
  if (!isIPv4(text)) throw new ConfigError("SOTTO_CONFIG", `'${text}' is not an IPv4 address`);
  return text;
}

function parseAddress(text: string): string {
  if (isIP(text) === 0) throw new ConfigError("SOTTO_CONFIG", `'${text}' is not an address`);
  return text;
}

function parseHost(text: string): string {
  const host = text.toLowerCase().replace(/\.$/, "");
  if (!/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]+$/.test(host) || host.length > 253) {
    throw new ConfigError("SOTTO_CONFIG", `'${text}' is not a host name`);
  }
  return host;
}

function parseContact(text: string): string {
  if (!/^[^\s@;"\\]+@[^\s@;"\\]+\.[^\s@;"\\]+$/.test(text)) {
    throw new ConfigError("SOTTO_CONFIG", `'${text}' is not a mailbox like hostmaster@example.net`);
  }
  return text;
}

function parseUrl(text: string): string {
  const valid = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && !/[\s;"]/.test(text);
  if (!valid) throw new ConfigError("SOTTO_CONFIG", `'${text}' is not an address like https://example.net/sotto`);
  return text;
}
