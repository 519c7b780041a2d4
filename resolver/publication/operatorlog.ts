import pino, { type DestinationStream, type Logger } from "pino";
import { redacted, redactedError } from "./redact.ts";

/**
 * Everything that the log may tell: what the operator did, what maintenance did by the clock, and what maintenance
 * found. A query, a report or a reader of the log never makes a line: its time would be theirs.
 */
export const OPERATOR_EVENTS = {
  start: "serving",
  stop: "stopped",
  reload: "configuration read again",
  sealed: "bucket sealed",
  purged: "segments deleted at the end of their retention",
  dropped: "frames deleted without having been published",
  damaged: "damaged file left aside",
  storage: "storage does not take reports",
  recovered: "storage takes reports again",
  maintenance: "maintenance failed, will be tried again",
  worker: "a worker process ended unexpectedly",
  failed: "cannot serve",
} as const;

/** A kind of line. */
export type OperatorEvent = keyof typeof OPERATOR_EVENTS;

/** What a line may carry beside its event: names and totals. */
export interface OperatorFields {
  readonly zone?: string;
  /** Frames, segments, bytes: totals of a whole bucket or purge. */
  readonly frames?: number;
  readonly segments?: number;
  readonly bytes?: number;
  /** A path within the data folder. */
  readonly file?: string;
  /** A code of our own. */
  readonly reason?: string;
  readonly version?: string;
}

const FIELDS = ["zone", "frames", "segments", "bytes", "file", "reason", "version"] as const;

/** Lines carry the minute: enough to see what happened when, and no clock for what a resolver's log knows to the millisecond. */
const TIME_STEP_MILLISECONDS = 60_000;

/** The operator's log: one JSON object a line, without addresses, ports, host name or process number. */
export interface OperatorLog {
  info(event: OperatorEvent, fields?: OperatorFields): void;
  warn(event: OperatorEvent, fields?: OperatorFields, error?: unknown): void;
  error(event: OperatorEvent, fields?: OperatorFields, error?: unknown): void;
}

/**
 * Opens the log.
 *
 * @param destination where lines go; standard output unless a test brings its own. Standard error is left to what goes
 *   wrong with the program itself.
 * @param clock milliseconds since 1970-01-01 UTC.
 */
export function createOperatorLog(
  destination: DestinationStream = pino.destination({ dest: 1, sync: true }),
  clock: () => number = Date.now,
): OperatorLog {
  const logger = pino(
    {
      base: null,
      timestamp: () => `,"time":"${minuteOf(clock())}"`,
      formatters: { level: (level) => ({ level }) },
      serializers: { err: redactedError },
    },
    destination,
  );
  const write = (level: "info" | "warn" | "error") => lineWriter(logger, level);
  return { info: write("info"), warn: write("warn"), error: write("error") };
}

function lineWriter(logger: Logger, level: "info" | "warn" | "error") {
  return (event: OperatorEvent, fields: OperatorFields = {}, error?: unknown) => {
    const known = FIELDS.flatMap((name) =>
      fields[name] === undefined ? [] : [[name, admitted(fields[name])] as const],
    );
    const err = error === undefined ? {} : { err: error };
    logger[level]({ event, ...Object.fromEntries(known), ...err }, OPERATOR_EVENTS[event]);
  };
}

function admitted(value: string | number): string | number {
  return typeof value === "number" ? value : redacted(value);
}

function minuteOf(milliseconds: number): string {
  const minute = Math.floor(milliseconds / TIME_STEP_MILLISECONDS) * TIME_STEP_MILLISECONDS;
  return `${new Date(minute).toISOString().slice(0, "2026-11-21T08:42".length)}Z`;
}
