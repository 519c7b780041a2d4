import {
  boxOf,
  decodeName,
  encodeReceipt,
  encodeSegment,
  encodeSegmentList,
  frameId,
  parseReceipt,
  parseSegmentList,
  provesSealing,
  SegmentReader,
  verifySegment,
} from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { goodMessages, independentFile, keyPairs, openedCounts, ZONE } from "./independent.ts";
import { hexOf, sha256Of } from "./octets.ts";
import { Reassembly } from "./reassembly.ts";
import { refusalOf } from "./refusal.ts";

const file = independentFile("segment.seg");
const list = independentFile("segments.json").toString("utf8");

async function readFrames(): Promise<Uint8Array[]> {
  const reader = await SegmentReader.open([file]);
  const frames: Uint8Array[] = [];
  for await (const run of reader.frames()) {
    for (let at = 0; at < run.length; at += 118) frames.push(run.slice(at, at + 118));
  }
  return frames;
}

describe("the independent segment", () => {
  it("verifies and is what its list says", async () => {
    const { header, entry } = await verifySegment([file]);
    const { zone, segments } = parseSegmentList(list);
    expect(segments).toEqual([entry]);
    expect(header).toEqual({ zone: ZONE, start: 1_795_219_200, end: 1_795_222_800, count: 254 });
    expect(zone).toBe(ZONE);
    expect(entry.sha256).toBe(hexOf(sha256Of(file)));
    expect(entry.bytes).toBe(file.length);
  });

  it("holds every good frame", async () => {
    const frames = new Set((await readFrames()).map(hexOf));
    const names = goodMessages.flatMap((message) => message.names);
    const missing = names.filter((name) => {
      const frame = decodeName(name, ZONE);
      return frame === null || !frames.has(hexOf(frame));
    });
    expect(missing).toEqual([]);
    expect(names.length + 20).toBe(frames.size);
  });

  it("is written again octet by octet", async () => {
    const { header } = await verifySegment([file]);
    const written: Uint8Array[] = [];
    for await (const octets of encodeSegment(header, await readFrames())) written.push(octets);
    expect(hexOf(Buffer.concat(written))).toBe(hexOf(file));
  });

  it("has a list that is written again octet by octet", () => {
    expect(encodeSegmentList(parseSegmentList(list))).toBe(list.trimEnd());
  });

  it.each(["alice", "bob"] as const)("opens to as many complete messages for %s as it should", async (name) => {
    const log = new Reassembly();
    for (const frame of await readFrames()) log.add(frame, keyPairs[name]);
    const texts = log.outcomes().flatMap((outcome) => (outcome.state === "complete" ? [outcome.text] : []));
    expect(texts).toHaveLength(openedCounts[name]);
    const sent = goodMessages.filter(({ to }) => to === name).map(({ json }) => hexOf(Buffer.from(json)));
    expect(texts.map(hexOf).toSorted()).toEqual(sent.toSorted());
  });
});

describe("the independent receipts", () => {
  const lines = independentFile("receipts.txt").toString("utf8").trimEnd().split("\n");
  const genuine = lines.slice(0, -3);
  const forged = lines.slice(-3);

  it.each(genuine)("a genuine one proves sealing of its frames and of no other: %s", async (line) => {
    const frames = await readFrames();
    const receipt = parseReceipt(line);
    const proven = frames.filter((frame) => provesSealing(receipt, frame));
    const named = frames.filter((frame) => hexOf(frameId(frame)) === receipt.id);
    expect(proven.length).toBeGreaterThan(0);
    expect(proven).toEqual(named);
    expect(proven.every((frame) => hexOf(sha256Of(boxOf(frame))) === line.slice(0, 64))).toBe(true);
    expect(proven.map((frame) => encodeReceipt(frame, receipt.ephemeralSecret))).toEqual(proven.map(() => line));
  });

  it.each(forged)("a forged one proves nothing: %s", async (line) => {
    const receipt = parseReceipt(line.replace(/ # forged$/, ""));
    expect((await readFrames()).filter((frame) => provesSealing(receipt, frame))).toEqual([]);
  });

  it("a line with a remark is no receipt", () => {
    expect(forged.map((line) => refusalOf(() => parseReceipt(line)))).toEqual(forged.map(() => "SOTTO_RECEIPT"));
  });
});
