import { isIP, isIPv4 } from "node:net";
import { UsageError } from "../errors.ts";

/** Where the viewer listens: on this machine alone. */
export interface LoopbackEndpoint {
  /** Without brackets. */
  readonly address: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/**
 * Reads `127.0.0.1:8160` or `[::1]:8160`.
 *
 * @throws UsageError `SOTTO_LISTEN` for anything that other machines could reach.
 */
export function parseLoopback(text: string): LoopbackEndpoint {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = bracketed ?? plain ?? "";
  const isLoopback = isIPv4(address) ? address.startsWith("127.") : address === "::1";
  if (
    isIP(address) === 0 ||
    Number(port) > 65_535 ||
    !isLoopback ||
    (address === "::1") !== (bracketed !== undefined)
  ) {
    throw new UsageError(
      "SOTTO_LISTEN",
      "--listen takes an address of this machine alone, such as 127.0.0.1:8160 or [::1]:8160",
    );
  }
  return { address, port: Number(port) };
}

/** Writes an endpoint as {@link parseLoopback} reads it. */
export function formatLoopback({ address, port }: LoopbackEndpoint): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/**
 * Whether a request was meant for a server on this machine. A page of a stranger may give its own name the address
 * 127.0.0.1 (DNS rebinding), and then ask us as its own server; its name is in the header all the same.
 */
export function isOwnHost(host: string | undefined, { address, port }: LoopbackEndpoint): boolean {
  const own = [formatLoopback({ address, port }), `localhost:${port}`];
  return host !== undefined && own.includes(host.toLowerCase());
}
