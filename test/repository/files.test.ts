import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { PACKAGES, sourcesIn, withoutComments } from "./sources.ts";

/** Lines of a file: beyond them it mostly holds more than one concept. Tests may, and say in their first line why. */
const MAX_LINES = 300;

const REASON = new RegExp(`^// Over ${MAX_LINES} lines: .{20,}\\.$`);

const CODE = [".ts", ".js", ".mjs", ".css", ".html", ".sql", ".sh", ".py", ".c", ".h"];
const NAMELESS = /^(utils?|helpers?|misc|common)\./;

const all = sourcesIn("", CODE);
const production = all.filter(({ path }) => !/^(test|bench)\//.test(path));

describe("files", () => {
  it(`outside test/ and bench/ have at most ${MAX_LINES} lines`, () => {
    const long = production.map(({ path, text }) => ({ path, lines: text.trimEnd().split("\n").length }));
    expect(long.filter(({ lines }) => lines > MAX_LINES)).toEqual([]);
    expect(production.length).toBeGreaterThan(20);
  });

  it(`of tests and measurements say why, if they have more than ${MAX_LINES} lines`, () => {
    const others = all.filter((source) => !production.includes(source));
    const wrong = others.filter(({ text }) => {
      const [first = "", ...rest] = text.trimEnd().split("\n");
      return rest.length >= MAX_LINES && !REASON.test(first);
    });
    expect(wrong.map(({ path }) => path)).toEqual([]);
    expect(others.length).toBeGreaterThan(100);
  });

  it("are named by what they hold", () => {
    expect(all.filter(({ path }) => NAMELESS.test(basename(path))).map(({ path }) => path)).toEqual([]);
  });
});

describe("index.ts", () => {
  const indexes = production.filter(({ path }) => PACKAGES.some((folder) => path === `${folder}/index.ts`));

  it.each(indexes)("$path holds named re-exports of its own files and nothing else", ({ text }) => {
    const rest = withoutComments(text).replace(/export (?:type )?\{[^{}]*\} from "\.\/[\w./-]+\.ts";/g, "");
    expect(rest.trim()).toBe("");
  });

  it("exists in wire", () => {
    expect(indexes.map(({ path }) => path)).toContain("wire/index.ts");
  });
});
