import { encodeSegment, SegmentReader } from "@sotto/wire";
import { sha256Of } from "./octets.ts";

/** The header of the small segments of these tests. */
export const HEADER = { zone: "r.example.net", start: 1_795_219_200, end: 1_795_222_800 };

/** Frames of 118 octets that begin with the given ones, ascending when those ascend. */
export function framesOf(...firsts: number[]): Uint8Array[] {
  return firsts.map((first) => new Uint8Array(118).fill(first & 0xff, 1).fill(first, 0, 1));
}

/** The octets of a segment file by protocol.md section 5, laid out by hand with nothing checked. */
export function layOut(frames: readonly Uint8Array[], change: (head: Buffer) => void = () => {}): Buffer {
  const { zone, start, end } = HEADER;
  const head = Buffer.alloc(128);
  head.write("SOTTOSEG", 0, "latin1");
  head.set([0, 1, 0, 118], 8);
  head.writeUInt32BE(frames.length, 12);
  head.writeBigUInt64BE(BigInt(start), 16);
  head.writeBigUInt64BE(BigInt(end), 24);
  head[32] = zone.length;
  head.write(zone, 33, "latin1");
  change(head);
  const body = Buffer.concat([head, ...frames]);
  return Buffer.concat([body, sha256Of(body)]);
}

/** What the writer writes. */
export async function written(frames: Iterable<Uint8Array>, header: Parameters<typeof encodeSegment>[0]) {
  const octets: Uint8Array[] = [];
  const writer = encodeSegment(header, frames);
  for (;;) {
    const next = await writer.next();
    if (next.done) return { file: Buffer.concat(octets), entry: next.value };
    octets.push(next.value);
  }
}

/** What the reader reads: the frames joined, after all was checked. */
export async function read(source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) {
  const reader = await SegmentReader.open(source);
  const runs: Uint8Array[] = [];
  for await (const run of reader.frames()) runs.push(run);
  return { header: reader.header, entry: reader.entry, frames: Buffer.concat(runs) };
}
