import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Collector, type ServeOptions, serve } from "@sotto/resolver";
import { onTestFinished } from "vitest";

const LOCALHOST = { address: "127.0.0.1", port: 0 };

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

/** Settings of a collector under test; everything that matters to a test is given by it. */
export function collectorOptions(data: string, changes: Partial<ServeOptions> = {}): ServeOptions {
  return {
    zone: "r.example.net",
    listen: LOCALHOST,
    http: LOCALHOST,
    data,
    ack: ["198.18.0.7"],
    nak: "198.18.0.8",
    bits: 4,
    bucket: 3600,
    minBatch: 1,
    publishAfter: 0,
    retention: 168 * 3600,
    ...changes,
  };
}

/** Starts a collector that closes with the test, if the test has not closed it. */
export async function startCollector(data: string, changes: Partial<ServeOptions> = {}): Promise<Collector> {
  const collector = await serve(collectorOptions(data, changes));
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= collector.close();
    return closing;
  };
  onTestFinished(close);
  return { ...collector, close };
}
