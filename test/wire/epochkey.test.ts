import {
  DEFAULT_EPOCH_DAYS,
  DefinitionError,
  dateOfDay,
  encodeEpochKey,
  isMonday,
  keyOfDay,
  parseEpochKey,
  SottoError,
} from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyText } from "./bech32.ts";
import { fromHex } from "./octets.ts";
import { octets, RUNS } from "./property.ts";

/** RFC 7748 section 6.1, Alice's public key. */
const ALICE = fromHex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
const key = keyText("sotto", ALICE);
const good = { key, from: "2026-11-23", until: "2026-11-30" };

/** Monday 2026-11-23. */
const MONDAY = 20_780;

/** A canonical public key that is not of low order: the top octet puts it far from 0, 1 and 2^255 - 19. */
const anyPublicKey = octets(32).map((key) => Uint8Array.from(key, (octet, at) => (at === 31 ? 0x40 : octet)));

function refusalOf(value: unknown): { path: string; message: string } {
  try {
    parseEpochKey(value, "keys[3]");
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    expect(error.code).toBe("SOTTO_DEFINITION");
    const [problem] = error.problems;
    if (problem !== undefined && error.problems.length === 1) return problem;
  }
  throw new Error("it was accepted");
}

describe("an epoch key", () => {
  it("is read as the days of its dates", () => {
    expect(parseEpochKey(good, "keys[0]")).toEqual({ publicKey: ALICE, from: MONDAY, until: MONDAY + 7 });
  });

  it("ends 104 weeks later, two years, where it does not say until when", () => {
    expect(DEFAULT_EPOCH_DAYS).toBe(728);
    expect(parseEpochKey({ key, from: good.from }, "")).toEqual({ publicKey: ALICE, from: MONDAY, until: 21_508 });
    expect(dateOfDay(21_508)).toBe("2028-11-20");
  });

  it("may have its key in upper case", () => {
    expect(parseEpochKey({ ...good, key: key.toUpperCase() }, "").publicKey).toEqual(ALICE);
  });

  it("is written with its end, and read as it was", () => {
    // Up to the last Monday that has a date.
    const week = fc.nat({ max: 418_984 });
    fc.assert(
      fc.property(anyPublicKey, week, week, (publicKey, one, other) => {
        fc.pre(one !== other);
        const epochKey = { publicKey, from: 4 + 7 * Math.min(one, other), until: 4 + 7 * Math.max(one, other) };
        const text = encodeEpochKey(epochKey);
        expect(Object.keys(text)).toEqual(["key", "from", "until"]);
        expect(text.key).toBe(keyText("sotto", publicKey));
        expect(parseEpochKey(JSON.parse(JSON.stringify(text)), "")).toEqual(epochKey);
      }),
      { ...RUNS, numRuns: 2000 },
    );
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a number", 5],
    ["a key alone", key],
    ["a list", [good]],
    ["an empty list", []],
  ])("is not %s", (_, value) => {
    expect(refusalOf(value)).toEqual({
      path: "keys[3]",
      message: 'is an object, {"key":"sotto1...","from":"2026-11-23"}',
    });
  });

  it.each([
    ["no key", { from: good.from }, "key"],
    ["a key that is null", { ...good, key: null }, "key"],
    ["a key that is a list", { ...good, key: [key] }, "key"],
    ["a mistyped key", { ...good, key: key.replace("q", "p") }, "key"],
    ["a secret key", { ...good, key: keyText("sotto-secret-key-", ALICE).toUpperCase() }, "key"],
    ["a key of low order", { ...good, key: keyText("sotto", new Uint8Array(32)) }, "key"],
    ["no from", { key, until: good.until }, "from"],
    ["a from that is a number", { ...good, from: MONDAY }, "from"],
    ["a from that is no date", { ...good, from: "2026-11-31" }, "from"],
    ["a from on a Sunday", { ...good, from: "2026-11-22" }, "from"],
    ["a from on a Tuesday", { ...good, from: "2026-11-24" }, "from"],
    ["an until on a Sunday", { ...good, until: "2026-11-29" }, "until"],
    ["an until that is null", { ...good, until: null }, "until"],
    ["an until that is no date", { ...good, until: "" }, "until"],
    ["an until on the same day", { ...good, until: good.from }, "until"],
    ["an until before from", { ...good, until: "2026-11-16" }, "until"],
    ["another member", { ...good, to: "2026-11-30" }, "to"],
    ["a member in another case", { ...good, Until: "2026-11-30" }, "Until"],
    ["a prototype", JSON.parse(`{"key":"${key}","from":"2026-11-23","__proto__":{}}`), "__proto__"],
  ])("is refused with %s, at its place", (_, value, member) => {
    expect(refusalOf(value).path).toBe(`keys[3].${member}`);
  });

  it("is refused without its text when it is a secret key", () => {
    const secret = keyText("sotto-secret-key-", ALICE);
    for (const text of [secret, secret.toUpperCase(), `${secret.slice(0, -1)}q`]) {
      expect(refusalOf({ ...good, key: text }).message.toLowerCase()).not.toContain(secret.slice(18, 26));
    }
  });

  it("is refused with the one error, whatever JSON stands there", () => {
    const member = (...fitting: string[]) =>
      fc.oneof(fc.jsonValue(), { arbitrary: fc.constantFrom(...fitting), weight: 4 });
    const almost = fc.record(
      { key: member(key), from: member(good.from, good.until), until: member(good.until, "2026-11-24"), x: member("") },
      { requiredKeys: ["key", "from"] },
    );
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(fc.oneof(almost, fc.jsonValue()), (value) => {
        try {
          const { from, until } = parseEpochKey(value, "keys[0]");
          seen.accepted++;
          expect(isMonday(from) && isMonday(until) && from < until).toBe(true);
        } catch (error) {
          seen.refused++;
          if (!(error instanceof SottoError)) throw error;
          expect(error.code).toBe("SOTTO_DEFINITION");
        }
      }),
      RUNS,
    );
    expect(seen.accepted).toBeGreaterThan(20);
  });

  it("is refused without an end where two years later is after 9999: no date could say it", () => {
    expect(parseEpochKey({ key, from: "9997-12-29" }, "").until).toBe(2_932_892);
    expect(refusalOf({ key, from: "9998-01-05" }).path).toMatch(/^keys\[3\]\.(from|until)$/);
  });
});

describe("the key of a day", () => {
  const week = (name: string, from: number, until = from + 7) => ({ name, from, until });

  it("is that of its week: from Monday on, and on Sunday for the last time", () => {
    const keys = [week("one", MONDAY), week("two", MONDAY + 7)];
    const days = [-1, 0, 6, 7, 13, 14].map((day) => keyOfDay(keys, MONDAY + day)?.name ?? null);
    expect(days).toEqual([null, "one", "one", "two", "two", null]);
  });

  it("is none where no key covers it", () => {
    expect(keyOfDay([], MONDAY)).toBeNull();
    expect(keyOfDay([week("before", MONDAY - 7), week("after", MONDAY + 7)], MONDAY)).toBeNull();
  });

  it("is the one that began last, wherever it is listed", () => {
    const keys = [week("year", MONDAY, MONDAY + 364), week("week", MONDAY + 7)];
    for (const listed of [keys, keys.toReversed()]) {
      expect([0, 7, 13, 14].map((day) => keyOfDay(listed, MONDAY + day)?.name)).toEqual([
        "year",
        "week",
        "week",
        "year",
      ]);
    }
  });

  it("is the one listed last, of those that began together", () => {
    const keys = [week("old", MONDAY), week("new", MONDAY)];
    expect(keyOfDay(keys, MONDAY)?.name).toBe("new");
    expect(keyOfDay(keys.toReversed(), MONDAY)?.name).toBe("old");
    expect(keyOfDay([week("long", MONDAY, MONDAY + 70), ...keys], MONDAY + 6)?.name).toBe("new");
    expect(keyOfDay([...keys, week("long", MONDAY, MONDAY + 70)], MONDAY + 6)?.name).toBe("long");
  });

  it("is the last of the covering keys, sorted by where they begin", () => {
    const epoch = fc
      .tuple(fc.nat({ max: 8 }), fc.integer({ min: 1, max: 5 }))
      .map(([start, weeks]) => ({ from: MONDAY + 7 * start, until: MONDAY + 7 * (start + weeks) }));
    fc.assert(
      fc.property(fc.array(epoch, { maxLength: 8 }), fc.integer({ min: -1, max: 100 }), (keys, offset) => {
        const day = MONDAY + offset;
        const covering = keys.filter(({ from, until }) => day >= from && day < until);
        const sorted = covering.toSorted((a, b) => a.from - b.from);
        expect(keyOfDay(keys, day)).toBe(sorted.at(-1) ?? null);
      }),
      RUNS,
    );
  });
});
