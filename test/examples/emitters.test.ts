import { readFileSync } from "node:fs";
import { parseCollection } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { fieldHashes } from "../../client/consent/fieldhash.ts";

const read = (name: string) => readFileSync(new URL(`../../examples/emitters/${name}`, import.meta.url), "utf8");
const declared = JSON.parse(read("sotto.json"));
const definition = parseCollection(declared);
const sources = ["report.c", "report.go", "report.php"].map((name) => ({ name, source: read(name) }));

describe("the emitters", () => {
  it.each([...sources, { name: "report.sh", source: read("report.sh") }])(
    "$name: a page of code, under 150 lines",
    ({ source }) => {
      expect(source.trimEnd().split("\n").length).toBeLessThan(150);
    },
  );

  it.each(sources)("$name names the fields of its definition, and what the user was told of each", ({ source }) => {
    for (const [name, hash] of Object.entries(fieldHashes(definition))) {
      const key = definition.reports
        .flatMap(({ fields }) => fields)
        .find((field) => name.endsWith(`.${field.name}`))?.key;
      const words = source
        .split("\n")
        .find((line) => line.includes(hash))
        ?.match(/[\w.]+/g);
      expect(words).toEqual([key, name, hash]);
    }
  });

  it.each(sources)("$name has the definition's zone, acknowledgment and bits, and no key yet", ({ source }) => {
    const [{ zone, ack, bits }] = declared.zones;
    const wanted = [zone, ack[0], String(bits), declared.project];
    const constants = source.match(/^(?:#define|const|\t\w+ +=) ?.*$/gm)?.join("\n") ?? "";
    const constant = (name: string) => constants.match(new RegExp(`\\b${name}\\b *=? *["']?([\\w.-]*)`, "i"))?.[1];
    expect(["zone", "ack", "bits", "project"].map(constant)).toEqual(wanted);
    expect(constants).toMatch(/public_?key\b *=? *(""|'')/i);
    expect(declared.keys).toEqual([]);
  });
});
