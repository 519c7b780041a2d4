import { parseText } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { utf8 } from "./octets.ts";
import { refusalOf } from "./refusal.ts";
import { reportOf } from "./reports.ts";

const nested = (depth: number, open: string, close: string) =>
  `{"a":${open.repeat(depth - 1)}${close.repeat(depth - 1)}}`;

describe("the text of a report is allowed", () => {
  it.each([
    ["the empty object", "{}"],
    ["64 octets and more", reportOf(864)],
    ["JSON white space anywhere", ' \t\n\r{ "a"\t:\n1\r, "b" : [ ] } \n'],
    ["depth 8 in arrays", nested(8, "[", "]")],
    ["depth 8 in objects", `${'{"a":'.repeat(7)}{}${"}".repeat(7)}`],
    ["many siblings of depth 8", `{"a":[${Array(9).fill("[[[[[[]]]]]]").join()}]}`],
    ["the largest double", '{"a":1.7976931348623157e308,"b":-1.7976931348623157e308}'],
    ["a number that rounds down to the largest double", '{"a":1.79769313486231580e308}'],
    ["a number that vanishes to zero", '{"a":1e-400}'],
    ["integers beyond 2^53", '{"a":9007199254740993,"b":1e22}'],
    ["minus zero", '{"a":-0,"b":-0.0e-0}'],
    ["any escape of the RFC", '{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E9"}'],
    ["an escaped NUL", '{"\\u0000":"\\u0000"}'],
    ["an escaped surrogate pair", '{"a":"\\ud83d\\uDE00"}'],
    ["the same key in two objects", '{"a":{"a":1},"b":{"a":1}}'],
    ["the same key in two objects of one array", '{"l":[{"a":1},{"a":2}]}'],
    ["a key that is another one's value", '{"a":"b","b":"a"}'],
    ["keys that differ in normalisation", '{"\u00e9":1,"e\u0301":2}'],
    ["keys that differ in case", '{"a":1,"A":2}'],
    ["keys named like an object's own", '{"__proto__":1,"constructor":2,"toString":3,"hasOwnProperty":4}'],
    ["structure inside a string", '{"a":"{\\"a\\":1,\\"a\\":[[[[[[[[[[","b":"1e999"}'],
    ["a backslash that ends a string", '{"a":"\\\\","b":"\\\\\\""}'],
    ["non-characters and U+FEFF in a string", '{"a":"\uffff\ufeff\u2028"}'],
    ["DEL in a string", '{"a":"\u007f"}'],
  ])("%s", (_, text) => {
    expect(parseText(utf8(text))).toEqual(JSON.parse(text));
  });

  it("as __proto__ without becoming a prototype", () => {
    const report = parseText(utf8('{"__proto__":{"x":1}}'));
    expect(Object.keys(report)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(report)).toBe(Object.prototype);
  });
});

describe("the text of a report is malformed", () => {
  const tenTo309 = `1${"0".repeat(309)}`;

  it.each([
    ["SOTTO_TEXT_LENGTH", "no octets", ""],
    ["SOTTO_TEXT_LENGTH", "one octet", "1"],
    ["SOTTO_TEXT_LENGTH", "865 octets", reportOf(865)],
    ["SOTTO_TEXT_JSON", "a BOM before it", '\ufeff{"a":1}'],
    ["SOTTO_TEXT_JSON", "a BOM after it", '{"a":1}\ufeff'],
    ["SOTTO_TEXT_NOT_OBJECT", "an array", "[]"],
    ["SOTTO_TEXT_NOT_OBJECT", "a string", '"a"'],
    ["SOTTO_TEXT_NOT_OBJECT", "a number", "12"],
    ["SOTTO_TEXT_NOT_OBJECT", "null", "null"],
    ["SOTTO_TEXT_NOT_OBJECT", "true", "true"],
    ["SOTTO_TEXT_JSON", "NaN", '{"a":NaN}'],
    ["SOTTO_TEXT_JSON", "Infinity", '{"a":Infinity}'],
    ["SOTTO_TEXT_JSON", "-Infinity", '{"a":-Infinity}'],
    ["SOTTO_TEXT_NUMBER", "1e400", '{"a":1e400}'],
    ["SOTTO_TEXT_NUMBER", "-1e400", '{"a":[-1e400]}'],
    ["SOTTO_TEXT_NUMBER", "1E+309", '{"a":1E+309}'],
    ["SOTTO_TEXT_NUMBER", "the least number that rounds to infinity", '{"a":1.797693134862315808e308}'],
    ["SOTTO_TEXT_NUMBER", "310 digits", `{"a":${tenTo309}}`],
    ["SOTTO_TEXT_DUPLICATE_KEY", "the same key twice", '{"a":1,"a":1}'],
    ["SOTTO_TEXT_DUPLICATE_KEY", "the same key, once escaped", '{"a":1,"\\u0061":2}'],
    ["SOTTO_TEXT_DUPLICATE_KEY", "the same key, escaped in two ways", '{"\\/":1,"\\u002F":2}'],
    ["SOTTO_TEXT_DUPLICATE_KEY", "__proto__ twice", '{"__proto__":1,"__proto__":2}'],
    ["SOTTO_TEXT_DUPLICATE_KEY", "the empty key twice", '{"":1,"":2}'],
    ["SOTTO_TEXT_DUPLICATE_KEY", "a nested duplicate", '{"a":[{"b":{"c":1,"d":[],"c":1}}]}'],
    ["SOTTO_TEXT_DUPLICATE_KEY", "a duplicate after a nested object", '{"a":{"b":{}},"a":1}'],
    ["SOTTO_TEXT_DUPLICATE_KEY", "an emoji as it is and escaped", '{"😀":1,"\\ud83d\\ude00":2}'],
    ["SOTTO_TEXT_SURROGATE", "a lone high surrogate", '{"a":"\\ud800"}'],
    ["SOTTO_TEXT_SURROGATE", "a lone low surrogate", '{"a":"\\udc00"}'],
    ["SOTTO_TEXT_SURROGATE", "surrogates the wrong way round", '{"a":"\\ude00\\ud83d"}'],
    ["SOTTO_TEXT_SURROGATE", "a lone surrogate in a key", '{"\\udbff":1}'],
    ["SOTTO_TEXT_SURROGATE", "a surrogate pair over two strings", '{"a":["\\ud83d","\\ude00"]}'],
    ["SOTTO_TEXT_DEPTH", "depth 9 in arrays", nested(9, "[", "]")],
    ["SOTTO_TEXT_DEPTH", "depth 9 in objects", `${'{"a":'.repeat(8)}{}${"}".repeat(8)}`],
    ["SOTTO_TEXT_DEPTH", "depth 400", nested(400, "[", "]")],
    ["SOTTO_TEXT_JSON", "a NUL and nothing else after it", '{"a":1}\0'],
    ["SOTTO_TEXT_JSON", "a NUL and then something", '{"a":1}\0{}'],
    ["SOTTO_TEXT_JSON", "a raw NUL in a string", '{"a":"\0"}'],
    ["SOTTO_TEXT_JSON", "a raw control character in a string", '{"a":"\u001f"}'],
    ["SOTTO_TEXT_JSON", "white space that JSON does not know", "\u00a0{}"],
    ["SOTTO_TEXT_JSON", "a form feed", "{}\f"],
    ["SOTTO_TEXT_JSON", "a vertical tab", "{\v}"],
    ["SOTTO_TEXT_JSON", "a line separator", '{"a":\u20281}'],
    ["SOTTO_TEXT_JSON", "a leading zero", '{"a":01}'],
    ["SOTTO_TEXT_JSON", "a plus sign", '{"a":+1}'],
    ["SOTTO_TEXT_JSON", "no integer part", '{"a":.5}'],
    ["SOTTO_TEXT_JSON", "no fraction", '{"a":1.}'],
    ["SOTTO_TEXT_JSON", "hexadecimal", '{"a":0x1}'],
    ["SOTTO_TEXT_JSON", "a trailing comma", '{"a":1,}'],
    ["SOTTO_TEXT_JSON", "a comment", '{"a":1}//'],
    ["SOTTO_TEXT_JSON", "single quotes", "{'a':1}"],
    ["SOTTO_TEXT_JSON", "two objects", "{}{}"],
    ["SOTTO_TEXT_JSON", "an unknown escape", '{"a":"\\x41"}'],
    ["SOTTO_TEXT_JSON", "a short escape", '{"a":"\\u12"}'],
  ])("%s: %s", (code, _, text) => {
    expect(refusalOf(() => parseText(utf8(text)))).toBe(code);
  });

  it.each([
    ["an overlong NUL", [0xc0, 0x80]],
    ["an overlong slash", [0xe0, 0x80, 0xaf]],
    ["a raw surrogate (CESU-8)", [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
    ["a character beyond U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
    ["a cut sequence", [0xe2, 0x82]],
    ["a lone continuation octet", [0x80]],
    ["0xFF", [0xff]],
    ["Latin-1", [0xe9]],
  ])("SOTTO_TEXT_UTF8: %s", (_, octets) => {
    const text = Uint8Array.of(...utf8('{"a":"'), ...octets, ...utf8('"}'));
    expect(refusalOf(() => parseText(text))).toBe("SOTTO_TEXT_UTF8");
  });
});
