import { readFileSync } from "node:fs";
import { DefinitionError, parseDefinition } from "@sotto/wire";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ROOT } from "../repository/sources.ts";
import { BAD, changed, GOOD } from "./definition-rules.ts";
import { definitions, keyText, pathsIn, rawField, valueAt, withValue } from "./definitions.ts";
import { RUNS } from "./property.ts";

const read = (file: string) => readFileSync(`${ROOT}/${file}`, "utf8");
const schema = JSON.parse(read("wire/definition.schema.json"));

/** The verdict of ajv, which shares no code with us. */
const allows = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }).compile(schema);

/** What the parser holds to and JSON Schema has no words for. */
const BEYOND_SCHEMA = [
  "is listed already",
  "is another field's key already",
  "has the name of another report's counter",
  "is a Monday",
  "this is not a public key",
  "the public key is",
  "is greater than the bound before it",
  "is the name of a field of this report",
  "holds half of a surrogate pair",
];

function problemsOf(text: string): string[] {
  try {
    parseDefinition(text);
    return [];
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    return error.problems.map(({ message }) => message);
  }
}

/** Whether the parser reads a value, and whether the schema allows it or the parser's reasons are beyond it. */
function verdicts(value: unknown) {
  const text = JSON.stringify(value);
  const problems = problemsOf(text);
  const isBeyond = problems.every((message) => BEYOND_SCHEMA.some((rule) => message.startsWith(rule)));
  return { parser: problems.length === 0, schema: allows(JSON.parse(text)), isBeyond };
}

/** For {@link strays}: what stands elsewhere in the definition. */
const SWAP = Symbol("swap");

/** What is right in some place and wrong in the most telling ways in others. */
const strays = fc.oneof(
  fc.constant(SWAP),
  fc.constantFrom(undefined, null, true, [], {}, 0, 1, 2, -1, 0.5, 16, 22, 64, 1e6, 1e300),
  fc.constantFrom("", "a", "w", "other", "x y", "Ab", "-", "a.b", "1.2.3.4", "https://a.b/?c#d", "a@b.c", "\u0007"),
  fc.constantFrom("2026-11-23", "2026-11-30", "2026-1-1", keyText(3), keyText(4).toUpperCase(), "week", "notice"),
  fc.constantFrom(..."boolean choice version bucket counter age runner platform session".split(" ")),
  fc.constantFrom(["a"], ["a", "b"], [1], [2, 1], [{ zone: "a" }], ["1.2.3.4"], rawField("a", "age")),
  fc.string({ maxLength: 40 }),
  fc.double(),
);

describe("the published JSON Schema", () => {
  it("needs no address of its own", () => {
    expect(schema.$id).toBeUndefined();
    expect(read("wire/definition.schema.json")).not.toMatch(/"\$ref": "[^#]/);
  });

  it("describes every member", () => {
    const members = pathsIn(schema).filter((path) => path.at(-2) === "properties" && !path.includes("allOf"));
    const mute = members.filter((path) => {
      const member = valueAt(schema, path) as { description?: string };
      return !(member.description !== undefined && member.description.length > 10);
    });
    expect(mute).toEqual([]);
    expect(members.length).toBeGreaterThan(30);
  });

  it.each(GOOD)("allows $why", (change) => {
    expect(allows(changed(change))).toBe(true);
  });

  it.each(BAD.filter(({ beyondSchema }) => !beyondSchema))("refuses $why", (change) => {
    expect(allows(changed(change))).toBe(false);
  });

  it.each(BAD.filter(({ beyondSchema }) => beyondSchema))("cannot refuse $why", (change) => {
    expect(allows(changed(change))).toBe(true);
  });

  it("allows what the parser reads", () => {
    fc.assert(
      fc.property(definitions, (raw) => {
        expect(verdicts(raw)).toEqual({ parser: true, schema: true, isBeyond: true });
      }),
      { ...RUNS, numRuns: 500 },
    );
  });

  it("refuses what the parser refuses, but for what a schema cannot say", () => {
    const seen = { allowed: 0, refused: 0, beyond: 0 };
    const change = fc.tuple(fc.nat(), strays, fc.nat());
    fc.assert(
      fc.property(definitions, fc.array(change, { minLength: 1, maxLength: 2 }), (raw, changes) => {
        const wrong = changes.reduce<unknown>((value, [pick, stray, other]) => {
          const paths = pathsIn(value);
          const at = (place: number) => paths[place % paths.length] ?? [];
          return withValue(value, at(pick), stray === SWAP ? valueAt(value, at(other)) : stray);
        }, raw);
        const { parser, schema: allowed, isBeyond } = verdicts(wrong ?? null);
        seen[parser ? "allowed" : allowed ? "beyond" : "refused"]++;
        expect(allowed).toBe(parser || (allowed && isBeyond));
      }),
      { ...RUNS, numRuns: 5000 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(25);
  });
});

describe("docs/definition.md", () => {
  const guide = read("docs/definition.md");
  const examples = [...guide.matchAll(/```json\n([\s\S]*?)```/g)].map(([, example = ""]) => example);

  it("has examples that parser and schema allow", () => {
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      expect(problemsOf(example)).toEqual([]);
      expect(allows(JSON.parse(example))).toBe(true);
    }
  });

  it("has an example of every kind of field, and a table about it", () => {
    const kinds = schema.$defs.field.properties.kind.enum as string[];
    const shown = examples.flatMap((example) => parseDefinition(example).reports).flatMap(({ fields }) => fields);
    expect([...new Set(shown.map(({ kind }) => kind))].toSorted()).toEqual(kinds.toSorted());
    for (const kind of kinds) expect(guide).toMatch(new RegExp(`^\\| ${"`"}${kind}${"`"} +\\|`, "m"));
  });

  it("explains every member that the schema has", () => {
    const members = pathsIn(schema)
      .filter((path) => path.at(-2) === "properties" && !path.includes("allOf"))
      .map((path) => String(path.at(-1)));
    const silent = members.filter((name) => !guide.includes(`\`${name}\``));
    expect(silent).toEqual([]);
  });
});
