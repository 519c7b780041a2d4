import { closeSync, openSync, readSync } from "node:fs";
import { nodeCrypto } from "./builtin.ts";

/** The kernel's generator, which is what Node's cryptography asks in the end. */
const DEVICE = "/dev/urandom";

/** Random octets. Where the system has a file of them, Node's cryptography is not loaded, which takes 8 ms. */
export const randomOctets = (length: number): Uint8Array => {
  if (process.platform === "win32") return new Uint8Array(nodeCrypto().randomBytes(length));
  const octets = new Uint8Array(length);
  try {
    const file = openSync(DEVICE, "r");
    try {
      if (readSync(file, octets, 0, length, null) === length) return octets;
    } finally {
      closeSync(file);
    }
  } catch {
    // Some containers have no devices.
  }
  return new Uint8Array(nodeCrypto().randomBytes(length));
};
