import { ConfigError } from "./errors.ts";

const UNITS = { "": 1, k: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 } as const;

/**
 * Reads a size such as `500M` or `10G`; units are powers of 1024.
 *
 * @returns octets, 1 or more.
 * @throws ConfigError `SOTTO_SIZE`.
 */
export function parseSize(text: string): number {
  const [, digits, unit] = /^([1-9]\d{0,11})([kMGT]?)$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined) {
    throw new ConfigError("SOTTO_SIZE", `'${text}' is not a size like 500M or 10G`);
  }
  return Number(digits) * UNITS[unit as keyof typeof UNITS];
}
