import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, type Source, sourcesIn, withoutComments } from "./sources.ts";

const MODEL = "docs/threat-model.md";

/** Who must be answered. A section that goes away, or is called otherwise, is a decision to be made here too. */
const ADVERSARIES = [
  "The provider's resolver",
  "A resolver operator with passive DNS",
  "The user's own recursive resolver",
  "The zone's operator alone",
  "Operator or resolver together with a project",
  "A reader of the public log",
  "The project itself",
  "Another project on the zone",
  "A thief of a key",
  "A spammer or flooder",
  "A captive portal or middlebox",
  "An observer at both ends",
  "A malicious application",
  "A maintainer's laptop, and the supply of definitions",
];

/** What stands where no test can: said so, and not left out. */
const OPEN = "Nothing stops this.";

/** A row whose test is still to be written. */
const WAITING = "TODO-TEST";

interface Link {
  /** Path of the document, from the repository's root. */
  document: string;
  /** Where the link stands, for the message. */
  place: string;
  text: string;
  target: string;
}

const documents = sourcesIn("", [".md"]).map(({ path, text }) => ({ path, text: withoutCode(text) }));
const links = documents.flatMap(linksOf);
const model = documents.find(({ path }) => path === MODEL) ?? { path: MODEL, text: "" };
const claims = links.filter(({ document, target }) => document === MODEL && target.endsWith(".test.ts"));

describe("the threat model", () => {
  it("has a section for every adversary, and for what is left", () => {
    const titles = sectionsOf(model.text).map(({ title }) => title);
    const wanted = ["What is protected", "Roles", "What is assumed", ...ADVERSARIES, "Limits", "Not tested"];
    expect(wanted.filter((title) => !titles.includes(title))).toEqual([]);
    expect(titles.filter((title) => !wanted.includes(title))).toEqual(["Where the tests are"]);
  });

  it.each(ADVERSARIES)("holds what it says of this adversary to a test, or says that nothing does: %s", (title) => {
    const text = sectionsOf(model.text).find((section) => section.title === title)?.text ?? "";
    const held = linksOf({ path: MODEL, text }).filter(({ target }) => target.endsWith(".test.ts"));
    expect(held.length > 0 || text.includes(OPEN), `no test and no "${OPEN}" in "${title}"`).toBe(true);
  });

  it("has no row that says nothing, and none that waits for its test", () => {
    const rows = model.text.split("\n").map((line, index) => ({ line, place: `${MODEL}:${index + 1}` }));
    expect(rows.filter(({ line }) => line.includes(WAITING)).map(({ line, place }) => `${place} ${line}`)).toEqual([]);
    expect(rows.filter(({ line }) => /^\|.*\|\s*\|/.test(line)).map(({ place }) => place)).toEqual([]);
  });

  it("names tests by their titles: each is there, once, and runs", () => {
    expect(claims.length).toBeGreaterThan(60);
    expect(claims.map(faultOf).filter((fault) => fault !== null)).toEqual([]);
  });

  it("names folders of tests that are there", () => {
    const folders = [...readFileSync(join(ROOT, MODEL), "utf8").matchAll(/`(test\/[\w/]+)`/g)];
    const missing = folders.map(([, folder = ""]) => folder).filter((folder) => !existsSync(join(ROOT, folder)));
    expect(folders.length).toBeGreaterThan(5);
    expect(missing).toEqual([]);
  });
});

describe("links of the documents", () => {
  const inside = links.filter(({ target }) => !/^[a-z][a-z0-9+.-]*:/i.test(target));

  it("lead to files that are there, spelled so", () => {
    const missing = inside.filter((link) => !existsSync(join(ROOT, fileOf(link))));
    expect(missing.map(({ place, target }) => `${place} -> ${target}`)).toEqual([]);
    expect(inside.length).toBeGreaterThan(100);
  });

  it("lead to headings that are there", () => {
    const missing = inside.filter((link) => {
      const [, anchor] = link.target.split("#");
      if (anchor === undefined) return false;
      const document = documents.find(({ path }) => path === fileOf(link));
      return document === undefined || !anchorsOf(document.text).includes(anchor);
    });
    expect(missing.map(({ place, target }) => `${place} -> ${target}`)).toEqual([]);
  });
});

describe("the reader of titles", () => {
  it("finds them in every form, and leaves out what does not run", () => {
    const text = [
      'describe("a group", () => {',
      "  it('single quotes, and \\'more\\'', () => {});",
      "  it.each([1, 2])(`of $\u007bN} things, and so on`, () => {});",
      '  it.each([["(", ")"]])("%s is refused, %i times", () => {});',
      '  it.skipIf(process.platform === "win32")("elsewhere", { timeout: 1 }, () => {});',
      "  it(",
      '    "on a line of its own",',
      "    () => {},",
      "  );",
      '  it.skip("left out", () => {});',
      '  it.todo("not yet");',
      '  // it("in a comment", () => {});',
      '  await split("not a test");',
      "});",
    ].join("\n");
    expect(titlesIn(text)).toEqual([
      ["a group"],
      ["single quotes, and 'more'"],
      ["of ", " things, and so on"],
      ["", " is refused, ", " times"],
      ["elsewhere"],
      ["on a line of its own"],
    ]);
  });
});

/** What is wrong with a claim; null when a test of that title is there. */
function faultOf(claim: Link): string | null {
  const path = join(ROOT, fileOf(claim));
  if (!existsSync(path) || !statSync(path).isFile()) return `${claim.place} no such file: ${claim.target}`;
  const wanted = claim.text.replace(/\\(.)/g, "$1");
  const titles = titlesIn(readFileSync(path, "utf8"));
  const same = titles.filter((parts) => parts.length === 1 && parts[0] === wanted);
  const found = same.length > 0 ? same : titles.filter((parts) => parts.some((part) => part.includes(wanted)));
  if (found.length === 1) return null;
  const why = found.length === 0 ? "no title holds" : `${found.length} titles hold`;
  const near = titles.map((parts) => parts.join("...")).filter((title) => title.slice(0, 12) === wanted.slice(0, 12));
  const hint = near.length === 0 ? "" : ` (there is: ${near.join("; ")})`;
  return `${claim.place} ${why} "${wanted}" in ${fileOf(claim)}${hint}`;
}

/**
 * The titles of the tests and groups in a file, each as the parts between what is filled in (`${...}`, `%s`, `$name`).
 * Those marked to be skipped are left out: they hold nothing.
 */
function titlesIn(text: string): string[][] {
  const code = withoutComments(text);
  const titles: string[][] = [];
  for (const match of code.matchAll(/(?<![\w.$"'`])(?:it|test|describe)((?:\.\w+)*)\s*(?=\()/g)) {
    const [all, modifiers = ""] = match;
    const title = firstTitle(code, match.index + all.length);
    if (title !== null && !/\.(skip|todo)\b/.test(modifiers)) titles.push(title);
  }
  return titles;
}

/** The first argument that is a string, of a call or of the calls behind it: `each(...)("title", ...)`. */
function firstTitle(code: string, open: number): string[] | null {
  for (let at = open; code[at] === "("; at = afterGroup(code, at)) {
    const start = at + 1 + (/^\s*/.exec(code.slice(at + 1))?.[0].length ?? 0);
    const quote = code[start];
    if (quote === '"' || quote === "'" || quote === "`")
      return partsOf(code.slice(start + 1, endOfString(code, start)));
  }
  return null;
}

/** The place behind the bracket that closes the group opened at `open`. */
function afterGroup(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at++) {
    const sign = code[at] ?? "";
    if ("\"'`".includes(sign)) at = endOfString(code, at);
    else if ("([{".includes(sign)) depth++;
    else if (")]}".includes(sign) && --depth === 0) return at + 1;
  }
  return code.length;
}

/** The place of the quote that ends the string which begins at `start`. */
function endOfString(code: string, start: number): number {
  for (let at = start + 1; at < code.length; at++) {
    if (code[at] === "\\") at++;
    else if (code[at] === code[start]) return at;
  }
  return code.length;
}

function partsOf(literal: string): string[] {
  const parts = literal.split(/\$\{[^}]*\}|%[sdifjop#]|\$\w+(?:\.\w+)*/);
  return parts.map((part) => part.replace(/\\(.)/g, "$1"));
}

/** Code blocks and code spans hold examples, not links. Lines stay, so that places are right. */
function withoutCode(text: string): string {
  const blocks = text.replace(/^( *)(```|~~~)[\s\S]*?^ *\2 *$/gm, (block) => block.replace(/[^\n]/g, ""));
  return blocks.replace(/^ {4,}(?![-*\d|]).*$/gm, "");
}

function linksOf({ path, text }: Source): Link[] {
  return text.split("\n").flatMap((line, index) =>
    [...line.matchAll(/\[((?:\\.|[^\]\\])*)\]\(([^()\s]+)\)/g)].map(([, label = "", target = ""]) => ({
      document: path,
      place: `${path}:${index + 1}`,
      text: label,
      target,
    })),
  );
}

/** The file that a link leads to, from the repository's root. */
function fileOf({ document, target }: Link): string {
  const [file = ""] = target.split("#");
  return file === "" ? document : normalize(join(dirname(document), decodeURIComponent(file))).replace(/\/$/, "");
}

function sectionsOf(text: string): { title: string; text: string }[] {
  const [, ...sections] = text.split(/^## /m);
  return sections.map((section) => {
    const [title = "", ...lines] = section.split("\n");
    return { title: title.trim(), text: lines.join("\n") };
  });
}

/** The names under which GitHub lets headings be linked to. */
function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>();
  return [...text.matchAll(/^#{1,6} +(.*)$/gm)].map(([, heading = ""]) => {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").trim();
    const slug = words
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, "")
      .replaceAll(" ", "-");
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  });
}
