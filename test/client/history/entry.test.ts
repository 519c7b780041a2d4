import { describe, expect, it } from "vitest";
import { encodeEntry, MAX_ENTRY_OCTETS, parseEntry } from "../../../client/history/entry.ts";
import type { JsonObject } from "../../../client/state/file.ts";
import { reportOf } from "../../wire/reports.ts";
import { sealMessage } from "./sealing.ts";

const { entry } = sealMessage();
const whole = encodeEntry(entry);
const [frame] = entry.frames.map(({ box }) => ({ box, secret: "ab".repeat(32) }));

describe("an entry's file", () => {
  it.each([8, 63, 64, 864])("comes back, and says no time but the day: %i octets of text", (length) => {
    const long = sealMessage({ text: reportOf(length) }).entry;
    const file = encodeEntry(long);
    expect(parseEntry(JSON.parse(JSON.stringify(file)))).toEqual({ type: "entry", entry: long });
    const names = ["version", "project", "report", "day", "zone", "publicKey", "text", "frames"];
    expect(Object.keys(file).filter((name) => name !== "messageId")).toEqual(names);
    expect(Buffer.byteLength(JSON.stringify(file, null, 2))).toBeLessThan(MAX_ENTRY_OCTETS / 2);
  });

  it("keeps one secret a frame, none like another", () => {
    const { frames } = sealMessage({ text: reportOf(864) }).entry;
    expect(new Set(frames.map(({ ephemeralSecret }) => Buffer.from(ephemeralSecret).toString("hex"))).size).toBe(16);
  });

  it("may have members that are not known", () => {
    expect(parseEntry({ ...whole, more: 1 })).toEqual({ type: "entry", entry });
  });

  it.each<[string, JsonObject]>([
    ["nothing", { version: 1 }],
    ["a project that is a path", { ...whole, project: "../x" }],
    ["no project", { ...whole, project: null }],
    ["a report's name in upper case", { ...whole, report: "Weekly" }],
    ["a day with a time", { ...whole, day: 20_778.5 }],
    ["a day before any client", { ...whole, day: 1 }],
    ["a zone that is not in its form", { ...whole, zone: "R.example.net." }],
    ["a key that is none", { ...whole, publicKey: "sotto1" }],
    ["a key in hexadecimal", { ...whole, publicKey: "ab".repeat(32) }],
    ["a text that is no object", { ...whole, text: "[]" }],
    ["a text with a lone surrogate", { ...whole, text: '{"a":"\ud800"}' }],
    ["a text that is an object", { ...whole, text: { a: 1 } }],
    ["a message's id with one frame", { ...whole, messageId: "ab".repeat(8) }],
    ["a message's id of null", { ...whole, messageId: null }],
    ["no frames", { ...whole, frames: [] }],
    ["two frames for one", { ...whole, frames: [frame ?? {}, frame ?? {}] }],
    ["a frame for two", { ...whole, text: reportOf(64), messageId: "ab".repeat(8) }],
    ["a secret in upper case", { ...whole, frames: [{ ...frame, secret: "AB".repeat(32) }] }],
    ["a secret too short", { ...whole, frames: [{ ...frame, secret: "ab".repeat(31) }] }],
    ["a box that is none", { ...whole, frames: [{ ...frame, box: "" }] }],
    ["frames that are none", { ...whole, frames: { length: 1 } }],
  ])("is damaged with %s, and the reason quotes nothing", (_, file) => {
    const reading = parseEntry(file);
    expect(reading.type).toBe("damaged");
    expect(JSON.stringify(reading)).not.toMatch(/[0-9a-f]{8}|\.\.\/x|example/);
  });
});
