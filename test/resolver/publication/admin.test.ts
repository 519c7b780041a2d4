import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { isWritable } from "../../../resolver/log/writable.ts";
import { createAdmin } from "../../../resolver/publication/admin.ts";
import { Metrics, type Totals } from "../../../resolver/publication/metrics.ts";
import type { LogSize, Readiness } from "../../../resolver/publication/vitals.ts";
import { temporaryFolder } from "../../e2e/scene.ts";

const ZONE = "r.example.net";

const TOTALS: Totals = {
  acks: 1200,
  naks: 3,
  truncated: 40,
  others: { formerr: 2, refused: 7 },
  released: 1100,
  unreleased: 0,
  expired: 900,
  dropped: 0,
};

let readiness: Readiness;
let logs: LogSize[];
let metrics: Metrics;

beforeEach(() => {
  readiness = { ok: true };
  logs = [{ zone: ZONE, segments: 12, segmentOctets: 141_760, heldFrames: 17, diskBudget: 1e9 }];
  metrics = new Metrics({ logs: () => logs });
});

async function get(url: string) {
  return await createAdmin({ ready: () => readiness }, metrics).inject(url);
}

/** The samples as Prometheus would read them, without comments. */
async function samples(): Promise<string[]> {
  return (await get("/metrics")).body.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

describe("the admin listener", () => {
  it("tells that the process lives", async () => {
    const { statusCode, headers, body } = await get("/healthz");
    expect([statusCode, body, headers["cache-control"]]).toEqual([200, '{"status":"alive"}', "no-store"]);
  });

  it("tells whether it can do its work, and by a code why not", async () => {
    expect((await get("/readyz")).json()).toEqual({ status: "ready" });
    readiness = { ok: false, reason: "storage" };
    const { statusCode, body } = await get("/readyz");
    expect([statusCode, body]).toEqual([503, '{"status":"not ready","reason":"storage"}']);
  });

  it("is alive and gives figures while not ready", async () => {
    readiness = { ok: false, reason: "maintenance" };
    expect((await get("/healthz")).statusCode).toBe(200);
    expect((await get("/metrics")).statusCode).toBe(200);
  });

  it("has nothing else", async () => {
    for (const url of ["/", "/status", "/v1/segments.json"]) expect((await get(url)).statusCode).toBe(404);
  });
});

describe("metrics", () => {
  it("are in the form that Prometheus reads", async () => {
    const { headers, body } = await get("/metrics");
    expect(headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(body).toContain("# TYPE sotto_reports_total counter\n");
    expect(body).toContain("# TYPE sotto_segment_frames histogram\n");
  });

  it("count nothing until a bucket has ended, and then what was told", async () => {
    const counters = async () => (await samples()).filter((line) => /^sotto_\w+_total/.test(line));
    expect(await counters()).toEqual([]);
    metrics.bucketEnded(ZONE, TOTALS);
    const told = await counters();
    expect(told).toContain(`sotto_reports_total{zone="${ZONE}",outcome="ack"} 1200`);
    expect(told).toContain(`sotto_reports_total{zone="${ZONE}",outcome="truncated"} 40`);
    expect(told).toContain(`sotto_answers_total{zone="${ZONE}",kind="refused"} 7`);
    expect(told).toContain(`sotto_frames_total{zone="${ZONE}",fate="expired"} 900`);
    expect(await counters()).toEqual(told);
    metrics.bucketEnded(ZONE, { ...TOTALS, acks: 1300 });
    expect(await counters()).toContain(`sotto_reports_total{zone="${ZONE}",outcome="ack"} 1300`);
  });

  it("keep a copy: what the server counts on is not seen before the next bucket's end", async () => {
    const live = { ...TOTALS, others: { refused: 7 } };
    metrics.bucketEnded(ZONE, live);
    const before = (await samples()).filter((line) => line.startsWith("sotto_"));
    live.acks++;
    live.others.refused++;
    expect((await samples()).filter((line) => line.startsWith("sotto_"))).toEqual(before);
  });

  it("have histograms of sealing", async () => {
    metrics.segmentSealed(ZONE, 1100, 0.2);
    const lines = await samples();
    expect(lines).toContain(`sotto_segment_frames_bucket{le="1000",zone="${ZONE}"} 0`);
    expect(lines).toContain(`sotto_segment_frames_bucket{le="3000",zone="${ZONE}"} 1`);
    expect(lines).toContain(`sotto_sealing_seconds_count{zone="${ZONE}"} 1`);
  });

  it("tell the sizes of sealed files, and forget a zone that is gone", async () => {
    expect(await samples()).toContain(`sotto_held_frames{zone="${ZONE}"} 17`);
    logs = [];
    expect((await samples()).join("\n")).not.toContain(ZONE);
  });

  it("have no label that could be a source", async () => {
    metrics.bucketEnded(ZONE, { ...TOTALS, others: { "192.0.2.7": 5, "2001:db8::7": 6, host1: 1, refused: 1 } });
    const text = (await samples()).join("\n");
    expect(text).not.toMatch(/192\.0\.2\.7|2001:db8|host1/);
    const labels = new Set([...text.matchAll(/(\w+)="/g)].map(([, name]) => name));
    expect([...labels].toSorted()).toEqual(["fate", "kind", "outcome", "zone"].toSorted());
  });

  it("tell of the process in steps that no single report moves, and of no socket", async () => {
    const names = (await samples()).filter((line) => !line.startsWith("sotto_"));
    expect(names.map((line) => line.split(" ")[0]).toSorted()).toEqual([
      "process_cpu_seconds",
      "process_resident_memory_bytes",
    ]);
    const [cpu, memory] = names.map((line) => Number(line.split(" ")[1]));
    expect([(cpu as number) % 10, (memory as number) % (16 * 1024 * 1024)]).toEqual([0, 0]);
  });
});

describe("isWritable", () => {
  it("tries a file and leaves none", async () => {
    const folder = await temporaryFolder();
    expect(await isWritable(folder)).toBe(true);
    expect(await isWritable(join(folder, "missing"))).toBe(false);
    expect(await readdir(folder)).toEqual([]);
    expect(await isWritable("/proc")).toBe(false);
  });
});
