import { SottoError } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatManifest, keyId, type Manifest, parseManifest, withKeys } from "../../../keys/keyring/manifest.ts";
import { keyText } from "../../wire/bech32.ts";
import { hexOf, sha256Of } from "../../wire/octets.ts";
import { anyEpoch, epoch, MONDAY, manifestKey, publicKeyOf } from "./epochkeys.ts";

const RUNS = { seed: 0x5077, numRuns: 1000 };
const recipient = keyText("age", publicKeyOf("identity"));

const anyDay = fc.nat({ max: 2_932_896 });
const anyMarks = fc.record({ replaced: anyDay, retired: anyDay }, { requiredKeys: [], noNullPrototype: true });
/** Keys with seeds that differ, in the order of their epochs. */
const anyManifest = fc
  .array(fc.tuple(anyEpoch, anyMarks), { maxLength: 8 })
  .map((entries) => entries.map(([span, marks], index) => manifestKey(`key ${index}`, span, marks)))
  .map((keys): Manifest => ({ recipient, keys: keys.toSorted((a, b) => a.from - b.from) }));

const EXAMPLE: Manifest = {
  recipient,
  keys: [
    manifestKey("a", epoch(-6), { retired: MONDAY }),
    manifestKey("b", epoch(0), { replaced: MONDAY + 1 }),
    manifestKey("c", epoch(0)),
  ],
};

/** The example as JSON, to be damaged. */
type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
const exampleJson = (): { [name: string]: Json } => JSON.parse(formatManifest(EXAMPLE));
const entryJson = (index = 0) => (exampleJson().keys as { [name: string]: Json }[])[index] ?? {};

function codeOf(text: string): string {
  try {
    parseManifest(text);
    return "accepted";
  } catch (error) {
    if (!(error instanceof SottoError)) throw error;
    expect(error.message).toMatch(/^[^\p{Cc}]+$/u);
    return error.code;
  }
}

describe("a key's id", () => {
  it("is the first eight digits of its SHA-256", () => {
    for (const seed of ["a", "b", "c"]) {
      expect(keyId(publicKeyOf(seed))).toBe(hexOf(sha256Of(publicKeyOf(seed))).slice(0, 8));
    }
  });
});

describe("a manifest", () => {
  it("is JSON, a line a key", () => {
    const [a, b] = EXAMPLE.keys;
    expect(formatManifest({ recipient, keys: [a, b].flatMap((key) => key ?? []) }).split("\n")).toEqual([
      "{",
      '  "version": 1,',
      `  "recipient": "${recipient}",`,
      '  "keys": [',
      `    {"id":"${a?.id}","key":"${keyText("sotto", publicKeyOf("a"))}","from":"2026-10-05","until":"2026-10-12","retired":"2026-11-16"},`,
      `    {"id":"${b?.id}","key":"${keyText("sotto", publicKeyOf("b"))}","from":"2026-11-16","until":"2026-11-23","replaced":"2026-11-17"}`,
      "  ]",
      "}",
      "",
    ]);
    expect(formatManifest({ recipient, keys: [] })).toBe(
      `{\n  "version": 1,\n  "recipient": "${recipient}",\n  "keys": []\n}\n`,
    );
  });

  it("is read as it was written", () => {
    fc.assert(
      fc.property(anyManifest, (manifest) => {
        expect(parseManifest(formatManifest(manifest))).toEqual(manifest);
      }),
      RUNS,
    );
  });

  it("is put in order when a person has mixed up its lines", () => {
    const json = exampleJson();
    json.keys = (json.keys as Json[]).toReversed();
    expect(parseManifest(JSON.stringify(json)).keys.map(({ from }) => from)).toEqual([MONDAY - 42, MONDAY, MONDAY]);
  });

  it.each([
    ["nothing", ""],
    ["no JSON", "keys"],
    ["JSON cut off", formatManifest(EXAMPLE).slice(0, -3)],
    ["something behind it", `${formatManifest(EXAMPLE)}{}`],
    ["a byte order mark", `\ufeff${formatManifest(EXAMPLE)}`],
    ["a list", "[]"],
    ["null", "null"],
    ["a string", '"version"'],
    ["depth", "[".repeat(100_000)],
    ["a deep object", `${'{"version":'.repeat(100_000)}1${"}".repeat(100_000)}`],
  ])("is refused with %s", (_, text) => {
    expect(codeOf(text)).toBe("SOTTO_KEYRING_MANIFEST");
  });

  it.each<[string, Json | undefined]>([
    ["no version", undefined],
    ["version 0", 0],
    ["a version that is no whole number", 0.5],
    ["a version that is a string", "1"],
    ["a version that is a list", [1]],
    ["version null", null],
  ])("is refused with %s", (_, version) => {
    expect(codeOf(JSON.stringify({ ...exampleJson(), version }))).toBe("SOTTO_KEYRING_MANIFEST");
  });

  it.each([2, 3, 1.5, 1e300])("of version %d is told apart: a newer sotto wrote it, in whatever way", (version) => {
    expect(codeOf(JSON.stringify({ ...exampleJson(), version }))).toBe("SOTTO_KEYRING_VERSION");
    expect(codeOf(JSON.stringify({ version, secrets: "elsewhere" }))).toBe("SOTTO_KEYRING_VERSION");
  });

  it.each<[string, Json | undefined]>([
    ["none", undefined],
    ["null", null],
    ["an empty one", ""],
    ["a list", [recipient]],
    ["upper case", recipient.toUpperCase()],
    ["a typing mistake", `${recipient.slice(0, -1)}${recipient.endsWith("q") ? "p" : "q"}`],
    ["an end cut off", recipient.slice(0, -1)],
    ["a blank behind it", `${recipient} `],
    ["a public key of sotto", keyText("sotto", publicKeyOf("identity"))],
    ["31 octets", keyText("age", publicKeyOf("identity").subarray(1))],
  ])("is refused with a recipient that nothing can be encrypted to: %s", (_, wrong) => {
    expect(codeOf(JSON.stringify({ ...exampleJson(), recipient: wrong }))).toBe("SOTTO_KEYRING_MANIFEST");
  });

  it.each<[string, Json | undefined]>([
    ["none", undefined],
    ["null", null],
    ["an object", {}],
    ["a list of null", [null]],
    ["a list of lists", [[]]],
    ["a list of strings", [keyText("sotto", publicKeyOf("a"))]],
    ["a key twice", [entryJson(), entryJson()]],
    ["a key twice, in other epochs", [entryJson(), { ...entryJson(), from: "2026-10-12", until: "2026-10-19" }]],
  ])("is refused with keys that are none: %s", (_, keys) => {
    expect(codeOf(JSON.stringify({ ...exampleJson(), keys }))).toBe("SOTTO_KEYRING_MANIFEST");
  });

  it.each<[string, { [name: string]: Json | undefined }]>([
    ["no id", { id: undefined }],
    ["another key's id", { id: keyId(publicKeyOf("b")) }],
    ["an id of seven digits", { id: keyId(publicKeyOf("a")).slice(1) }],
    ["an id that is too long", { id: hexOf(sha256Of(publicKeyOf("a"))) }],
    ["another key", { key: keyText("sotto", publicKeyOf("b")) }],
    ["a mistyped key", { key: keyText("sotto", publicKeyOf("a")).slice(0, -1) }],
    ["no key", { key: undefined }],
    ["no from", { from: undefined }],
    ["a from on a Tuesday", { from: "2026-10-06" }],
    ["no until, which only a definition may leave out", { until: undefined }],
    ["an until before from", { until: "2026-09-28" }],
    ["a day of replacing that is none", { replaced: "2026-02-30" }],
    ["a day of replacing that is null", { replaced: null }],
    ["a day of retiring that is a number", { retired: MONDAY }],
    ["a day of retiring that is true", { retired: true }],
    ["another member", { secret: "x" }],
  ])("is refused with a key that has %s", (_, damage) => {
    const keys = [{ ...entryJson(), ...damage }];
    expect(codeOf(JSON.stringify({ ...exampleJson(), keys }))).toBe("SOTTO_KEYRING_MANIFEST");
  });

  it("is refused with an unknown member, which the message names in one line", () => {
    for (const name of ["note", "a\nb", "\u001b[2J", "__proto__"]) {
      const text = formatManifest(EXAMPLE).replace("{", `{ ${JSON.stringify(name)}: {},`);
      expect(codeOf(text)).toBe("SOTTO_KEYRING_MANIFEST");
    }
  });

  it("is read, or refused with its own errors, whatever JSON it is", () => {
    const replacement = fc.oneof(fc.jsonValue(), fc.constantFrom<Json>(1, 2, recipient, "2026-11-16", []));
    const anyName = fc.oneof(
      fc.constantFrom("version", "recipient", "keys", "id", "key", "from", "until", "replaced", "retired", "__proto__"),
      fc.string(),
    );
    const change = fc.record({ entry: fc.option(fc.nat({ max: 2 })), name: anyName, value: fc.option(replacement) });
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(change, { maxLength: 2 }), (changes) => {
        const json = exampleJson();
        for (const { entry, name, value } of changes) {
          const keys = json.keys;
          const target = entry !== null && Array.isArray(keys) ? keys[entry] : json;
          if (typeof target !== "object" || target === null) continue;
          const member = { value: value as Json, configurable: true, enumerable: true, writable: true };
          if (value === null) Reflect.deleteProperty(target, name);
          else Object.defineProperty(target, name, member);
        }
        const code = codeOf(JSON.stringify(json));
        seen.set(code, (seen.get(code) ?? 0) + 1);
      }),
      { ...RUNS, numRuns: 5000 },
    );
    expect([...seen.keys()].sort()).toEqual(["SOTTO_KEYRING_MANIFEST", "SOTTO_KEYRING_VERSION", "accepted"]);
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(codeOf(text)).toBe("SOTTO_KEYRING_MANIFEST");
      }),
      RUNS,
    );
  });

  it("is read, or refused with its own errors, wherever a character is another", () => {
    const text = formatManifest(EXAMPLE);
    const codes = new Set<string>();
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), fc.string({ maxLength: 2 }), (at, other) => {
        codes.add(codeOf(text.slice(0, at) + other + text.slice(at + 1)));
      }),
      { ...RUNS, numRuns: 3000 },
    );
    expect(codes).toContain("SOTTO_KEYRING_MANIFEST");
  });
});

describe("a manifest with other keys", () => {
  const keys = ["a", "b", "c"].map((seed, index) => manifestKey(seed, epoch(2 * index)));
  const [a, b, c] = keys as [(typeof keys)[0], (typeof keys)[0], (typeof keys)[0]];

  it("has them where their epochs belong, and the later made behind", () => {
    const [between, same] = [manifestKey("d", epoch(1)), manifestKey("e", epoch(2))];
    expect(withKeys({ recipient, keys }, [same, between])).toEqual({ recipient, keys: [a, between, b, same, c] });
  });

  it("has a changed key in its old place", () => {
    const first = manifestKey("d", epoch(2));
    const changed = { ...b, replaced: MONDAY };
    expect(withKeys({ recipient, keys: [a, b, first, c] }, [changed]).keys).toEqual([a, changed, first, c]);
  });

  it("is a new one: the old one stays as it was", () => {
    const manifest = { recipient, keys };
    const before = structuredClone(manifest);
    withKeys(manifest, [{ ...a, retired: MONDAY }, manifestKey("z", epoch(-9))]);
    expect(manifest).toEqual(before);
  });

  it("loses none and names none twice", () => {
    fc.assert(
      fc.property(
        anyManifest,
        fc.array(fc.tuple(fc.nat({ max: 12 }), anyMarks), { maxLength: 5 }),
        (manifest, changes) => {
          const changed = new Map(
            changes.map(([index, marks]) => [index, manifestKey(`key ${index}`, epoch(index), marks)]),
          );
          const together = withKeys(manifest, [...changed.values()]);
          const wanted = new Map([...manifest.keys, ...changed.values()].map((key) => [key.id, key]));
          expect(new Map(together.keys.map((key) => [key.id, key]))).toEqual(wanted);
          expect(together.keys).toHaveLength(wanted.size);
          expect(parseManifest(formatManifest(together))).toEqual(together);
        },
      ),
      { ...RUNS, numRuns: 500 },
    );
  });
});
