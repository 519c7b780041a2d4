import { ConfigError } from "./errors.ts";

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/**
 * Reads a length of time such as `90s`, `10m`, `1h` or `7d`.
 *
 * @returns whole seconds, 0 or more.
 * @throws ConfigError `SOTTO_DURATION`.
 */
export function parseDuration(text: string): number {
  const [, digits, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined) {
    throw new ConfigError("SOTTO_DURATION", `'${text}' is not a length of time like 90s, 10m, 1h or 7d`);
  }
  return Number(digits) * SECONDS[unit as keyof typeof SECONDS];
}
