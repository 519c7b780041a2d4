import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deadLinks } from "../../site/links/check.ts";
import { htmlDocument, loadedBy, loadedByStyle } from "../../site/links/html.ts";
import { markdownDocument, slugOf } from "../../site/links/markdown.ts";
import { markdownPaths } from "../../site/links/repository.ts";
import { ROOT } from "../repository/sources.ts";

const FILES = ["README.md", "docs/a.md", "docs/b.md", "LICENSE", "docs/picture.png"];

/** What is wrong with the links of `docs/a.md`, where `docs/b.md` has the headings `One` and, twice, `Two words`. */
function problemsIn(text: string): string[] {
  const other = markdownDocument("docs/b.md", "# One\n\n## Two words\n\ntext\n\n### Two words\n");
  return deadLinks([markdownDocument("docs/a.md", text), other], (path) => FILES.includes(path));
}

describe("links of Markdown", () => {
  it.each([
    "[other](b.md)",
    "[other](b.md#one)",
    "[second of two](b.md#two-words-1)",
    "[above](../README.md)",
    "[file](../LICENSE)",
    '[with a title](b.md "b")',
    "![picture](picture.png)",
    "[by reference][b]\n\n[b]: b.md#two-words",
    "# Here and there\n\n[here](#here-and-there)",
    '<a id="mark"></a>[mark](#mark)',
    "[web](https://example.net/a_(b)#c), <https://example.net>, [mail](mailto:a@example.net)",
    "`[code](nowhere.md)`, ``[code](`nowhere.md)``",
    "```\n[code](nowhere.md)\n```",
    "- item\n\n  ~~~sh\n  [code](nowhere.md)\n  ~~~\n",
  ])("%j leads somewhere", (text) => {
    expect(problemsIn(text)).toEqual([]);
  });

  it.each([
    ["[a](c.md)", "docs/a.md:1: c.md: there is no such file"],
    ["x\n\n[a](b.md#three)", "docs/a.md:3: b.md#three: there is no such heading"],
    ["[a](b.md#two-words-2)", "docs/a.md:1: b.md#two-words-2: there is no such heading"],
    ["[a](b.md#One)", "docs/a.md:1: b.md#One: there is no such heading"],
    ["[a](#one)", "docs/a.md:1: #one: there is no such heading"],
    ["[a](README.md)", "docs/a.md:1: README.md: there is no such file"],
    ["[a](../../README.md)", "docs/a.md:1: ../../README.md: leaves the repository"],
    ["[a](/docs/b.md)", "docs/a.md:1: /docs/b.md: begins at the root of whatever serves it"],
    ["![a](no.png)", "docs/a.md:1: no.png: there is no such file"],
    ["[a][b]\n\n[b]: c.md", "docs/a.md:3: c.md: there is no such file"],
    ["[a](htps://example.net)", "docs/a.md:1: htps://example.net: no address of the web or of mail"],
    ["[a](https://)", "docs/a.md:1: https://: no address of the web or of mail"],
    ["```\ncode\n```\n\n[a](c.md)", "docs/a.md:5: c.md: there is no such file"],
    ["`x` [a](c.md) `y`", "docs/a.md:1: c.md: there is no such file"],
  ])("%j leads nowhere", (text, problem) => {
    expect(problemsIn(text)).toEqual([problem]);
  });

  it("headings become anchors as on GitHub", () => {
    const slugs = {
      "Hello World!": "hello-world",
      "1 Roles and notation": "1-roles-and-notation",
      "`wire/launch.js`, the launcher": "wirelaunchjs-the-launcher",
      "A client's state": "a-clients-state",
      "A - B": "a---b",
      "snake_case stays": "snake_case-stays",
      "_Slanted_ and **bold**": "slanted-and-bold",
      "A [link](b.md) in it": "a-link-in-it",
      Größe: "größe",
    };
    for (const [heading, slug] of Object.entries(slugs)) expect([heading, slugOf(heading)]).toEqual([heading, slug]);
  });

  it("are found in the repository's own documents", () => {
    const links = markdownPaths().map((path) => markdownDocument(path, readFileSync(join(ROOT, path), "utf8")).links);
    expect(links.flat().length).toBeGreaterThan(200);
    expect(markdownPaths()).toContain("examples/greet/README.md");
  });
});

describe("links of pages", () => {
  const page = (body: string) => htmlDocument("docs/a.html", body);
  const other = htmlDocument("docs/b.html", '<h2 class="x" id="one">One</h2>');

  it("lead to files and ids", () => {
    const body = '<a href="b.html#one">x</a>\n<a class="y" href="b.html?a=1&amp;b=2">x</a><a href="#me" id="me">x</a>';
    expect(deadLinks([page(body), other], (path) => path.startsWith("docs/"))).toEqual([]);
    const wrong = '<p>\n<a class="y" href="b.html#two">x</a></p><a href="../c.html">x</a>';
    expect(deadLinks([page(wrong), other], (path) => path.startsWith("docs/"))).toEqual([
      "docs/a.html:2: b.html#two: there is no such heading",
      "docs/a.html:2: ../c.html: there is no such file",
    ]);
  });

  it("what is loaded is told apart from what is linked to", () => {
    const text =
      '<a href="https://a.example">x</a><script defer src="https://b.example/x.js"></script>' +
      '<link rel="stylesheet" href="//c.example/x.css"/><img alt="" src="x.png"/><iframe src="https://d.example"></iframe>';
    expect(loadedBy(text)).toEqual(["https://b.example/x.js", "//c.example/x.css", "x.png", "https://d.example"]);
    expect(loadedByStyle('@import "a.css"; b { background: url( "https://e.example/f.woff2" ) }')).toEqual([
      "a.css",
      "https://e.example/f.woff2",
    ]);
  });
});
