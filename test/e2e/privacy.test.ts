import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { createOperatorLog } from "@sotto/resolver";
import { encodeName, FRAME_OCTETS, sha256, toHex } from "@sotto/wire";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readJournal } from "../../resolver/log/journal.ts";
import { Asker, addressIn } from "./asker.ts";
import { fetchPublished, startCollector } from "./collector.ts";
import { PATIENCE, untilSealed } from "./command.ts";
import { mixCase, seededFrame } from "./frames.ts";
import { rankCorrelation } from "./rank.ts";
import { NOON, NOON_DAY, TestClock, temporaryFolder } from "./scene.ts";

const REPORTS = 10_000;
const SOURCES = 100;
const AT_ONCE = 10;
const ZONE = "r.example.net";
const HOUR = 3600;

/** A client subnet as a forwarding resolver adds it (RFC 7871), different for every report. */
const subnetOf = (index: number) => `203.${index % 113}.${index % 251}.0`;

let printed = "";
beforeEach(() => {
  printed = "";
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe(`what is left of ${REPORTS} reports from ${SOURCES} addresses with client subnets in mixed case`, () => {
  it("is the frames and their bucket: no address, port, subnet, letter case, exact time or order", async () => {
    const data = join(await temporaryFolder(), "data");
    const clock = new TestClock();
    const lines: string[] = [];
    const operatorLog = createOperatorLog({ write: (line: string) => lines.push(line) }, () => clock.now * 1000);
    const collector = await startCollector(data, { bits: 0, bucket: HOUR }, { clock: clock.read, operatorLog });
    const url = `http://127.0.0.1:${collector.http.port}`;
    const { arrivals, names, ports } = await sendAll(collector.dns, clock);

    // While the bucket is open: the journal holds frames with their check sums and nothing else.
    const journals = await filesIn(join(data, "journal"));
    expect(journals.length).toBeGreaterThan(0);
    for (const path of journals) {
      expect((await stat(path)).mtimeMs).toBe(NOON * 1000);
      await expectOnlyFrames(path, arrivals);
      await expectNoOrder(path, arrivals);
    }
    const openFolder = await contents(data);
    expectNothingOf(openFolder, names, ports, arrivals);

    clock.now = NOON + HOUR;
    await untilSealed(data);
    const list = await (await fetchPublished(`${url}/v1/segments.json`)).text();
    const [segment] = JSON.parse(list).segments as { id: string; start: number; end: number; count: number }[];
    expect(segment).toMatchObject({ start: NOON, end: NOON + HOUR, count: REPORTS });
    const octets = await readFile(join(data, "segments", `${segment?.id}.seg`));
    const order: number[] = [];
    for (let at = 128; at < octets.length - 32; at += FRAME_OCTETS) {
      order.push(arrivals.get(toHex(octets.subarray(at, at + FRAME_OCTETS))) ?? Number.NaN);
    }
    expect(new Set(order).size).toBe(REPORTS);
    // The standard error for 10,000 places is 0.01.
    expect(Math.abs(rankCorrelation(order))).toBeLessThan(0.05);

    const headers = await fetchPublished(`${url}/v1/segments/${segment?.id}.seg`);
    const answers = [list, JSON.stringify([...headers.headers]), printed, lines.join("")].map((text) =>
      Buffer.from(text),
    );
    expectNothingOf([...(await contents(data)), ...answers], names, ports, arrivals);
    expect(Buffer.compare(Buffer.from(await headers.arrayBuffer()), octets)).toBe(0);
    await collector.close();
  });
});

/**
 * Sends reports in a known order, in which they come as well; the clock moves with every one. A few are on their way at
 * once, since each that is answered alone costs a sync of the disk.
 */
async function sendAll(dns: { address: string; port: number }, clock: TestClock) {
  const askers = await Promise.all(
    Array.from({ length: SOURCES }, (_, index) => Asker.open(dns, `127.0.0.${index + 2}`)),
  );
  const arrivals = new Map<string, number>();
  const names: string[] = [];
  const send = async (index: number) => {
    const frame = seededFrame(`privacy ${index}`, NOON_DAY, 0);
    const name = mixCase(encodeName(frame, ZONE), `case ${index}`);
    clock.now = NOON + 0.001 + index / 3;
    const options = [{ code: "CLIENT_SUBNET", ip: subnetOf(index), sourcePrefixLength: 24 }];
    arrivals.set(toHex(frame), index);
    names.push(name);
    // Nothing is lost between two sockets of a machine: what is late is late because the machine is busy.
    const answer = await askers[index % SOURCES]?.ask({ name, options }, PATIENCE.timeout);
    expect(addressIn(answer ?? null)).toBe("198.18.0.7");
  };
  for (let first = 0; first < REPORTS; first += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, more) => send(first + more)));
  }
  const ports = askers.map(({ port }) => port);
  for (const asker of askers) asker.close();
  return { arrivals, names, ports };
}

/** Every octet of a journal is a frame that was sent, its check sum, or nothing. */
async function expectOnlyFrames(path: string, arrivals: ReadonlyMap<string, number>): Promise<void> {
  const octets = await readFile(path);
  for (let at = 0; at < octets.length; at += 128) {
    const slot = octets.subarray(at, at + 128);
    if (slot.every((octet) => octet === 0)) continue;
    const frame = slot.subarray(0, FRAME_OCTETS);
    expect(arrivals.has(toHex(frame))).toBe(true);
    expect(toHex(slot.subarray(FRAME_OCTETS))).toBe(toHex(sha256(frame)).slice(-20));
  }
}

async function expectNoOrder(path: string, arrivals: ReadonlyMap<string, number>): Promise<void> {
  const correlations: number[] = [];
  for await (const { frames } of readJournal(path)) {
    if (frames.length === 512) {
      correlations.push(rankCorrelation(frames.map((frame) => arrivals.get(toHex(frame)) ?? Number.NaN)));
    }
  }
  expect(correlations.length).toBeGreaterThan(10);
  // For 512 places the standard error is 0.044.
  for (const correlation of correlations) expect(Math.abs(correlation)).toBeLessThan(0.22);
}

/** Searches octets for everything that a query carried beside its frame. */
function expectNothingOf(
  places: readonly Buffer[],
  names: readonly string[],
  ports: readonly number[],
  arrivals: ReadonlyMap<string, number>,
): void {
  // The letter case of a name is a pattern of its own; a name's text in any case would be one too.
  const beginnings = names.slice(0, 500).map((name) => name.slice(0, 16));
  const texts = [...beginnings, ...beginnings.map((beginning) => beginning.toLowerCase())];
  const portTexts = new Set(ports.map(String));
  const octets: Buffer[] = [];
  for (let source = 2; source < SOURCES + 2; source++) octets.push(Buffer.of(127, 0, 0, source));
  for (let index = 0; index < 500; index++) octets.push(subnetOctets(index));
  for (const place of places) {
    // Every source and every subnet begins so.
    expect(place.toString("latin1").match(/127\.0\.0\.\d|203\.\d+\.\d/g)).toBeNull();
    expect(texts.filter((needle) => place.includes(needle))).toEqual([]);
    // Four octets can occur in ciphertext by chance: look outside the frames, whose octets were given.
    const rest = withoutFrames(place, arrivals);
    expect(octets.filter((needle) => rest.includes(needle))).toEqual([]);
    const text = rest.toString("latin1");
    // A time that is kept is where a bucket begins or ends.
    for (const [moment] of text.matchAll(/(?<!\d)17948\d{5}(?!\d)/g)) expect(Number(moment) % HOUR).toBe(0);
    const numbers = text.match(/(?<![0-9a-f.])\d+(?![0-9a-f])/g) ?? [];
    expect(numbers.filter((number) => portTexts.has(number))).toEqual([]);
  }
}

/** The option as it stands in a query: family 1, /24, scope 0, three octets. */
function subnetOctets(index: number): Buffer {
  const [a = 0, b = 0, c = 0] = subnetOf(index).split(".").map(Number);
  return Buffer.of(0, 1, 24, 0, a, b, c);
}

function withoutFrames(place: Buffer, arrivals: ReadonlyMap<string, number>): Buffer {
  const starts =
    place.toString("latin1", 0, 8) === "SOTTOSEG" ? { first: 128, step: FRAME_OCTETS } : { first: 0, step: 128 };
  const copy = Buffer.from(place);
  for (let at = starts.first; at + FRAME_OCTETS <= place.length; at += starts.step) {
    if (arrivals.has(toHex(place.subarray(at, at + FRAME_OCTETS)))) copy.fill(0xee, at, at + FRAME_OCTETS);
  }
  return copy;
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** All of a folder: what its files hold, and what they are called. */
async function contents(folder: string): Promise<Buffer[]> {
  const files = await filesIn(folder);
  const names = files.map((path) => path.slice(folder.length)).join("\n");
  return [...(await Promise.all(files.map((path) => readFile(path)))), Buffer.from(names)];
}
