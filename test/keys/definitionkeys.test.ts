// Over 300 lines: every form in which people write a definition, and what it looks like afterwards.
import { type EpochKey, encodeEpochKey, keyOfDay, SottoError } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { definitionKeys, readDefinitionKeys, writeDefinitionKeys } from "../../keys/definitionkeys.ts";
import { missingEpochs } from "../../keys/keyring/epochs.ts";
import { hexOf } from "../wire/octets.ts";
import { refusalOf } from "../wire/refusal.ts";
import { anyEpoch, epoch, MONDAY, manifestKey, publicKeyOf } from "./keyring/epochkeys.ts";

const RUNS = { seed: 0x5077, numRuns: 1000 };

const keyOf = (seed: string, { from, until } = epoch(0)): EpochKey => ({ publicKey: publicKeyOf(seed), from, until });
const anyKeys = fc
  .array(anyEpoch, { maxLength: 4 })
  .map((epochs) => epochs.map((span, index) => keyOf(`key ${index}`, span)));

/**
 * Names of members, among them those that are written with escapes; `keys` is put in where it is wanted. None has a
 * backslash: V8 13.6 (Node 24.21) takes `{"\\n":1}` for `{"\\\\":1}` after it has parsed one with that name.
 */
const anyName = fc
  .oneof(fc.constantFrom("sotto", "project", "reports", "Keys", "key", "a b", "\u00e9", '"', "\n"), fc.string())
  .filter((name) => name !== "keys" && !name.includes("\\"));
const anyMembers = fc.uniqueArray(fc.tuple(anyName, fc.jsonValue({ maxDepth: 2 })), {
  maxLength: 6,
  selector: ([name]) => name,
});

/** How people and programs write JSON. */
const anyLayout = fc.record({
  indent: fc.constantFrom(undefined, 1, 2, 4, "\t"),
  lineEnd: fc.constantFrom("\n", "\r\n"),
  before: fc.constantFrom("", "\n", "  \t\n"),
  after: fc.constantFrom("", "\n", "\r\n", "   \n\n"),
});

/** Stands where the keys will. */
const HERE = "the keys will stand here";

/** A definition's text, and what of it stands before its keys and behind them, if it has any. */
const anyDefinition = fc
  .record({
    members: anyMembers,
    layout: anyLayout,
    keys: fc.option(
      fc.oneof(
        anyKeys.map((keys) => keys.map(encodeEpochKey)),
        fc.jsonValue({ maxDepth: 1 }),
      ),
    ),
    place: fc.nat({ max: 6 }),
  })
  .map(({ members, layout, keys, place }) => {
    const all: [string, unknown][] = members.map(([name, value]) => [name, value]);
    if (keys !== null) all.splice(place, 0, ["keys", HERE]);
    const value = {};
    // Defined, so that a member called __proto__ is one.
    for (const [name, member] of all) Object.defineProperty(value, name, { value: member, enumerable: true });
    const json = JSON.stringify(value, null, layout.indent).replaceAll("\n", layout.lineEnd);
    const whole = layout.before + json + layout.after;
    if (keys === null) return { text: whole, around: null, members };
    const [before = "", behind = ""] = whole.split(JSON.stringify(HERE));
    return { text: before + JSON.stringify(keys, null, layout.indent) + behind, around: { before, behind }, members };
  });

describe("keys written into a definition", () => {
  it("are those that are wanted, and every other octet stays where it was", () => {
    const seen = { replaced: 0, added: 0, begun: 0 };
    fc.assert(
      fc.property(anyDefinition, anyKeys, ({ text, around, members }, keys) => {
        const changed = writeDefinitionKeys(text, keys);
        expect(readDefinitionKeys(changed)).toEqual(keys);
        const [before, after]: { [name: string]: unknown }[] = [JSON.parse(text), JSON.parse(changed)];
        expect(after?.keys).toEqual(keys.map(encodeEpochKey));
        // By their texts, so that -0 and a member called __proto__ are compared as well.
        const others = (value: { [name: string]: unknown } = {}) =>
          Object.entries(value).flatMap(([name, member]) => (name === "keys" ? [] : [JSON.stringify([name, member])]));
        expect(others(after)).toEqual(others(before));

        if (around !== null) {
          seen.replaced++;
          expect(changed.startsWith(around.before) && changed.endsWith(around.behind)).toBe(true);
          const list = changed.slice(around.before.length, changed.length - around.behind.length);
          expect(JSON.parse(list)).toEqual(keys.map(encodeEpochKey));
        } else {
          seen[members.length > 0 ? "added" : "begun"]++;
          const end = text.lastIndexOf("}");
          const before = text.slice(0, end).trimEnd();
          expect(changed.startsWith(before)).toBe(true);
          expect(changed.endsWith(members.length > 0 ? text.slice(before.length) : text.slice(end))).toBe(true);
        }
      }),
      RUNS,
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(20);
  });

  it("are written a second time without a change", () => {
    fc.assert(
      fc.property(anyDefinition, anyKeys, ({ text }, keys) => {
        const once = writeDefinitionKeys(text, keys);
        expect(writeDefinitionKeys(once, keys)).toBe(once);
      }),
      RUNS,
    );
  });

  it("are written over others without a trace of them", () => {
    fc.assert(
      fc.property(anyDefinition, anyKeys, anyKeys, ({ text }, first, second) => {
        const direct = writeDefinitionKeys(text, second);
        expect(writeDefinitionKeys(writeDefinitionKeys(text, first), second)).toBe(direct);
      }),
      RUNS,
    );
  });

  it("stand a line each, indented as what is there", () => {
    const list = (...keys: EpochKey[]) => keys.map((key) => JSON.stringify(encodeEpochKey(key)));
    const [a, b] = [keyOf("a"), keyOf("b", epoch(1))];
    const [textA, textB] = list(a, b);
    expect(writeDefinitionKeys('{\n    "sotto": 1,\n    "keys": [],\n    "reports": {}\n}\n', [a, b])).toBe(
      `{\n    "sotto": 1,\n    "keys": [\n      ${textA},\n      ${textB}\n    ],\n    "reports": {}\n}\n`,
    );
    expect(writeDefinitionKeys('{\n\t"sotto": 1\n}', [a])).toBe(`{\n\t"sotto": 1,\n\t"keys": [\n\t  ${textA}\n\t]\n}`);
    expect(writeDefinitionKeys('{"sotto":1}', [a])).toBe(`{"sotto":1,\n  "keys": [\n    ${textA}\n  ]}`);
    expect(writeDefinitionKeys("{}", [a])).toBe(`{\n  "keys": [\n    ${textA}\n  ]\n}`);
    expect(writeDefinitionKeys("\n{ }\n", [])).toBe('\n{\n  "keys": []\n}\n');
  });

  it("begin a definition that is not there yet", () => {
    const text = writeDefinitionKeys(null, [keyOf("a")]);
    expect(text).toBe(`{\n  "sotto": 1,\n  "keys": [\n    ${JSON.stringify(encodeEpochKey(keyOf("a")))}\n  ]\n}\n`);
    expect(readDefinitionKeys(text)).toEqual([keyOf("a")]);
    expect(writeDefinitionKeys(null, [])).toBe('{\n  "sotto": 1,\n  "keys": []\n}\n');
  });

  it("are found under a name that is written with escapes, and not inside of other members", () => {
    expect(writeDefinitionKeys('{"k\\u0065ys":[1]}', [])).toBe('{"k\\u0065ys":[]}');
    const nested = '{"a":{"keys":[1]},"b":"keys","c":["keys",{"keys":2}]}';
    expect(JSON.parse(writeDefinitionKeys(nested, []))).toEqual({ ...JSON.parse(nested), keys: [] });
  });

  it("of three years of weeks take between 17 and 19 kB", () => {
    const weeks = missingEpochs([], { from: MONDAY, weeks: 156, every: 1 });
    const keys = weeks.map((week, index) => keyOf(`week ${index}`, week));
    for (const text of [null, "{}", '{\n  "sotto": 1,\n  "project": "left-pad"\n}\n']) {
      const added = writeDefinitionKeys(text, keys).length - (text ?? "").length;
      expect(added).toBeGreaterThan(17_000);
      expect(added).toBeLessThan(19_000);
    }
  });
});

describe("a definition that cannot be used", () => {
  const code = "SOTTO_KEYRING_DEFINITION";

  it.each([
    ["nothing", ""],
    ["blanks", "  \n"],
    ["null", "null"],
    ["a list", "[]"],
    ["a string", '"keys"'],
    ["a number", "1"],
    ["garbage", "hello"],
    ["YAML", "keys:\n  - a\n"],
    ["an object cut off", '{"sotto": 1, "keys": ['],
    ["two objects", "{}{}"],
    ["something behind the object", '{"keys": []} x'],
    ["a comment", '{\n  // the keys\n  "keys": []\n}'],
    ["a comment of another kind", '{"keys": [] /* none */}'],
    ["a comment behind it", '{"keys": []} // the end'],
    ["a trailing comma", '{"keys": [],}'],
    ["a trailing comma in a list", '{"keys": [1,]}'],
    ["a missing comma", '{"a": 1 "keys": []}'],
    ["a missing colon", '{"keys" []}'],
    ["a member without a value", '{"keys":}'],
    ["a member without quotes", "{keys: []}"],
    ["single quotes", "{'keys': []}"],
    ["a line feed in a string", '{"a": "b\nc"}'],
    ["a tab in a string", '{"a": "b\tc"}'],
    ["a number with a zero in front", '{"a": 01}'],
    ["a number with a plus", '{"a": +1}'],
    ["a number that ends in a point", '{"a": 1.}'],
    ["NaN", '{"a": NaN}'],
    ["undefined", '{"a": undefined}'],
    ["an unknown escape", '{"a": "\\x41"}'],
    ["an escape cut off", '{"a": "\\u00"}'],
    ["a byte order mark", '\ufeff{"keys": []}'],
    ["a no-break space", '{\u00a0"keys": []}'],
    ["keys twice", '{"keys": [], "keys": []}'],
    ["keys twice, once with an escape", '{"keys": [], "\\u006beys": []}'],
    ["depth", `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
  ])("is %s", (_, text) => {
    expect(refusalOf(() => writeDefinitionKeys(text, [keyOf("a")]))).toBe(code);
    expect(refusalOf(() => readDefinitionKeys(text))).toBe(code);
  });

  it("is whatever JSON.parse refuses or takes for no object, and nothing else", () => {
    const seen = { accepted: 0, refused: 0 };
    const spots = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'{}[]",:\\ \n\t/0-1.eEtn\u0001\u00a0')), {
      maxLength: 2,
    });
    fc.assert(
      fc.property(anyDefinition, spots, ({ text }, changes) => {
        let damaged = text;
        for (const [place, character] of changes) {
          const at = place % (damaged.length + 1);
          damaged = damaged.slice(0, at) + character + damaged.slice(at + (place & 1));
        }
        const isUsable = isObjectText(damaged);
        // Whether a name stands there twice is seen in the text alone.
        if (isUsable && (damaged.match(/"keys"\s*:/g) ?? []).length > 1) return;
        seen[isUsable ? "accepted" : "refused"]++;
        let wasUsed = true;
        try {
          writeDefinitionKeys(damaged, []);
        } catch (error) {
          if (!(error instanceof SottoError)) throw error;
          expect(error.code).toBe(code);
          wasUsed = false;
        }
        expect(wasUsed).toBe(isUsable);
      }),
      { ...RUNS, numRuns: 5000 },
    );
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(500);
  });

  it("has keys that are no list, when they are to be read", () => {
    for (const keys of ["null", "{}", '"x"', "1", "true"]) {
      expect(refusalOf(() => readDefinitionKeys(`{"keys": ${keys}}`))).toBe(code);
    }
    expect(readDefinitionKeys("{}")).toEqual([]);
  });

  it("has a wrong key, when they are to be read, and says which", () => {
    const good = encodeEpochKey(keyOf("a"));
    const text = JSON.stringify({ keys: [good, { ...good, from: "2026-11-17" }] });
    expect(refusalOf(() => readDefinitionKeys(text))).toBe("SOTTO_DEFINITION");
    expect(() => readDefinitionKeys(text)).toThrow(/^keys\[1\]\.from /);
  });
});

describe("the keys that a definition is to hold", () => {
  it("are the keyring's from this week on", () => {
    const keyring = [-2, -1, 0, 1, 2].map((week) => manifestKey(`week ${week}`, epoch(week)));
    const { keys, dropped } = definitionKeys([], keyring, MONDAY);
    expect(keys.map(({ from }) => (from - MONDAY) / 7)).toEqual([0, 1, 2]);
    expect(dropped).toEqual([]);
  });

  it("are without those that were replaced or retired, even where the definition holds them", () => {
    const keyring = [
      manifestKey("stolen", epoch(0), { replaced: MONDAY }),
      manifestKey("gone", epoch(1), { retired: MONDAY }),
      manifestKey("new", epoch(0)),
    ];
    const present = [keyOf("stolen"), keyOf("gone", epoch(1))];
    const { keys, dropped } = definitionKeys(present, keyring, MONDAY);
    expect(keys.map(({ publicKey }) => publicKey)).toEqual([publicKeyOf("new")]);
    // They are the keyring's own, so nobody has to be told.
    expect(dropped).toEqual([]);
  });

  it("have the keyring's dates where the definition has others", () => {
    const keyring = [manifestKey("a", epoch(0))];
    const { keys } = definitionKeys([keyOf("a", epoch(0, 10))], keyring, MONDAY);
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject(epoch(0));
  });

  it("keep those of others that somebody seals for, in weeks that the keyring does not cover", () => {
    const foreign = [keyOf("before", epoch(-10, 11)), keyOf("after", epoch(5, 10))];
    const { keys, dropped, foreign: kept } = definitionKeys(foreign, [manifestKey("own", epoch(1, 6))], MONDAY);
    expect(kept).toEqual(foreign);
    expect(keys.map(({ publicKey }) => publicKey)).toEqual([
      publicKeyOf("before"),
      publicKeyOf("own"),
      publicKeyOf("after"),
    ]);
    expect(dropped).toEqual([]);
  });

  it("drop those of others that nobody seals for any more, and say which", () => {
    const [past, hidden] = [keyOf("past", epoch(-5)), keyOf("hidden", epoch(0, 3))];
    const { keys, dropped } = definitionKeys([past, hidden], [manifestKey("own", epoch(0, 4))], MONDAY);
    expect(keys.map(({ publicKey }) => publicKey)).toEqual([publicKeyOf("own")]);
    expect(dropped).toEqual([past, hidden]);
  });

  it("put the keyring's before others that begin on the same day", () => {
    const { keys, dropped } = definitionKeys([keyOf("theirs", epoch(0, 3))], [manifestKey("own", epoch(0))], MONDAY);
    expect(dropped).toEqual([]);
    expect([0, 6, 7, 20].map((day) => keyOfDay(keys, MONDAY + day)?.publicKey)).toEqual(
      ["own", "own", "theirs", "theirs"].map(publicKeyOf),
    );
  });

  it("are the same when they were published already, and every one of others is kept or told", () => {
    const keyring = fc
      .array(fc.tuple(anyEpoch, fc.constantFrom({}, {}, { replaced: MONDAY }, { retired: MONDAY })), { maxLength: 6 })
      .map((entries) => entries.map(([span, marks], index) => manifestKey(`own ${index}`, span, marks)))
      .map((keys) => keys.toSorted((a, b) => a.from - b.from));
    const isForeign = ({ publicKey }: EpochKey) => theirs.has(hexOf(publicKey));
    const theirs = new Set([0, 1, 2, 3].map((index) => hexOf(publicKeyOf(`key ${index}`))));
    fc.assert(
      fc.property(anyKeys, keyring, fc.integer({ min: -5, max: 20 }), (present, own, week) => {
        const monday = MONDAY + 7 * week;
        const { keys, dropped, foreign } = definitionKeys(present, own, monday);
        expect(present.filter((key) => !foreign.includes(key))).toEqual(dropped);
        expect(present.filter((key) => keys.includes(key))).toEqual(foreign);
        expect(definitionKeys(keys, own, monday)).toEqual({ keys, dropped: [], foreign: keys.filter(isForeign) });
        const text = writeDefinitionKeys(null, keys);
        expect(writeDefinitionKeys(text, definitionKeys(readDefinitionKeys(text), own, monday).keys)).toBe(text);
      }),
      { ...RUNS, numRuns: 500 },
    );
  });
});

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
