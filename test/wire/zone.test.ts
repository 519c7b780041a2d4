import { MAX_ZONE_CHARACTERS, parseZone } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyLetterCase, RUNS } from "./property.ts";
import { refusalOf } from "./refusal.ts";

const label63 = "x".repeat(63);

describe("a zone's name", () => {
  it.each([
    ["r.example.net", "r.example.net"],
    ["R.EXAMPLE.NET", "r.example.net"],
    ["r.example.net.", "r.example.net"],
    ["localhost", "localhost"],
    ["r-1.xn--bcher-kva.example", "r-1.xn--bcher-kva.example"],
    ["0.1.2", "0.1.2"],
    ["a".repeat(61), "a".repeat(61)],
    [`${"a".repeat(61)}.`, "a".repeat(61)],
  ])("%s is %s", (text, zone) => {
    expect(parseZone(text)).toBe(zone);
  });

  it.each([
    ["nothing", ""],
    ["the root", "."],
    ["a leading dot", ".example.net"],
    ["an empty label", "r..net"],
    ["two trailing dots", "r.example.net.."],
    ["a leading hyphen", "-r.example.net"],
    ["a trailing hyphen", "r-.example.net"],
    ["62 characters", `${"a".repeat(50)}.example.net`],
    ["a label of 64", `${label63}x`],
    ["a space", "r. example.net"],
    ["a new line", "r.example.net\n"],
    ["a NUL", "r.example.net\0"],
    ["the Kelvin sign", "\u212a.example.net"],
    ["letters outside ASCII", "b\u00fccher.example"],
    ["a colon", "r.example.net:53"],
    ["a slash", "r/example.net"],
    ["an asterisk", "*.example.net"],
    ["a backslash", "r\\.example.net"],
  ])("is not one with %s", (_, text) => {
    expect(refusalOf(() => parseZone(text))).toBe("SOTTO_ZONE");
  });

  it("leaves room for a report: 61 + 1 + 191 = 253", () => {
    expect(MAX_ZONE_CHARACTERS).toBe(253 - 191 - 1);
  });

  it("has one form, which is read again as itself", () => {
    const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
    const zone = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join("."));
    const cased = zone.chain((plain) => fc.tuple(fc.constant(plain), anyLetterCase(plain)));
    fc.assert(
      fc.property(cased, fc.boolean(), ([plain, text], dot) => {
        expect(parseZone(dot ? `${text}.` : text)).toBe(plain);
      }),
      RUNS,
    );
  });
});
