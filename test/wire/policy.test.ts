import { encodePolicy, parsePolicy, policyName, stopHash } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hexOf, sha256Of, utf8 } from "./octets.ts";
import { RUNS } from "./property.ts";
import { refusalOf } from "./refusal.ts";

const parse = (...strings: string[]) => parsePolicy([strings]);
const nothing = { ack: [], stop: [] };

describe("a policy record", () => {
  it("holds all that the protocol's example holds", () => {
    const text =
      "v=sotto1; ack=198.18.0.7; bits=18; retention=168h; contact=a@b.example; url=https://b.example; stop=0123abcd,ffffffff";
    const policy = {
      ack: ["198.18.0.7"],
      bits: 18,
      retentionHours: 168,
      contact: "a@b.example",
      url: "https://b.example",
      stop: ["0123abcd", "ffffffff"],
    };
    expect(parse(text)).toEqual(policy);
    expect(encodePolicy(policy)).toBe(text);
  });

  it.each([
    ["the version alone", "v=sotto1", nothing],
    ["no blanks", "v=sotto1;bits=3;ack=1.2.3.4", { ...nothing, bits: 3, ack: ["1.2.3.4"] }],
    ["many blanks", " v=sotto1 ;   bits=3  ;\tack=1.2.3.4\t", { ...nothing, bits: 3, ack: ["1.2.3.4"] }],
    ["another order", "v=sotto1; stop=00000000; bits=0", { ...nothing, bits: 0, stop: ["00000000"] }],
    ["several ack addresses", "v=sotto1; ack=1.2.3.4,5.6.7.8", { ...nothing, ack: ["1.2.3.4", "5.6.7.8"] }],
    ["unknown keys", "v=sotto1; later=x; bits=4; ACK=5; z=", { ...nothing, bits: 4 }],
    ["an equals sign in a value", "v=sotto1; url=https://x/?a=b=c", { ...nothing, url: "https://x/?a=b=c" }],
    ["bits at most 22", "v=sotto1; bits=22", { ...nothing, bits: 22 }],
    ["an hour", "v=sotto1; retention=1h", { ...nothing, retentionHours: 1 }],
  ])("is read with %s", (_, text, policy) => {
    expect(parse(text)).toEqual(policy);
  });

  it.each([
    ["bits above 22", "v=sotto1; bits=23"],
    ["bits of three digits", "v=sotto1; bits=018"],
    ["bits with a leading zero", "v=sotto1; bits=08"],
    ["negative bits", "v=sotto1; bits=-1"],
    ["bits with a plus", "v=sotto1; bits=+1"],
    ["bits in hexadecimal", "v=sotto1; bits=0x1"],
    ["no bits", "v=sotto1; bits="],
    ["bits with a fraction", "v=sotto1; bits=1.0"],
    ["bits in Arabic digits", "v=sotto1; bits=\u0661"],
    ["retention without h", "v=sotto1; retention=168"],
    ["retention in days", "v=sotto1; retention=7d"],
    ["retention with H", "v=sotto1; retention=168H"],
    ["retention h alone", "v=sotto1; retention=h"],
    ["an empty ack list", "v=sotto1; ack="],
    ["an empty ack item", "v=sotto1; ack=1.2.3.4,"],
    ["a blank in the ack list", "v=sotto1; ack=1.2.3.4, 1.2.3.5"],
    ["an IPv6 ack", "v=sotto1; ack=::1"],
    ["an ack of three numbers", "v=sotto1; ack=1.2.3"],
    ["an ack above 255", "v=sotto1; ack=1.2.3.256"],
    ["an ack with a leading zero", "v=sotto1; ack=1.2.3.04"],
    ["an ack with a port", "v=sotto1; ack=1.2.3.4:53"],
    ["an empty stop list", "v=sotto1; stop="],
    ["a stop of 7 digits", "v=sotto1; stop=0123abc"],
    ["a stop of 9 digits", "v=sotto1; stop=0123abcde"],
    ["a stop in upper case", "v=sotto1; stop=0123ABCD"],
    ["an empty stop item", "v=sotto1; stop=0123abcd,,0123abcd"],
    ["a duplicate key", "v=sotto1; bits=1; bits=1"],
    ["a duplicate unknown key", "v=sotto1; x=1; x=2"],
    ["the version twice", "v=sotto1; v=sotto1"],
    ["a field without an equals sign", "v=sotto1; bits"],
    ["a field without a key", "v=sotto1; =1"],
    ["an empty field", "v=sotto1;; bits=1"],
  ])("is void with %s", (_, text) => {
    expect(parse(text)).toBeNull();
  });

  it.each([
    ["nothing", ""],
    ["another version", "v=sotto2; bits=1"],
    ["a longer version", "v=sotto10"],
    ["the version second", "bits=1; v=sotto1"],
    ["the version in upper case", "V=SOTTO1"],
    ["SPF", "v=spf1 -all"],
  ])("is not one with %s", (_, text) => {
    expect(parse(text)).toBeNull();
  });

  it("is put together from the strings of its TXT record, wherever they were cut", () => {
    const text = "v=sotto1; ack=198.18.0.7; bits=18";
    for (let at = 0; at <= text.length; at++) {
      expect(parse(text.slice(0, at), text.slice(at))).toEqual({ ...nothing, ack: ["198.18.0.7"], bits: 18 });
    }
  });

  it("is found among other TXT records, when there is exactly one", () => {
    const ours = ["v=sotto1; bits=5"];
    expect(parsePolicy([["v=spf1 -all"], ours, ["x"], [], [""]])).toEqual({ ...nothing, bits: 5 });
    expect(parsePolicy([])).toBeNull();
    expect(parsePolicy([["v=spf1 -all"]])).toBeNull();
    expect(parsePolicy([ours, ours])).toBeNull();
    expect(parsePolicy([ours, ["v=sotto1; bits=99"]])).toBeNull();
  });

  it("lies at _policy below the zone", () => {
    expect(policyName("r.example.net")).toBe("_policy.r.example.net.");
  });

  it("names a project by SHA-256 of sotto-stop: and its name in UTF-8", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (project) => {
        expect(stopHash(project)).toBe(hexOf(sha256Of(utf8(`sotto-stop:${project}`))).slice(0, 8));
      }),
      RUNS,
    );
    // printf 'sotto-stop:left-pad' | sha256sum
    expect(stopHash("left-pad")).toBe("31f73f2b");
  });
});

describe("a written policy record", () => {
  const item = { ack: fc.ipV4(), stop: fc.stringMatching(/^[0-9a-f]{8}$/) };
  const line = fc.string({ minLength: 1, maxLength: 12 });
  const policy = fc.record(
    {
      ack: fc.array(item.ack, { maxLength: 3 }),
      stop: fc.array(item.stop, { maxLength: 3 }),
      bits: fc.integer({ min: -1, max: 24 }),
      retentionHours: fc.integer({ min: -1, max: 1_000_001 }),
      contact: line,
      url: line,
    },
    { requiredKeys: ["ack", "stop"], noNullPrototype: true },
  );

  it("is read as what was written, or is not written", () => {
    const seen = { written: 0, refused: 0 };
    fc.assert(
      fc.property(policy, (wanted) => {
        let text: string;
        try {
          text = encodePolicy(wanted);
        } catch {
          seen.refused++;
          return;
        }
        seen.written++;
        expect(parse(text)).toEqual(wanted);
      }),
      RUNS,
    );
    expect(Math.min(seen.written, seen.refused)).toBeGreaterThan(500);
  });

  it.each([
    ["bits above 22", { ...nothing, bits: 23 }],
    ["bits that are no number", { ...nothing, bits: Number.NaN }],
    ["a fraction of an hour", { ...nothing, retentionHours: 1.5 }],
    ["an IPv6 ack", { ...nothing, ack: ["::1"] }],
    ["a stop that is no hash", { ...nothing, stop: ["left-pad"] }],
    ["a semicolon in the contact", { ...nothing, contact: "a; b" }],
    ["a field smuggled in by the contact", { ...nothing, contact: "a; bits=0" }],
    ["a blank at the end of the contact", { ...nothing, contact: "a " }],
    ["two addresses in one", { ...nothing, ack: ["1.2.3.4,1.2.3.5"] }],
  ])("is refused with %s", (_, wrong) => {
    expect(refusalOf(() => encodePolicy(wrong))).toBe("SOTTO_POLICY");
  });
});
