import { engineOf, Scan } from "@sotto/decoder";
import { boxOf, generateKeyPair, headWeekOf, makeFrame } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { seededOctets } from "../e2e/frames.ts";
import { DAY, partBlock, SEGMENT, sealed, sealedBlock } from "./sealing.ts";

const own = generateKeyPair(() => seededOctets("own key", 32));
const other = generateKeyPair(() => seededOctets("other key", 32));
const engine = await engineOf("auto");

/** Scans frames, each run as its own segment read, and gives all records with the counters. */
function scan(frames: readonly Uint8Array[], span = SEGMENT, keys = [own]) {
  const reader = new Scan(engine, keys);
  const records = frames.flatMap((frame) => reader.read(frame, span));
  return { records: [...records, ...reader.finish()], counters: reader.counters };
}

const LONG = JSON.stringify({ long: "é".repeat(80) });

describe("a scan (protocol.md sections 1 and 7)", () => {
  it("finds a project's reports and counts the others as foreign", () => {
    const frames = [
      ...sealed('{"a":1}', own, "1"),
      ...sealed(LONG, own, "2"),
      ...sealed('{"b":2}', other, "3"),
      makeFrame(headWeekOf(DAY), 7, seededOctets("junk", 114)),
    ];
    const { records, counters } = scan(frames);
    expect(records.map(({ text }) => text)).toEqual(['{"a":1}', LONG]);
    expect(records.map(({ day }) => day)).toEqual([DAY, DAY]);
    expect(counters).toMatchObject({ scanned: 7, opened: 5, foreign: 2, reports: 2 });
  });

  it("tries several keys and says which one opened", () => {
    const { records } = scan([...sealed("{}", own, "1"), ...sealed("{}", other, "2")], SEGMENT, [own, other]);
    expect(new Set(records.map(({ key }) => key)).size).toBe(2);
  });

  it("counts a box once, however often and under whatever salt it comes", () => {
    const frames = sealed('{"a":1}', own, "1");
    const resalted = frames.map((frame) => makeFrame(headWeekOf(DAY), 99, boxOf(frame)));
    const { records, counters } = scan([...frames, ...frames, ...resalted]);
    expect([records.length, counters.duplicates]).toEqual([1, 2]);
  });

  it("does not let a copy under another week suppress the original", () => {
    const [frame] = sealed('{"a":1}', own, "1") as [Uint8Array];
    const wrongWeek = makeFrame(headWeekOf(DAY + 7), 0, boxOf(frame));
    const { records, counters } = scan([wrongWeek, frame]);
    expect(records).toHaveLength(1);
    expect(counters).toMatchObject({ malformed: 1, duplicates: 0 });
  });

  it("drops late and future reports by the segment's clock, to the day", () => {
    const cases: [number, "reports" | "late" | "future"][] = [
      [DAY - 22, "late"],
      [DAY - 21, "reports"],
      [DAY + 1, "reports"],
      [DAY + 2, "future"],
    ];
    for (const [day, counted] of cases) {
      expect(scan(sealed("{}", own, "x", day)).counters).toMatchObject({ opened: 1, [counted]: 1 });
    }
  });

  it("joins parts in any order and over segments; the one that completes a message is its segment", () => {
    const frames = sealed(LONG, own, "parts");
    const later = { start: SEGMENT.end, end: SEGMENT.end + 3600 };
    const reader = new Scan(engine, [own]);
    for (const frame of frames.slice(1).reverse()) expect(reader.read(frame, SEGMENT)).toEqual([]);
    reader.read(frames[0] as Uint8Array, later);
    const [record, ...more] = reader.finish();
    expect([record?.text, record?.segment, more]).toEqual([LONG, later, []]);
    expect(record?.frames).toHaveLength(frames.length);
    expect(new Set(record?.frames).size).toBe(frames.length);
  });

  it("counts a message that lacks a part as incomplete", () => {
    expect(scan(sealed(LONG, own, "lacking").slice(1))).toMatchObject({ records: [], counters: { incomplete: 1 } });
  });

  it("takes the same part sealed twice for a repeat, and another part in its place for a void message", () => {
    const text = `{"t":"${"a".repeat(60)}"}`;
    const [first, second] = [text.slice(0, 54), text.slice(54)];
    const block = (index: number, chunk: string, seed: string) =>
      sealedBlock(partBlock("message", index, 2, chunk), own, seed, DAY);
    const whole = [block(0, first, "a"), block(1, second, "b")];
    const repeat = scan([...whole, block(0, first, "c")]);
    expect([repeat.records.map((record) => record.text), repeat.counters.duplicates]).toEqual([[text], 1]);
    const conflict = block(1, '"}', "d");
    for (const order of [
      [...whole, conflict],
      [conflict, ...whole],
    ]) {
      expect(scan(order)).toMatchObject({ records: [], counters: { voided: 1, incomplete: 0, malformed: 0 } });
    }
  });

  it("counts what opens but breaks the format as malformed, and unknown kinds as unknown", () => {
    const block = (kind: number, body: string) => {
      const octets = Buffer.alloc(66);
      octets[0] = kind;
      octets.writeUInt16BE(DAY, 1);
      octets.write(body, 3, "latin1");
      return octets;
    };
    const texts = ["[1]", "{} x", '{"a":1,"a":2}', "{}\0x", ""].map((text, i) =>
      sealedBlock(block(1, text), own, `t${i}`, DAY),
    );
    const short = [0, 1].map((index) =>
      sealedBlock(partBlock("short", index, 2, index === 0 ? `{"a":"${"b".repeat(48)}` : '"}'), own, `s${index}`, DAY),
    );
    const lonely = sealedBlock(partBlock("lonely", 0, 1, "{}"), own, "lonely", DAY);
    const unknown = sealedBlock(block(3, "{}"), own, "unknown", DAY);
    const { records, counters } = scan([...texts, ...short, lonely, unknown]);
    expect(records).toEqual([]);
    expect(counters).toMatchObject({ malformed: texts.length + 2, unknown: 1 });
  });
});
