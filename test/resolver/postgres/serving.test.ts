import { encodeName, parseSegmentList, type SegmentEntry } from "@sotto/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Asker, addressIn } from "../../e2e/asker.ts";
import { freePort, type Serving, startResolver } from "../../e2e/command.ts";
import { seededFrame } from "../../e2e/frames.ts";
import { framesOfSegment, ZONE } from "../log/collection.ts";
import { type TestDatabase, TestServer } from "./server.ts";

const ACK = "198.18.0.7";
const NAK = "198.18.0.8";

let server: TestServer;
let database: TestDatabase;
beforeAll(async () => {
  server = await TestServer.start();
  database = await server.database();
});
afterAll(() => server.stop());

/** A server process on the database, and who asks it. */
interface Running {
  readonly serving: Serving;
  readonly http: string;
  readonly admin: string;
  readonly ask: (frame: Uint8Array) => Promise<string | null>;
}

async function start(...more: string[]): Promise<Running> {
  const [port, http, admin] = [await freePort(), await freePort(), await freePort()];
  const serving = await startResolver([
    ...[
      "--zone",
      ZONE,
      "--listen",
      `127.0.0.1:${port}`,
      "--http",
      `127.0.0.1:${http}`,
      "--admin",
      `127.0.0.1:${admin}`,
    ],
    ...["--store", database.store, "--ack", ACK, "--nak", NAK, "--bits", "0"],
    ...["--bucket", "2s", "--min-batch", "1", "--publish-after", "0s", ...more],
  ]);
  const asker = await Asker.open({ address: "127.0.0.1", port });
  const ask = async (frame: Uint8Array) => addressIn(await asker.ask({ name: encodeName(frame, ZONE) }));
  return { serving, http: `http://127.0.0.1:${http}`, admin: `http://127.0.0.1:${admin}`, ask };
}

async function listOf({ http }: Running): Promise<readonly SegmentEntry[]> {
  const response = await fetch(`${http}/v1/segments.json`);
  return response.status === 200 ? parseSegmentList(await response.text()).segments : [];
}

async function framesOf(running: Running): Promise<Set<string>> {
  const frames = new Set<string>();
  for (const { id } of await listOf(running)) {
    const response = await fetch(`${running.http}/v1/segments/${id}.seg`);
    const octets = Buffer.from(await response.arrayBuffer());
    for (const frame of await framesOfSegment(octets)) frames.add(frame);
  }
  return frames;
}

const today = Math.floor(Date.now() / 86_400_000);
const hex = (frame: Uint8Array) => Buffer.from(frame).toString("hex");

describe("sotto-resolver serve --store", () => {
  it("serves one log from two servers, outlives the kill of one, and says nak while the database is away", async () => {
    const [first, second] = [await start(), await start("--workers", "2")];
    const acknowledged: string[] = [];
    const report = async (running: Running, seed: string) => {
      const frame = seededFrame(seed, today, 0);
      const answer = await running.ask(frame);
      if (answer === ACK) acknowledged.push(hex(frame));
      return answer;
    };
    for (let index = 0; index < 30; index++) {
      expect(await report(first, `first ${index}`)).toBe(ACK);
      expect(await report(second, `second ${index}`)).toBe(ACK);
      expect(await report(index % 2 === 0 ? first : second, "both")).toBe(ACK);
    }
    const has = (running: Running) => async () => {
      const frames = await framesOf(running);
      return acknowledged.filter((frame) => !frames.has(frame));
    };
    await expect.poll(has(second), { timeout: 30_000 }).toEqual([]);
    await expect.poll(has(first), { timeout: 30_000 }).toEqual([]);
    expect(await listOf(first)).toEqual(await listOf(second));

    const [entry] = await listOf(second);
    const url = `${second.http}/v1/segments/${entry?.id}.seg`;
    const whole = await fetch(url);
    expect(whole.headers.get("content-length")).toBe(String(entry?.bytes));
    expect(whole.headers.get("etag")).toBe(`"${entry?.sha256}"`);
    const octets = Buffer.from(await whole.arrayBuffer());
    const part = await fetch(url, { headers: { range: "bytes=100-300" } });
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, octets.subarray(100, 301)]);
    expect((await fetch(`${second.http}/v1/segments/${entry?.start}-${entry?.end}-0123456789abcdef.seg`)).status).toBe(
      404,
    );

    for (let index = 0; index < 20; index++) await report(first, `last ${index}`);
    await first.serving.stop("SIGKILL");
    for (let index = 0; index < 5; index++) expect(await report(second, `alone ${index}`)).toBe(ACK);
    await expect.poll(has(second), { timeout: 30_000 }).toEqual([]);
    expect((await fetch(`${second.admin}/readyz`)).status).toBe(200);

    const restarted = server.restart("SIGINT", 1500);
    await expect.poll(() => report(second, "away"), { timeout: 10_000, interval: 50 }).toBe(NAK);
    await expect.poll(async () => (await fetch(`${second.admin}/readyz`)).status, { timeout: 10_000 }).toBe(503);
    await restarted;
    await expect.poll(() => report(second, `back ${acknowledged.length}`), { timeout: 20_000 }).toBe(ACK);
    await expect.poll(has(second), { timeout: 30_000 }).toEqual([]);
    await expect.poll(async () => (await fetch(`${second.admin}/readyz`)).status, { timeout: 20_000 }).toBe(200);

    const printed = second.serving.output();
    expect(await second.serving.stop("SIGTERM")).toBe(0);
    expect(printed).toMatch(/"event":"maintenance".*the database cannot/);
    for (const told of ["not-a-word", "postgres://", `127.0.0.1:${server.port}`]) expect(printed).not.toContain(told);
  });
});
