import { type Block, DAY_SECONDS, headWeekOf, makeFrame, weekOf } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReportCheck } from "../../../decoder/checking/reportcheck.ts";
import { WeekTally } from "../../../decoder/ledger/counts.ts";
import { Ledger } from "../../../decoder/ledger/ledger.ts";
import type { OpenedFrame } from "../../../decoder/opening/openedchunk.ts";
import { FRAME_FATES, type FrameCounts, MESSAGE_STATES, type SegmentFacts } from "../../../decoder/store/contract.ts";
import { seededOctets } from "../../e2e/frames.ts";
import { DAY, partBlock } from "../sealing.ts";
import { MemoryStore } from "../store/memorystore.ts";

const KEY = "a1b2c3d4";

/** Segments of a day each, from the day of sealing on. */
function segmentOf(number: number): SegmentFacts {
  const start = (DAY + number) * DAY_SECONDS;
  const sha256 = seededOctets(`segment ${number}`, 32).toString("hex");
  return { sha256, zone: "r.example.net", start, end: start + DAY_SECONDS, count: 0 };
}

/** A frame as it opened; its box only has to be its own, since nothing is opened here. */
function opened(block: Uint8Array, box: string, day = DAY, salt = 0): OpenedFrame {
  const frame = makeFrame(headWeekOf(day), salt, seededOctets(box, 114));
  return { frame, block, key: KEY, week: weekOf(day) };
}

function wholeBlock(text: string, { day = DAY, kind = 1 }: Partial<Pick<Block, "day" | "kind">> = {}): Uint8Array {
  const block = Buffer.alloc(66);
  block[0] = kind;
  block.writeUInt16BE(day, 1);
  block.write(text, 3, "latin1");
  return block;
}

/** What arrives in a segment. */
interface Arrivals {
  readonly segment: number;
  readonly frames: readonly OpenedFrame[];
}

/** Takes segments in order, each in batches, and tells everything that the store then knows. */
async function outcomeOf(arrivals: readonly Arrivals[], batch = 1000, check: ReportCheck | null = null) {
  const store = new MemoryStore();
  const later = (a: string, b: string) => {
    const at = (sha256: string) => arrivals.findIndex(({ segment }) => segmentOf(segment).sha256 === sha256);
    return (arrivals[at(a)]?.segment ?? -1) > (arrivals[at(b)]?.segment ?? -1) ? a : b;
  };
  for (const { segment: number, frames } of arrivals) {
    const segment = segmentOf(number);
    const scan = await store.scan(segment);
    const tally = new WeekTally();
    const ledger = new Ledger({ segment, scan, check, learn: async () => {}, later, tally });
    for (let at = 0; at < frames.length; at += batch) await ledger.take(frames.slice(at, at + batch));
    await scan.commit([KEY], tally.weeks());
  }
  const messages = [];
  for await (const some of store.messagesIn(MESSAGE_STATES)) messages.push(...some);
  const losses = await store.losses();
  const counts = Object.fromEntries(
    FRAME_FATES.map((fate) => [fate, losses.reduce((sum, { frames }) => sum + frames[fate], 0)]),
  ) as FrameCounts;
  return { messages, counts, store };
}

/** The parts of a text of 70 octets, the second of 16. */
function parts(id: string, text: string): readonly [Uint8Array, Uint8Array] {
  const padded = text.padEnd(70);
  return [partBlock(id, 0, 2, padded.slice(0, 54)), partBlock(id, 1, 2, padded.slice(54))];
}

const TEXT = '{"v":"1.2.3"}';

describe("what becomes of a frame", () => {
  it.each([
    ["a whole report", wholeBlock(TEXT), "taken", ["record"]],
    ["a text that is no report", wholeBlock("[1]"), "malformed", []],
    ["octets behind the first NUL", Buffer.from(wholeBlock(TEXT)).fill(1, 60), "malformed", []],
    ["a kind of a later version", wholeBlock(TEXT, { kind: 9 }), "unknown", []],
    ["a part alone", parts("alone", TEXT)[0], "taken", ["incomplete"]],
    ["a part of one", partBlock("one", 0, 1, "x"), "malformed", []],
  ] as const)("%s", async (_what, block, fate, states) => {
    const { counts, messages } = await outcomeOf([{ segment: 0, frames: [opened(block, "box")] }]);
    expect(counts[fate]).toBe(1);
    expect(messages.map(({ state }) => state)).toEqual(states);
  });

  it("whose head names another week than its box says nothing, and keeps no place for the original", async () => {
    const original = opened(wholeBlock(TEXT), "box");
    const moved = { ...original, frame: makeFrame(headWeekOf(DAY + 7), 0, original.frame.subarray(4)) };
    const { counts, messages } = await outcomeOf([{ segment: 0, frames: [moved, original] }]);
    expect(counts).toMatchObject({ malformed: 1, taken: 1, duplicate: 0 });
    expect(messages).toHaveLength(1);
  });

  it.each([
    [21, "taken"],
    [22, "late"],
    [-1, "taken"],
    [-2, "future"],
  ] as const)("that arrives %d days after its day is %s, by the segment's clock", async (days, fate) => {
    const { counts } = await outcomeOf([{ segment: days, frames: [opened(wholeBlock(TEXT), "box")] }]);
    expect(counts[fate]).toBe(1);
  });

  it("that is a copy, re-salted or not, in the same segment or another, is a duplicate", async () => {
    const copy = (salt: number) => opened(wholeBlock(TEXT), "box", DAY, salt);
    for (const batch of [1, 2, 1000]) {
      const arrivals = [
        { segment: 0, frames: [copy(1), copy(2), copy(3)] },
        { segment: 1, frames: [copy(1), copy(4)] },
      ];
      const { counts, messages } = await outcomeOf(arrivals, batch);
      expect(counts).toMatchObject({ taken: 1, duplicate: 4 });
      expect(messages).toHaveLength(1);
    }
  });
});

describe("a message in parts", () => {
  it("is joined across segments, and is of the last of them", async () => {
    const [first, second] = parts("joined", TEXT);
    const arrivals = [
      { segment: 1, frames: [opened(second, "two")] },
      { segment: 3, frames: [opened(first, "one")] },
    ];
    const { messages } = await outcomeOf(arrivals);
    expect(messages).toMatchObject([{ state: "record", text: TEXT.padEnd(70), segment: segmentOf(3).sha256 }]);
    expect((await outcomeOf(arrivals.toReversed())).messages).toEqual(messages);
  });

  it("sealed twice counts its parts as duplicates", async () => {
    const [first, second] = parts("twice", TEXT);
    const frames = [opened(first, "a"), opened(first, "b"), opened(second, "c"), opened(second, "d")];
    const { counts, messages } = await outcomeOf([{ segment: 0, frames }], 1);
    expect(counts).toMatchObject({ taken: 2, duplicate: 2 });
    expect(messages).toMatchObject([{ state: "record" }]);
  });

  it("with two parts for one place is void, also when it had been a record", async () => {
    const [first, second] = parts("void", TEXT);
    const [other] = parts("void", '{"v":"9.9.9"}');
    const frames = [opened(first, "a"), opened(second, "b"), opened(other, "c"), opened(second, "d")];
    const { messages } = await outcomeOf([{ segment: 0, frames }], 1);
    expect(messages).toMatchObject([{ state: "void", text: null, values: null }]);
  });

  it("that was forgotten does not come back with its last part", async () => {
    const [first, second] = parts("forgotten", TEXT);
    const { store, messages } = await outcomeOf([{ segment: 0, frames: [opened(first, "a")] }]);
    await store.forget(messages.map(({ id }) => id));
    const segment = segmentOf(1);
    const scan = await store.scan(segment);
    const ledger = new Ledger({
      ...{ segment, scan, check: null, tally: new WeekTally() },
      learn: async () => {},
      later: (_a, b) => b,
    });
    await ledger.take([opened(second, "b"), opened(first, "c")]);
    await scan.commit([KEY], []);
    const after = [];
    for await (const some of store.messagesIn(MESSAGE_STATES)) after.push(...some);
    expect(after).toMatchObject([{ state: "forgotten", text: null }]);
  });
});

describe("frames in any order, cut into any batches and segments", () => {
  const [first, second] = parts("joined", TEXT);
  const [other] = parts("void", '{"v":"9.9.9"}');
  const [void1, void2] = parts("void", TEXT);
  const boxes = [
    ...["a", "b", "c"].map((box) => opened(wholeBlock(`{"n":"${box}"}`), box)),
    ...[0, 1].map((salt) => opened(wholeBlock('{"n":"copy"}'), "copy", DAY, salt)),
    ...[opened(first, "one"), opened(second, "two"), opened(second, "two again")],
    ...[opened(void1, "v1"), opened(void2, "v2"), opened(other, "v3")],
    ...[opened(parts("alone", TEXT)[1], "alone"), opened(wholeBlock("no JSON"), "malformed")],
    opened(wholeBlock(TEXT, { kind: 5 }), "unknown"),
  ];
  const arrangement = fc.record({
    order: fc.shuffledSubarray([...boxes.keys()], { minLength: boxes.length }),
    segments: fc.array(fc.nat(3), { minLength: boxes.length, maxLength: boxes.length }),
    sequence: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
    batch: fc.integer({ min: 1, max: 20 }),
  });

  it("come to the same messages, and to the same number of each fate", async () => {
    const expected = await outcomeOf([{ segment: 0, frames: boxes }]);
    const told = ({ messages }: typeof expected) => messages.map(({ segment: _, ...message }) => message);
    await fc.assert(
      fc.asyncProperty(arrangement, async ({ order, segments, sequence, batch }) => {
        const arrivals = sequence.map((segment) => ({
          segment,
          frames: order.filter((_, at) => segments[at] === segment).map((index) => boxes[index] as OpenedFrame),
        }));
        const actual = await outcomeOf(arrivals, batch);
        expect(told(actual)).toEqual(told(expected));
        expect(actual.counts).toEqual(expected.counts);
      }),
      { seed: 14, numRuns: 500 },
    );
  });
});
