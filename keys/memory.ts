import { writeFileSync } from "node:fs";

/**
 * Keeps this process's memory, and so secrets, out of core files (core(5), "Controlling which mappings are written").
 * Only Linux can be told so from inside a process; elsewhere, `ulimit -c 0` before the command does the same.
 */
export function keepOutOfCoreFiles(): void {
  try {
    writeFileSync("/proc/self/coredump_filter", "0");
  } catch {
    // Another system, or a container without /proc.
  }
}
