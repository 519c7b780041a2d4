import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonOfEntry, readEntry } from "../../../client/spool/entry.ts";
import type { Json } from "../../../client/state/file.ts";
import { RUNS } from "../../wire/property.ts";
import { entryOf, NOON } from "./frames.ts";

const entry = entryOf(1);
const json = jsonOfEntry(entry);
const read = (changes: Record<string, Json>) => readEntry({ ...json, ...changes }, entry.project, entry.hash);

describe("a waiting frame", () => {
  it("is read as it was written, tried or not", () => {
    for (const one of [entry, entryOf(2, { attempts: 6, last: NOON, wait: 10, refused: true, part: 15, parts: 16 })]) {
      expect(readEntry(JSON.parse(JSON.stringify(jsonOfEntry(one))), one.project, one.hash)).toEqual({
        type: "read",
        entry: one,
      });
    }
  });

  it("holds these members and no others", () => {
    const members = ["attempts", "day", "frame", "last", "message", "part", "parts", "refused", "report", "version"];
    expect(Object.keys(json).toSorted()).toEqual([...members, "wait", "zone"]);
  });

  it("may hold members that are not known", () => expect(read({ later: [1] }).type).toBe("read"));

  const cases: [string, Record<string, Json>][] = [
    ["no frame", { frame: null }],
    ["a frame in capitals", { frame: `${json.frame}`.toUpperCase() }],
    ["a short frame", { frame: `${json.frame}`.slice(2) }],
    ["a frame of another version", { frame: `f${`${json.frame}`.slice(1)}` }],
    ["another box", { frame: `${`${json.frame}`.slice(0, -2)}${`${json.frame}`.endsWith("00") ? "01" : "00"}` }],
    ["a day of another week", { day: entry.day + 7 }],
    ["a day before any client", { day: 0 }],
    ["half a day", { day: entry.day + 0.5 }],
    ["a report that is no name", { report: "../x" }],
    ["a message in capitals", { message: "00000000000000AA" }],
    ["a part that is none", { part: 1 }],
    ["too many parts", { parts: 17 }],
    ["no zone", { zone: "R.example.net." }],
    ["a seventh attempt", { attempts: 7, last: NOON }],
    ["an attempt without time", { attempts: 1 }],
    ["a time without attempt", { last: NOON }],
    ["a refusal without attempt", { refused: true }],
    ["a negative wait", { attempts: 1, last: NOON, wait: -1 }],
    ["a wait of months", { attempts: 1, last: NOON, wait: 15_121 }],
    ["refused as a number", { refused: 0 }],
  ];
  it.each(cases)("with %s is damaged", (_, changes) => expect(read(changes).type).toBe("damaged"));

  it("under another name or in a folder that is no project's is damaged", () => {
    expect(readEntry(json, entry.project, "0".repeat(64)).type).toBe("damaged");
    expect(readEntry(json, "..", entry.hash).type).toBe("damaged");
  });

  it("never throws, whatever a member is", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(json)), fc.jsonValue(), (member, value) => {
        expect(["read", "damaged"]).toContain(read({ [member]: value as Json }).type);
      }),
      RUNS,
    );
  });
});
