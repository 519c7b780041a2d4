import { isIP } from "node:net";
import { ConfigError } from "./errors.ts";

/** Where a socket of ours listens. */
export interface Endpoint {
  /** IPv4 or IPv6 address without brackets. */
  readonly address: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/**
 * Reads `127.0.0.1:5300` or `[::1]:5300`.
 *
 * @throws ConfigError `SOTTO_ENDPOINT`.
 */
export function parseEndpoint(text: string): Endpoint {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = bracketed ?? plain ?? "";
  const family = isIP(address);
  if (family === 0 || (family === 6) !== (bracketed !== undefined) || Number(port) > 65_535) {
    throw new ConfigError("SOTTO_ENDPOINT", `'${text}' is not an address and port like 127.0.0.1:5300 or [::1]:5300`);
  }
  return { address, port: Number(port) };
}

/** Writes an endpoint as {@link parseEndpoint} reads it. */
export function formatEndpoint({ address, port }: Endpoint): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
