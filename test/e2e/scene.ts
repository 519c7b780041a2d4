import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Monday 2026-11-16 12:00 UTC. */
export const NOON = 1_794_830_400;

/** Noon's day since 1970-01-01. */
export const NOON_DAY = 20_773;

/** A clock that a test sets. */
export class TestClock {
  now = NOON;
  readonly read = (): number => this.now;
}

/** A folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sotto-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
