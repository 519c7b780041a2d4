import type { Block, Document, Inline, Line } from "./document.ts";

/** What Markdown, its tables and formulas, and the templates that sites are made with give a meaning to. */
const MEANINGFUL = /[\\`*_[\]<>#|~&!${}]/g;

/** What means something only at the beginning of a line: lists, rules, underlined headings. */
const SIGN_AT_START = /^[-+=:]/;
const NUMBER_AT_START = /^(\d+)([.)])/;

/** Breaks the addresses that GitHub turns into links even where their signs are escaped. It is not seen. */
const JOINER = "&#8288;";
const ADDRESS_SIGNS = /(:\/\/|@|www\.)/i;

/** Writes a page in Markdown (CommonMark with tables). No text of it can mean anything but itself. */
export function toMarkdown({ title, lead, sections }: Document): string {
  const blocks = [
    `# ${escapeText(title)}`,
    startOf(lead),
    ...sections.flatMap(({ heading, blocks: inside }) => [`## ${escapeText(heading)}`, ...inside.map(blockOf)]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function blockOf(block: Block): string {
  switch (block.type) {
    case "paragraph":
      return startOf(block.line);
    case "list":
      return block.items.map((item) => `- ${startOf(item)}`).join("\n");
    case "terms":
      return block.terms.map(([term, line]) => `- **${escapeText(term)}:** ${lineOf(line)}`).join("\n");
    case "table":
      return tableOf(block.caption, block.columns, block.rows);
    case "sample":
      return `    ${flat(block.text)}`;
    case "heading":
      return `${"#".repeat(block.level)} ${lineOf(block.line)}`;
  }
}

function tableOf(caption: string, columns: readonly string[], rows: readonly (readonly Line[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const lines = [
    row(columns.map(escapeText)),
    row(columns.map(() => "---")),
    ...rows.map((cells) => row(cells.map(lineOf))),
  ];
  return `**${escapeText(caption)}**\n\n${lines.join("\n")}`;
}

function lineOf(line: Line): string {
  return line.map(inlineOf).join("").trim();
}

/** A line where a block begins. */
function startOf(line: Line): string {
  return lineOf(line).replace(SIGN_AT_START, "\\$&").replace(NUMBER_AT_START, "$1\\$2");
}

function inlineOf(inline: Inline): string {
  if (typeof inline === "string") return escapeText(inline);
  switch (inline.type) {
    case "code":
      // Nothing can be escaped in a code span, so what would end it, or its table's cell, is written as text.
      return /^[^`|\s]+( [^`|\s]+)*$/.test(inline.text) ? `\`${inline.text}\`` : escapeText(inline.text);
    case "strong":
      return `**${escapeText(inline.text).trim()}**`;
    case "link":
      // Within a link no other one begins, so addresses need no breaking.
      return `[${escapeSigns(inline.text)}](<${inline.address.replaceAll("&", "&amp;")}>)`;
  }
}

/** A line of text that is nothing but text. */
export function escapeText(text: string): string {
  // Every second piece is a sign of an address; what is put into that must not be escaped itself.
  return flat(text)
    .split(ADDRESS_SIGNS)
    .map((piece, index) => (index % 2 === 1 ? broken(piece) : escapeSigns(piece)))
    .join("");
}

function broken(piece: string): string {
  return piece === "@" ? `${JOINER}@` : `${piece.slice(0, -1)}${JOINER}${piece.slice(-1)}`;
}

function escapeSigns(text: string): string {
  return flat(text).replace(MEANINGFUL, "\\$&");
}

/** On one line, since a definition's texts are one: blanks of all kinds are one blank. */
function flat(text: string): string {
  return text.replace(/\s+/gu, " ");
}
