import { fstatSync } from "node:fs";
import { nodeTty } from "./builtin.ts";

/** Standard input and standard output. */
const DESCRIPTORS = [0, 1];

/**
 * Whether both standard input and standard output are terminals. What is no device cannot be one: in a pipe, nothing is
 * loaded to see that. (Asking `process.stdin` would open it.)
 */
export function isOnTerminal(): boolean {
  return DESCRIPTORS.every(isDevice) && DESCRIPTORS.every((descriptor) => nodeTty().isatty(descriptor));
}

function isDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    // It is closed.
    return false;
  }
}
