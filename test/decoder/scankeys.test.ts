import { type EpochSecret, engineOf, ScanKeys } from "@sotto/decoder";
import { keyId } from "@sotto/keys";
import { boxOf, headWeekOf, type KeyPair, makeFrame } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { otherVersion, seededOctets } from "../e2e/frames.ts";
import { epochSecrets, epochsFrom, scanSegments, seededKeyPair, segmentOfDay } from "./keyrings.ts";
import { DAY, sealed } from "./sealing.ts";

const engine = await engineOf("auto");
const weeks = epochSecrets(epochsFrom(DAY, 4), "weekly keys") as [EpochSecret, EpochSecret, EpochSecret, EpochSecret];
const stranger = seededKeyPair("another project");

/** Frames found on a day. */
function found(day: number, ...frames: Uint8Array[]) {
  return { span: segmentOfDay(day), frames };
}

/** A frame that nobody opens, of a week. */
function junk(seed: string, day: number): Uint8Array {
  return makeFrame(headWeekOf(day), 0, seededOctets(seed, 114));
}

function own(text: string, key: EpochSecret, day: number): Uint8Array[] {
  return sealed(text, key, `${text} ${day}`, day);
}

function scan(epochs: readonly EpochSecret[], segments: ReturnType<typeof found>[], always: readonly KeyPair[] = []) {
  return scanSegments(engine, new ScanKeys({ epochs, always }), segments);
}

function withoutSecret(key: EpochSecret): EpochSecret {
  return { ...key, secretKey: null };
}

describe("a scan with keys of epochs", () => {
  it("tries the one key of the sealing week on each frame, own or foreign, whenever it was found", () => {
    const segments = [
      found(DAY + 6, ...own('{"n":1}', weeks[0], DAY), ...own('{"n":2}', weeks[0], DAY + 6), junk("a", DAY)),
      found(DAY + 20, ...own('{"n":3}', weeks[0], DAY + 6), ...own('{"n":4}', weeks[1], DAY + 7), junk("b", DAY + 14)),
    ];
    const { records, counters, tries } = scan(weeks, segments);
    expect(records.map(({ text, key }) => [text, key])).toEqual([
      ['{"n":1}', keyId(weeks[0].publicKey)],
      ['{"n":2}', keyId(weeks[0].publicKey)],
      ['{"n":3}', keyId(weeks[0].publicKey)],
      ['{"n":4}', keyId(weeks[1].publicKey)],
    ]);
    expect([counters.foreign, counters.scanned, tries]).toEqual([2, 6, 6]);
  });

  it("opens nothing that was sealed for a key outside its epoch", () => {
    const segments = [found(DAY + 7, ...own("{}", weeks[0], DAY + 7), ...own("{}", weeks[1], DAY + 6))];
    expect(scan(weeks, segments).counters).toMatchObject({ reports: 0, foreign: 2 });
  });

  it("tells weeks apart that look alike in a head, 64 weeks from each other", () => {
    const later = epochSecrets(epochsFrom(DAY + 64 * 7, 1), "64 weeks later") as [EpochSecret];
    const segments = [
      found(DAY, ...own('{"n":1}', weeks[0], DAY)),
      found(DAY + 64 * 7, ...own('{"n":2}', later[0], DAY + 64 * 7)),
    ];
    const { records, tries } = scan([...weeks, ...later], segments);
    expect([records.map(({ text }) => text), tries]).toEqual([['{"n":1}', '{"n":2}'], 2]);
  });

  it("does not try frames of weeks without a key, nor of other versions", () => {
    const before = sealed("{}", stranger, "before", DAY - 7);
    const unknown = otherVersion(junk("c", DAY), 1);
    const { counters, tries } = scan(weeks, [found(DAY, ...before, unknown, junk("d", DAY))]);
    expect(counters).toMatchObject({ noKey: 1, foreign: 2, pending: 0 });
    expect(tries).toBe(1);
  });

  it("tries a key without an epoch on every frame besides", () => {
    const segments = [found(DAY, ...sealed('{"k":1}', stranger, "1", DAY - 7), junk("e", DAY - 7), junk("f", DAY))];
    const { records, counters, tries } = scan(weeks, segments, [stranger]);
    expect(records.map(({ text }) => text)).toEqual(['{"k":1}']);
    expect(counters).toMatchObject({ foreign: 2, noKey: 0 });
    expect(tries).toBe(1 + 1 + 2);
  });

  it("tries each key of a week in which one was replaced", () => {
    const [next] = epochSecrets([weeks[1]], "replacement") as [EpochSecret];
    const segments = [
      found(DAY + 7, ...own('{"old":1}', weeks[1], DAY + 7), ...own('{"new":1}', next, DAY + 7), junk("g", DAY + 7)),
      found(DAY + 14, junk("h", DAY), junk("i", DAY + 14)),
    ];
    const { records, counters, tries } = scan([...weeks, next], segments);
    expect(records.map(({ text }) => text)).toEqual(['{"old":1}', '{"new":1}']);
    expect(counters.foreign).toBe(3);
    expect(tries).toBe(1 + 2 + 2 + 1 + 1);
  });

  it("tries a key once that it was given twice", () => {
    const segments = [found(DAY, junk("j", DAY), ...own("{}", weeks[0], DAY))];
    const first = seededKeyPair("weekly keys 0");
    const { counters, tries } = scan([...weeks, ...weeks, ...weeks.map(withoutSecret)], segments, [first]);
    expect([counters.reports, counters.foreign, counters.pending, tries]).toEqual([1, 1, 0, 2]);
  });
});

describe("a scan with keys whose secret is kept elsewhere", () => {
  const [first, second, third] = weeks;

  it("says which key, in how many segments and how many frames wait for it", () => {
    const segments = [
      found(DAY + 6, ...own('{"n":1}', first, DAY), ...own('{"n":2}', first, DAY + 1), junk("k", DAY)),
      found(DAY + 7, ...own('{"n":3}', second, DAY + 7), ...own('{"n":4}', first, DAY + 2)),
      found(DAY + 8, ...own('{"n":5}', second, DAY + 7)),
    ];
    const { records, counters, pendingKeys, tries } = scan([withoutSecret(first), second, third], segments);
    expect(records.map(({ text }) => text)).toEqual(['{"n":3}', '{"n":5}']);
    expect(counters).toMatchObject({ pending: 4, foreign: 0, noKey: 0, opened: 2 });
    expect(pendingKeys).toMatchObject([
      { id: keyId(first.publicKey), from: DAY, until: DAY + 7, frames: 4, segments: 2 },
    ]);
    expect(tries).toBe(2);
    const again = scan([first, second, third], segments);
    expect(again.records).toHaveLength(5);
    expect([again.counters.pending, again.counters.foreign, again.pendingKeys]).toEqual([0, 1, []]);
  });

  it("counts what another key opens as opened, and the rest as waiting", () => {
    const [next] = epochSecrets([first], "replacement") as [EpochSecret];
    const segments = [found(DAY, ...own('{"old":1}', first, DAY), ...own('{"new":1}', next, DAY))];
    const { records, counters, pendingKeys } = scan([withoutSecret(first), next], segments, [stranger]);
    expect(records.map(({ text }) => text)).toEqual(['{"new":1}']);
    expect([counters.pending, pendingKeys.map(({ frames }) => frames)]).toEqual([1, [1]]);
    const neither = scan([first, next].map(withoutSecret), segments);
    expect(neither.counters.pending).toBe(2);
    expect(neither.pendingKeys.map(({ frames, segments: number }) => [frames, number])).toEqual([
      [2, 1],
      [2, 1],
    ]);
  });
});

describe("a box of ours under another week than its own", () => {
  const frames = own('{"a":1}', weeks[0], DAY);
  const copies = frames.map((frame) => makeFrame(headWeekOf(DAY + 7), 0, boxOf(frame)));

  it("is not opened where that week has another key, and does not suppress the original", () => {
    const { records, counters } = scan(weeks, [found(DAY + 1, ...copies, ...frames, ...copies)]);
    expect(records).toHaveLength(1);
    expect(counters).toMatchObject({ foreign: 2, malformed: 0, duplicates: 0 });
  });

  it("is malformed where both weeks have the same key, and does not suppress the original", () => {
    const [month] = epochSecrets(epochsFrom(DAY, 4, 4), "monthly") as [EpochSecret];
    const originals = own('{"a":1}', month, DAY);
    const others = originals.map((frame) => makeFrame(headWeekOf(DAY + 7), 0, boxOf(frame)));
    const { records, counters } = scan([month], [found(DAY + 1, ...others, ...originals, ...others)]);
    expect(records).toHaveLength(1);
    expect(counters).toMatchObject({ foreign: 0, malformed: 2, duplicates: 0 });
  });

  it("is malformed rather than late, so that no other week's key vouches for a day", () => {
    const old = sealed("{}", weeks[3], "old", DAY - 70);
    const moved = old.map((frame) => makeFrame(headWeekOf(DAY + 21), 0, boxOf(frame)));
    expect(scan(weeks, [found(DAY + 21, ...moved)]).counters).toMatchObject({ opened: 1, malformed: 1, late: 0 });
  });

  it("is late when its day lies 64 weeks before the key's epoch, where the heads are alike", () => {
    const old = sealed("{}", weeks[3], "older", DAY + 21 - 64 * 7);
    expect(scan(weeks, [found(DAY + 21, ...old)]).counters).toMatchObject({ opened: 1, late: 1, reports: 0 });
  });
});
