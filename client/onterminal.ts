import { fstatSync } from "node:fs";
import { nodeTty } from "./builtin.ts";

/** Standard input and standard output. */
const DESCRIPTORS = [1, 0];

/** Whether standard input and standard output may both be terminals. What is no device cannot be one. */
export function mayBeOnTerminal(): boolean {
  return DESCRIPTORS.every(isDevice);
}

/**
 * Whether both standard input and standard output are terminals. In a pipe nothing is loaded to see that. (Asking
 * `process.stdin` would open it.)
 */
export function isOnTerminal(): boolean {
  return mayBeOnTerminal() && DESCRIPTORS.every((descriptor) => nodeTty().isatty(descriptor));
}

function isDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    // It is closed.
    return false;
  }
}
