import { statSync } from "node:fs";

/** Milliseconds since a file was changed; null when it is not there. Never throws. */
export function ageOfFile(path: string, now: number): number | null {
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    return status === undefined ? null : now - status.mtimeMs;
  } catch {
    return null;
  }
}
