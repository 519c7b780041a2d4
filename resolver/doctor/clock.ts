import { type Finding, ok, warning, wrong } from "./finding.ts";
import type { Outcome } from "./message.ts";

/** EDNS COOKIE (RFC 7873). */
export const COOKIE_OPTION = 10;

/** Client cookie, then version, reserved, timestamp and hash of an interoperable server cookie (RFC 9018 section 4). */
const COOKIE_OCTETS = 24;
const VERSION_AT = 8;
const TIMESTAMP_AT = 12;

/** Clocks kept by NTP are closer than this, in seconds. */
const CLOSE_SECONDS = 60;

/** Beyond this, times of buckets are worth little, in seconds. */
const FAR_SECONDS = 3600;

/** A server's clock, Unix seconds, as its cookie shows it; null when it sends no interoperable cookie. */
export function serverTime(outcome: Outcome): number | null {
  const options = "reply" in outcome ? (outcome.reply.edns?.options ?? []) : [];
  const data = options.find(({ code }) => code === COOKIE_OPTION)?.data;
  if (data === undefined || data.length !== COOKIE_OCTETS || data[VERSION_AT] !== 1) return null;
  return Buffer.from(data).readUInt32BE(TIMESTAMP_AT);
}

/** Judges a server's clock by this machine's. */
export function judgeClock(where: string, shown: number, unixSeconds: number): Finding {
  const ahead = shown - Math.floor(unixSeconds);
  const says =
    ahead === 0
      ? "the same as this machine's"
      : `${Math.abs(ahead)} s ${ahead > 0 ? "ahead of" : "behind"} this machine's`;
  if (Math.abs(ahead) <= CLOSE_SECONDS) return ok("clock", where, says);
  const fix = "set both clocks by NTP (timedatectl set-ntp true), then look which of them was wrong";
  return Math.abs(ahead) <= FAR_SECONDS ? warning("clock", where, says, fix) : wrong("clock", where, says, fix);
}
