import {
  type Collector,
  type Endpoint,
  type ServeContext,
  type Settings,
  serve,
  settingsOf,
  type ZoneSettings,
} from "@sotto/resolver";
import { onTestFinished, vi } from "vitest";
import { PATIENCE } from "./command.ts";

const LOCALHOST = { address: "127.0.0.1", port: 0 };

/** Settings of a collector under test; everything that matters to a test is given by it. */
export function collectorSettings(data: string, changes: Partial<ZoneSettings> = {}): Settings {
  const zone = { zone: "r.example.net", ack: ["198.18.0.7"], bits: 4, minBatch: 1, publishAfter: 0, ...changes };
  return settingsOf({ zones: [zone], listen: [LOCALHOST], http: LOCALHOST, data, rateLimit: false });
}

/** A collector under test with its one endpoint for DNS and its one for HTTP. */
export interface TestCollector extends Omit<Collector, "dns" | "http" | "admin"> {
  readonly dns: Endpoint;
  readonly http: Endpoint;
}

/** Starts a collector that closes with the test, if the test has not closed it. */
export async function startCollector(
  data: string,
  changes: Partial<ZoneSettings> = {},
  context: ServeContext = {},
): Promise<TestCollector> {
  const collector = await serve(collectorSettings(data, changes), context);
  onTestFinished(() => collector.close());
  const [dns] = collector.dns;
  if (dns === undefined || collector.http === null) throw new Error("the collector has no endpoint");
  return { ...collector, dns, http: collector.http };
}

/** What publication answers; it gives way, with 503, while the process of both is busy with something else. */
export async function fetchPublished(url: string): Promise<Response> {
  return await vi.waitUntil(
    async () => {
      const response = await fetch(url);
      return response.status === 200 && response;
    },
    { ...PATIENCE, interval: 200 },
  );
}
