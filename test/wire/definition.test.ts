// Over 300 lines: one parser, member by member of the definition.
import {
  DefinitionError,
  type DefinitionProblem,
  dateOfDay,
  encodePublicKey,
  generateKeyPair,
  isExpired,
  MAX_DEFINITION_OCTETS,
  parseDefinition,
} from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BAD, changed, GOOD } from "./definition-rules.ts";
import {
  completeDefinition,
  definitions,
  expectedOf,
  KEYS,
  type Path,
  pathsIn,
  type Raw,
  type RawDefinition,
  shown,
  valueAt,
  withValue,
} from "./definitions.ts";
import { utf8 } from "./octets.ts";
import { RUNS } from "./property.ts";

/** As {@link RUNS}, for what takes a definition each. */
const SOME_RUNS = { ...RUNS, numRuns: 500 };

const text = (value: unknown) => JSON.stringify(value);

/** What is wrong with a text; nothing when it is a definition. An error of another kind is passed on. */
function problemsOf(definition: string | Uint8Array): readonly DefinitionProblem[] {
  try {
    parseDefinition(definition);
    return [];
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    expect(error.code).toBe("SOTTO_DEFINITION");
    expect(error.problems.length).toBeGreaterThan(0);
    return error.problems;
  }
}

describe("a definition", () => {
  it("is read with everything that it holds", () => {
    const { reports, ...rest } = parseDefinition(text(completeDefinition()));
    expect(rest).toEqual({
      project: "left-pad",
      title: "Left Pad",
      about: "https://left-pad.example/telemetry",
      contact: "team@left-pad.example",
      consent: "notice",
      zones: [
        { zone: "r.example.net", ack: ["198.18.0.7", "198.18.0.8"], bits: 16 },
        { zone: "r.example.org", ack: ["198.18.0.7"] },
      ],
      keys: [
        { publicKey: KEYS[0]?.publicKey, from: 20_780, until: 20_794 },
        { publicKey: KEYS[1]?.publicKey, from: 20_787, until: 20_787 + 728 },
      ],
      ciSample: 0.25,
    });
    expect(reports.map(({ name, window, rotate }) => ({ name, window, rotate }))).toEqual([
      { name: "weekly", window: "week", rotate: ["command", "files"] },
      { name: "daily", window: "day", rotate: [] },
    ]);
    const common = { description: "What it tells.", reason: "What for.", owner: "Build team", expires: 21_184 };
    expect(reports.flatMap(({ fields }) => fields)).toEqual([
      { ...common, name: "tty", key: "t", kind: "boolean", epsilon: 2 },
      { ...common, name: "command", key: "c", kind: "choice", values: ["build", "test"], epsilon: 1.5 },
      { ...common, name: "version", key: "v", kind: "version", link: "https://left-pad.example/issues/1#why" },
      { ...common, name: "files", key: "f", kind: "bucket", bounds: [0, 10, 100.5], epsilon: 16 },
      { ...common, name: "age", key: "a", kind: "age" },
      { ...common, name: "runner", key: "r", kind: "runner" },
      { ...common, name: "platform", key: "p", kind: "platform", values: ["linux-x64", "darwin-arm64"] },
      { ...common, name: "session", key: "s", kind: "session" },
      { ...common, name: "runs", key: "r", kind: "counter", max: 1000 },
      { ...common, name: "errors", key: "e", kind: "counter", max: 50, values: ["E_IO", "E_NET"] },
    ]);
  });

  it("is filled in where it does not say", () => {
    const { $schema, title, about, contact, consent, ciSample, ...rest } = completeDefinition();
    const definition = parseDefinition(text({ ...rest, zones: [{ zone: "R.Example.net." }] }));
    expect(definition).toMatchObject({ consent: "ask", ciSample: 1 / 16, zones: [{ zone: "r.example.net", ack: [] }] });
    expect(Object.keys(definition).toSorted()).toEqual(
      ["ciSample", "consent", "keys", "project", "reports", "zones"].toSorted(),
    );
  });

  it.each(GOOD)("is read with $why", (change) => {
    expect(problemsOf(text(changed(change)))).toEqual([]);
  });

  it.each(BAD)("is refused with $why", ({ message, at, ...change }) => {
    const [problem, ...more] = problemsOf(text(changed(change)));
    expect(problem).toEqual({ path: shown(at ?? change.path), message: expect.stringContaining(message) });
    expect(more).toEqual([]);
  });

  it("is read as what it was generated from", () => {
    fc.assert(
      fc.property(definitions, (raw) => {
        expect(parseDefinition(text(raw))).toEqual(expectedOf(raw));
        expect(parseDefinition(utf8(JSON.stringify(raw, null, 2)))).toEqual(expectedOf(raw));
      }),
      SOME_RUNS,
    );
  });
});

describe("a field", () => {
  it("is collected until the day before its date", () => {
    const day = 20_780;
    const field = { expires: day };
    expect([day - 1, day, day + 1].map((today) => isExpired(field, today))).toEqual([false, true, true]);
  });

  it("that expired stays in the definition", () => {
    const raw = changed({ why: "", path: ["reports", "weekly", "fields", "age", "expires"], value: "1970-01-01" });
    const fields = parseDefinition(text(raw)).reports[0]?.fields ?? [];
    expect(fields.filter((field) => isExpired(field, 20_780)).map(({ name }) => name)).toEqual(["age"]);
  });
});

describe("what is wrong with a definition", () => {
  it("is told all at once, in the order of the text, what is missing first", () => {
    const raw = {
      zones: [{ bits: 99, zone: "-" }, { zones: "x" }],
      later: 1,
      sotto: 1,
      reports: {
        weekly: {
          rotate: ["command", "flies"],
          fields: {
            command: { kind: "choice", key: "cmd_", values: ["a", "a", "other"], epsilom: 1, expires: "soon" },
          },
          window: "month",
        },
      },
      consent: "yes",
      keys: [{ key: "sotto1", from: "2026-11-23" }],
    };
    expect(problemsOf(text(raw)).map(({ path }) => path)).toEqual([
      "project",
      "zones[0].bits",
      "zones[0].zone",
      "zones[1].zone",
      "zones[1].zones",
      "later",
      "reports.weekly.description",
      "reports.weekly.rotate[1]",
      "reports.weekly.fields.command.description",
      "reports.weekly.fields.command.reason",
      "reports.weekly.fields.command.owner",
      "reports.weekly.fields.command.key",
      "reports.weekly.fields.command.values[1]",
      "reports.weekly.fields.command.values[2]",
      "reports.weekly.fields.command.epsilom",
      "reports.weekly.fields.command.expires",
      "reports.weekly.window",
      "consent",
      "keys[0].key",
    ]);
  });

  it("is summed up by the first of it", () => {
    const raw = { ...completeDefinition(), consent: "yes", ciSample: 2 };
    expect(() => parseDefinition(text(raw))).toThrow(/^consent is "ask" or "notice" \(and 1 more\)$/);
    expect(() => parseDefinition("[]")).toThrow(/^the definition is a JSON object$/);
    expect(() => parseDefinition('{"sotto":2,"x":1}')).toThrow(/^the definition is made for a newer sotto$/);
  });

  it.each([
    ["a very long name", "x".repeat(100_000), `${"x".repeat(39)}…`],
    ["control characters", "a\u001b[31m\u0000\n\u0085b", "a[31mb"],
    ["characters that turn the direction of text", "a\u202e\u2066b", "ab"],
    ["half a pair", "a\ud83d", "a"],
    ["nothing but control characters", "\u0001\u0002", '""'],
  ])("shows little of a name with %s", (_, name, path) => {
    expect(problemsOf(text({ ...completeDefinition(), [name]: 1 })).map((problem) => problem.path)).toEqual([path]);
  });

  it("holds no value of the text beyond a date", () => {
    const secret = "hunter2hunter2";
    for (const path of pathsIn(completeDefinition())) {
      const told = problemsOf(text(withValue(completeDefinition(), path, secret)));
      expect(told.every(({ message }) => !message.includes(secret))).toBe(true);
    }
  });
});

describe("the text of a definition", () => {
  const good = text(completeDefinition());

  it.each([
    ["nothing", "", 1, 1],
    ["blanks", " \n\n  ", 3, 3],
    ["a comma behind the last member", '{\n  "a": 1,\n}', 3, 1],
    ["a comma behind the last item", "[1,]", 1, 4],
    ["a comment", "{\n  // why\n}", 2, 3],
    ["a name without quotes", "{a: 1}", 1, 2],
    ["single quotes", "{'a': 1}", 1, 2],
    ["an unknown word", '{"a": NaN}', 1, 7],
    ["a word cut off", '{"a": tru', 1, 7],
    ["a number with a zero in front", '{"a": 01}', 1, 8],
    ["no colon", '{"a" 1}', 1, 6],
    ["two colons", '{"a":: 1}', 1, 6],
    ["no comma", '{"a": 1 "b": 2}', 1, 9],
    ["a string that does not end", '{"a": "b}', 1, 7],
    ["a line end in a string", '{"a": "b\n"}', 1, 7],
    ["an unknown escape", '{"a": "\\x41"}', 1, 7],
    ["the wrong bracket", '{"a": [1}}', 1, 9],
    ["no end", '{"a": {', 1, 8],
    ["more behind its end", '{"a": 1} {}', 1, 10],
    ["a name and nothing else", '{"a"}', 1, 5],
    ["a BOM", '\ufeff{"a": 1}', 1, 1],
    ["a blank that JSON does not know", '{\u00a0"a": 1}', 1, 2],
    ["structure beyond its end", "}", 1, 1],
  ])("is refused where it stops being JSON: %s", (_, wrong, line, column) => {
    const problem = { path: "", message: `is not JSON: line ${line}, column ${column}` };
    expect(problemsOf(wrong)).toEqual([problem]);
    expect(problemsOf(utf8(wrong))).toEqual([problem]);
  });

  it("names a place whenever it is not JSON, never behind the one that JSON.parse names", () => {
    const seen = { json: 0, placed: 0, compared: 0 };
    const pieces = fc.constantFrom(...'{}[]:,"\\ \n01.eE-+tu', "true", "null", '"a"', '{"a":', "\\u0061", "\u0000");
    const change = fc.tuple(fc.nat(good.length), fc.nat(3), fc.array(pieces, { maxLength: 4 }));
    const mangled = change.map(([at, cut, put]) => good.slice(0, at) + put.join("") + good.slice(at + cut));
    const anyText = fc.oneof(
      mangled,
      fc.array(pieces, { maxLength: 9 }).map((list) => list.join("")),
    );
    fc.assert(
      fc.property(anyText, (wrong) => {
        const message = problemsOf(wrong)[0]?.message ?? "";
        const failure = failureOf(() => JSON.parse(wrong));
        if (failure === null) {
          seen.json++;
          expect(message).not.toContain("is not JSON");
          return;
        }
        seen.placed++;
        const [, line, column] = /^is not JSON: line (\d+), column (\d+)$/.exec(message) ?? [];
        const before = wrong.split("\n").slice(0, Number(line) - 1);
        const offset = before.join("\n").length + (before.length > 0 ? 1 : 0) + Number(column) - 1;
        expect(offset).toBeLessThanOrEqual(wrong.length);
        const [, theirs] = /at position (\d+)/.exec(failure) ?? [];
        if (theirs === undefined) return;
        seen.compared++;
        // Theirs is within the token where ours is at its beginning.
        expect(wrong.slice(offset, Number(theirs))).not.toMatch(/^[{}[\],:\s]/);
      }),
      { ...RUNS, numRuns: 4000 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(500);
  });

  it.each([
    ["the project", '"project":"left-pad"', "project"],
    ["a member that is not known", '"x":1,"x":2', "x"],
    ["a member, once escaped", '"title":"x","\\u0074itle":"x"', "title"],
    ["a report", '"reports":{"a":1,"a":2}', "reports.a"],
    ["an epsilon", '"reports":{"a":{"fields":{"b":{"epsilon":1,"epsilon":4}}}}', "reports.a.fields.b.epsilon"],
    ["an ack", '"zones":[{},{"ack":[],"ack":[]}]', "zones[1].ack"],
    ["__proto__", '"__proto__":{},"__proto__":{}', "__proto__"],
  ])("is refused when it names %s twice", (_, members, path) => {
    const told = problemsOf(good.replace(/\}$/, `,${members}}`));
    expect(told).toContainEqual({ path, message: "stands here twice" });
  });

  it.each([
    ["a lone surrogate", '"title":"\\ud83d"', "title", "holds half of a surrogate pair, which is no character"],
    [
      "a lone surrogate in a list",
      '"x":["a","\\udc00"]',
      "x[1]",
      "holds half of a surrogate pair, which is no character",
    ],
    ["a number beyond a double", '"ciSample":1e400', "ciSample", "is a number too large for an IEEE double"],
    ["depth 7", '"x":[[[[[[1]]]]]]', "x[0][0][0][0][0]", "is nested too deeply"],
  ])("is refused with %s", (_, members, path, message) => {
    expect(problemsOf(`{${members}}`)).toContainEqual({ path, message });
  });

  it("is refused when it is not UTF-8", () => {
    const problem = { path: "", message: "is not UTF-8" };
    expect(problemsOf(Uint8Array.of(...utf8('{"a":"'), 0xe9, ...utf8('"}')))).toEqual([problem]);
    expect(problemsOf(Uint8Array.of(0xff, 0xfe, 0x7b, 0))).toEqual([problem]);
  });

  it("has at most 256 KiB, in octets", () => {
    const fill = (octets: number) => good.padEnd(octets, " ");
    const problem = { path: "", message: "is larger than 256 KiB" };
    expect(MAX_DEFINITION_OCTETS).toBe(262_144);
    expect(problemsOf(fill(262_144))).toEqual([]);
    expect(problemsOf(utf8(fill(262_144)))).toEqual([]);
    expect(problemsOf(fill(262_145))).toEqual([problem]);
    expect(problemsOf(utf8(fill(262_145)))).toEqual([problem]);
    expect(problemsOf(`"${"é".repeat(131_072)}"`)).toEqual([problem]);
  });

  it("does no harm as large as it may be, whatever fills it", () => {
    const size = MAX_DEFINITION_OCTETS - 100;
    const names = Array.from({ length: size / 12 }, (_, index) => `"n${index}":1`).join();
    const texts = [
      "[".repeat(size),
      '{"":'.repeat(size / 4),
      "[".repeat(size / 2) + "]".repeat(size / 2),
      `"${"x".repeat(size)}"`,
      `"${"\\n".repeat(size / 2)}"`,
      `"${"\\n".repeat(size / 2)}`,
      `{${names.slice(0, names.lastIndexOf(","))}}`,
      `{"${"x".repeat(size)}":1}`,
      "9".repeat(size),
      " ".repeat(size),
    ];
    for (const large of texts) expect(problemsOf(large)).not.toEqual([]);
  });

  it("may hold the weekly keys of three years", () => {
    const keys = Array.from({ length: 156 }, (_, index) => epochKey(index));
    expect(parseDefinition(text({ ...completeDefinition(), keys })).keys.length).toBe(156);
  });
});

describe("a definition with one thing wrong", () => {
  // What is wrong almost wherever it stands.
  const WRONG = [null, true, {}, [], "", -1];

  it("is refused, and the problem names the place", () => {
    fc.assert(
      fc.property(definitions, fc.nat(), fc.constantFrom(...WRONG), (raw, pick, wrong) => {
        const paths = pathsIn(raw).filter((path) => !isRight(path, wrong));
        const path = paths[pick % paths.length] ?? [];
        expectProblemAt(path, withValue(raw, path, wrong));
      }),
      SOME_RUNS,
    );
  });

  it("is refused with a member that is not known, wherever it stands", () => {
    const names = fc.oneof(fc.constantFrom("__proto__", "constructor", "epsilom", "toString", "0"), fc.string());
    fc.assert(
      fc.property(definitions, fc.nat(), names, (raw, pick, name) => {
        const objects = pathsIn(raw).filter((path) => isObject(valueAt(raw, path)));
        const path = objects[pick % objects.length] ?? [];
        const isKnown = Object.hasOwn(valueAt(raw, path) as Raw, name) || KNOWN.has(name);
        fc.pre(!isKnown && !/[^ -~]/.test(name));
        expectProblemAt([...path, name], withValue(raw, [...path, name], 1));
      }),
      SOME_RUNS,
    );
  });

  it("is refused without a member that must be there", () => {
    fc.assert(
      fc.property(definitions, fc.nat(), (raw, pick) => {
        const paths = pathsIn(raw).filter((path) => isRequired(raw, path));
        const path = paths[pick % paths.length] ?? [];
        expectProblemAt(path, withValue(raw, path, undefined));
      }),
      SOME_RUNS,
    );
  });

  it("never leads to an error of another kind", () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    fc.assert(
      fc.property(definitions, fc.nat(), value, (raw, pick, wrong) => {
        const paths = pathsIn(raw);
        problemsOf(text(withValue(raw, paths[pick % paths.length] ?? [], wrong)));
        problemsOf(text(wrong));
      }),
      SOME_RUNS,
    );
  });

  it("never leads to an error of another kind, whatever the text or octets", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.uint8Array(), fc.json()), (wrong) => {
        expect(problemsOf(wrong)).not.toEqual([]);
      }),
      { ...RUNS, numRuns: 3000 },
    );
  });
});

/** Members of any object of a definition. */
const KNOWN: ReadonlySet<string> = new Set(
  pathsIn(completeDefinition()).flatMap((path) => path.filter((step) => typeof step === "string")),
);

const REQUIRED: ReadonlySet<string | number> = new Set(
  ["sotto", "project", "zones", "keys", "zone", "key", "from", "window", "description", "fields"].concat([
    "kind",
    "reason",
    "owner",
    "expires",
    "bounds",
    "max",
  ]),
);

function isRequired(raw: RawDefinition, path: Path): boolean {
  const last = path.at(-1) ?? "";
  // A report or a field may have a member's name.
  const isNamed = ["reports", "fields"].includes(String(path.at(-2))) && isObject(valueAt(raw, path));
  return !isNamed && REQUIRED.has(last);
}

/** Whether one of the values that are wrong elsewhere is right here. */
function isRight(path: Path, value: unknown): boolean {
  const [last, list] = [path.at(-1), path.at(-2)];
  if (last === "$schema") return value === "";
  if (last === "reports" && path.length === 1) return JSON.stringify(value) === "{}";
  if (Array.isArray(value)) return (last === "keys" && path.length === 1) || (last === "ack" && path.length === 3);
  return list === "bounds" && value === -1;
}

function expectProblemAt(path: Path, raw: unknown): void {
  const place = shown(path.map((step) => (step === "" ? '""' : step)));
  const told = problemsOf(text(raw)).map((problem) => problem.path);
  const atPlace = told.filter(
    (at) => place === "" || at === place || at.startsWith(`${place}.`) || at.startsWith(`${place}[`),
  );
  expect({ place, told, atPlace: atPlace.length > 0 }).toEqual({ place, told, atPlace: true });
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function failureOf(attempt: () => unknown): string | null {
  try {
    attempt();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The key of one of many weeks. */
function epochKey(index: number): Raw {
  const { publicKey } = generateKeyPair((length) => new Uint8Array(length).fill(index + 1));
  const from = 20_780 + 7 * index;
  return { key: encodePublicKey(publicKey), from: dateOfDay(from), until: dateOfDay(from + 7) };
}
