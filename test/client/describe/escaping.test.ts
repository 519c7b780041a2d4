import { parseDefinition } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeDefinition } from "../../../client/describe/describe.ts";
import type { Format } from "../../../client/describe/format.ts";
import { escapeHtml } from "../../../client/describe/html.ts";
import { escapeText } from "../../../client/describe/markdown.ts";
import { definitions, type RawDefinition } from "../../wire/definitions.ts";
import { RUNS } from "../../wire/property.ts";
import { TODAY } from "../check/scene.ts";

/** Signs of Markdown, HTML and templates, and what turns into links by itself. */
const SIGNS = [..."`*_[]()<>#|~&!$#{}\\@:/.-+=^\"'1wx \u00a0\u200f"];
const ATTACKS = [
  "<script>alert(1)</script>",
  "<!--",
  "](https://evil.example) [x](javascript:alert(1))",
  "![x](https://evil.example/x.png)",
  "<https://evil.example>",
  "https://evil.example and www.evil.example and me@evil.example",
  "| a | b |",
  "`` ` ``",
  "&lt;b&gt; &#60;",
  "1. first",
  "- item",
  "# heading",
  "===",
  "    code",
  "{{ site.secrets }} {% raw %} $x$",
  "[^1]: note",
  "\\",
  "**bold** __bold__ ~~gone~~",
  "]]>",
  '" onload="alert(1)',
];
const hostile = fc.oneof(
  fc.constantFrom(...ATTACKS),
  fc.string({ unit: fc.constantFrom(...SIGNS), minLength: 1, maxLength: 30 }).map((text) => `${text}.`),
);

/** A definition with another text in each place where a text for people stands. */
function withTexts(raw: RawDefinition, next: () => string): string {
  return JSON.stringify(
    { ...raw, title: next(), about: "https://a.example", contact: "a@b.example" },
    (name, value) => {
      if (name === "link") return "https://a.example/";
      return name === "description" || name === "reason" || name === "owner" ? next() : value;
    },
  );
}

const pages = fc.tuple(definitions, fc.array(hostile, { minLength: 40, maxLength: 40 })).map(([raw, texts]) => {
  let at = 0;
  const definition = (next: () => string) => parseDefinition(withTexts(raw, next));
  return {
    harmless: definition(() => "x"),
    hostile: definition(() => [...(texts[at++ % texts.length] ?? "x")].slice(0, 80).join("")),
  };
});

const page = (definition: ReturnType<typeof parseDefinition>, format: Format) =>
  describeDefinition(definition, TODAY, format);

/** What of a Markdown text can mean anything: signs that are not escaped, and how each line begins. */
function markdownSkeleton(text: string): string[] {
  return text.split("\n").map((line) => {
    const live = line.replace(/\\[!-/:-@[-`{-~]/g, "x").replaceAll("&#8288;", "");
    const [start = ""] = /^(- )?( {4})?(#+ |[-+=:>] ?|\d+[.)])?/.exec(live) ?? [];
    return start + live.slice(start.length).replace(/[^`*_[\]<>#|~&!${}\\]/g, "");
  });
}

describe("texts of a definition", () => {
  it("mean nothing in Markdown: the same signs are left as of harmless texts", () => {
    fc.assert(
      fc.property(pages, (definition) => {
        const text = page(definition.hostile, "markdown");
        expect(markdownSkeleton(text)).toEqual(markdownSkeleton(page(definition.harmless, "markdown")));
        // In code nothing turns into a link, nor does it within one.
        const prose = text.replace(/\\[!-/:-@[-`{-~]/g, "x").replace(/\[[^\]]*\]\(<[^<>]*>\)|`[^`]*`|^ {4}.*$/gm, "");
        expect(prose).not.toMatch(/:\/\/|www\.|(?<!&#8288;)@/i);
      }),
      { ...RUNS, numRuns: 1000 },
    );
  });

  it("mean nothing in HTML: the same tags with the same attributes as of harmless texts", () => {
    const tags = (text: string) => text.match(/<[^>]*>/g);
    fc.assert(
      fc.property(pages, (definition) => {
        const text = page(definition.hostile, "html");
        expect(tags(text)).toEqual(tags(page(definition.harmless, "html")));
        const [, body = ""] = text.split("</style>");
        expect(body.replace(/<[^<>]*>/g, "")).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
      }),
      { ...RUNS, numRuns: 1000 },
    );
  });

  it("stand there as they were written", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const plain = escapeText(text)
          .replaceAll("&#8288;", "")
          .replace(/\\([!-/:-@[-`{-~])/g, "$1");
        expect(plain).toBe(text.replace(/\s+/gu, " "));
        const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
        expect(escapeHtml(text).replace(/&(.*?);/g, (_, name: string) => entities[name] ?? "?")).toBe(text);
      }),
      RUNS,
    );
  });

  it("are addresses only where the format says so, and no address ends its link", () => {
    const about = "https://a.example/x?a=1&b=[2](3)*_~'!$#&lt;";
    const contact = "a&b?subject=x`|{}*'@b.example";
    const definition = parseDefinition(
      JSON.stringify({ sotto: 1, project: "p", zones: [{ zone: "r.example.net" }], keys: [], about, contact }),
    );
    expect(page(definition, "markdown")).toContain("(<https://a.example/x?a=1&amp;b=[2](3)*_~'!$#&amp;lt;>)");
    expect(page(definition, "markdown")).toContain("(<mailto:a%26b%3Fsubject%3Dx%60%7C%7B%7D*'@b.example>)");
    expect(page(definition, "html")).toContain('href="https://a.example/x?a=1&amp;b=[2](3)*_~&#39;!$#&amp;lt;"');
    expect(page(definition, "html")).toContain('href="mailto:a%26b%3Fsubject%3Dx%60%7C%7B%7D*&#39;@b.example"');
  });
});
