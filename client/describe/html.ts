import { createHash } from "node:crypto";
import type { Block, Document, Inline, Line, Section } from "./document.ts";
import { STYLE } from "./style.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Nothing but the page's own stylesheet: no script, no image, no frame, no form, whatever a definition says. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'`;

/** Writes a page in HTML, all in one file: it loads nothing. */
export function toHtml({ title, lead, sections }: Document): string {
  const shownTitle = escapeHtml(title);
  const links = sections.map(({ id, heading }) => `<li><a href="#${id}">${escapeHtml(heading)}</a></li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${shownTitle}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<h1>${shownTitle}</h1>
<p class="lead">${lineOf(lead)}</p>
</header>
<nav aria-label="On this page">
<ul>
${links.join("\n")}
</ul>
</nav>
<main id="content">
${sections.map(sectionOf).join("\n")}
</main>
<footer>
<p>This page has no script, sets no cookie and loads nothing.</p>
</footer>
</body>
</html>
`;
}

function sectionOf({ id, heading, blocks }: Section): string {
  return `<section aria-labelledby="${id}">
<h2 id="${id}">${escapeHtml(heading)}</h2>
${blocks.map(blockOf).join("\n")}
</section>`;
}

function blockOf(block: Block): string {
  switch (block.type) {
    case "paragraph":
      return `<p>${lineOf(block.line)}</p>`;
    case "list":
      return `<ul>\n${block.items.map((item) => `<li>${lineOf(item)}</li>`).join("\n")}\n</ul>`;
    case "terms":
      return `<dl>\n${block.terms.map(([term, line]) => `<div><dt>${escapeHtml(term)}</dt><dd>${lineOf(line)}</dd></div>`).join("\n")}\n</dl>`;
    case "table":
      return tableOf(block.caption, block.columns, block.rows);
    case "sample":
      return `<pre tabindex="0"><code>${escapeHtml(block.text)}</code></pre>`;
    case "heading":
      return `<h${block.level} id="${block.id}">${lineOf(block.line)}</h${block.level}>`;
  }
}

/** Narrow screens show each row as a block, which loses a table's roles: they are spelled out, and columns repeated. */
function tableOf(caption: string, columns: readonly string[], rows: readonly (readonly Line[])[]): string {
  const head = columns.map((column) => `<th scope="col" role="columnheader">${escapeHtml(column)}</th>`).join("");
  const body = rows.map(([name = [], ...cells]) => {
    const rest = cells.map((cell, index) => {
      return `<td role="cell" data-column="${escapeHtml(columns[index + 1] ?? "")}"><span>${lineOf(cell)}</span></td>`;
    });
    return `<tr role="row"><th scope="row" role="rowheader">${lineOf(name)}</th>${rest.join("")}</tr>`;
  });
  return `<table role="table">
<caption>${escapeHtml(caption)}</caption>
<thead role="rowgroup"><tr role="row">${head}</tr></thead>
<tbody role="rowgroup">
${body.join("\n")}
</tbody>
</table>`;
}

function lineOf(line: Line): string {
  return line.map(inlineOf).join("");
}

function inlineOf(inline: Inline): string {
  if (typeof inline === "string") return escapeHtml(inline);
  const text = escapeHtml(inline.text);
  switch (inline.type) {
    case "code":
      return `<code>${text}</code>`;
    case "strong":
      return `<strong>${text}</strong>`;
    case "link":
      return `<a href="${escapeHtml(inline.address)}" rel="nofollow noreferrer">${text}</a>`;
  }
}

/** Text in content as in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
