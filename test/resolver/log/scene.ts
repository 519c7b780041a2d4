import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Collection, type CollectionOptions } from "./collection.ts";

// As test/e2e/collector.ts, without a server.

/** Monday 2026-11-16 12:00 UTC. */
export const NOON = 1_794_830_400;

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

/** A collection that goes with the test, in a folder of its own and at noon unless it says otherwise. */
export async function openCollection(options: Partial<CollectionOptions> & Pick<CollectionOptions, "keeping">) {
  const folder = options.folder ?? (await temporaryFolder());
  const collection = await Collection.open({ now: NOON, ...options, folder });
  onTestFinished(async () => {
    // Not waited for: an intake that a test let crash never ends.
    for (const intake of collection.intakes) intake.close().catch(() => {});
    await collection.log.close().catch(() => {});
  });
  return collection;
}
