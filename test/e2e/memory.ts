import { readFileSync } from "node:fs";

/**
 * Octets of main memory that a process holds (VmRSS).
 *
 * @throws the system's error when the process is gone.
 */
export function residentOctets(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  // A process that has ended and was not waited for has a status without this line.
  if (kilobytes === undefined) throw new Error(`process ${pid} holds no memory any more`);
  return Number(kilobytes) * 1024;
}
