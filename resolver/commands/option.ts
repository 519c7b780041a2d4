import { InvalidArgumentError, Option } from "commander";
import { parseDuration } from "../duration.ts";
import { ConfigError } from "../errors.ts";
import { MAX_RETENTION_SECONDS } from "../log/bucket.ts";

/** What every command about published segments is told of a zone's times, in seconds. */
export interface PublishingFlags {
  readonly publishAfter: number;
  readonly retention: number;
}

/** Turns a parser's typed error into commander's, which names the option. */
export function argument<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };
}

/** For options that may be given several times. */
export function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}

/** An option that takes a length of time. */
export function durationOption(flags: string, description: string, standard?: string): Option {
  const option = new Option(flags, description).argParser(argument(parseDuration));
  return standard === undefined ? option : option.default(parseDuration(standard), standard);
}

/** `--publish-after`, with the same default as that of `serve`. */
export function publishAfterOption(): Option {
  return durationOption("--publish-after <time>", "from a bucket's end to its publication, as the server has it", "1h");
}

/** `--retention`, with the same default and limit as that of `serve`. */
export function retentionOption(): Option {
  const standard = "168h";
  return new Option("--retention <time>", "how long frames are kept, as the server has it; at most 168h")
    .default(parseDuration(standard), standard)
    .argParser(argument(parseRetention));
}

function parseRetention(text: string): number {
  const seconds = parseDuration(text);
  if (seconds < 1 || seconds > MAX_RETENTION_SECONDS) {
    throw new ConfigError("SOTTO_DURATION", "a retention is at least 1s and at most 168h");
  }
  return seconds;
}

const MOMENT = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(:\d{2})?Z)?$/;

/**
 * Reads a moment in UTC: `2026-11-16` (its first second), `2026-11-16T12:00Z` or `2026-11-16T12:00:30Z`.
 *
 * @returns Unix seconds.
 * @throws ConfigError `SOTTO_MOMENT`.
 */
export function parseMoment(text: string): number {
  const [, day, minute = "00:00", second = ":00"] = MOMENT.exec(text) ?? [];
  const moment = new Date(`${day}T${minute}${second}Z`);
  // Date would read February 30th as March 2nd.
  if (Number.isNaN(moment.getTime()) || !moment.toISOString().startsWith(`${day}T${minute}${second}`)) {
    throw new ConfigError("SOTTO_MOMENT", `'${text}' is not a time in UTC like 2026-11-16 or 2026-11-16T12:00Z`);
  }
  return moment.getTime() / 1000;
}
