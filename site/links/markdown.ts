import { type Document, type Link, lineAt } from "./document.ts";

/** Reads links and headings of a Markdown text. Code holds neither. */
export function markdownDocument(path: string, text: string): Document {
  const prose = withoutCode(text);
  return { path, links: linksIn(prose), anchors: anchorsIn(text) };
}

/** Code blanked out, so that offsets and lines stay. */
function withoutCode(text: string): string {
  const blank = (code: string) => code.replaceAll(/[^\n]/g, " ");
  return text
    .replaceAll(/^( *)(```+|~~~+)[^\n]*\n[\s\S]*?\n\1\2[ \t]*$/gm, blank)
    .replaceAll(/(?<!`)(`+)(?!`)[^`](?:(?!\n\n)[\s\S])*?(?<!`)\1(?!`)|(?<!`)`[^`\n]`(?!`)/g, blank);
}

function linksIn(prose: string): Link[] {
  const found = [
    ...prose.matchAll(/\]\(\s*<?([^\s()<>]+(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:\s+"[^"]*")?\s*\)/g),
    ...prose.matchAll(/^ {0,3}\[[^\]\n]+\]:\s+<?([^\s<>]+)>?/gm),
    ...prose.matchAll(/<((?:https?|mailto):[^\s<>]+)>/g),
  ];
  return found.map((match) => ({ target: match[1] ?? "", line: lineAt(prose, match.index) }));
}

/** The anchors that GitHub, and the site, make of headings, and those written as HTML. */
function anchorsIn(text: string): Set<string> {
  const anchors = new Set([...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id]) => id ?? ""));
  const fenceless = text.replaceAll(/^( *)(```+|~~~+)[^\n]*\n[\s\S]*?\n\1\2[ \t]*$/gm, "");
  for (const [, heading = ""] of fenceless.matchAll(/^#{1,6} +(.*?)(?: +#+)?$/gm)) {
    const slug = slugOf(heading);
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** A heading as a part of an address: lower case, letters, digits, - and _ alone, each blank a -. */
export function slugOf(heading: string): string {
  const words = heading.replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll(/(^|\W)_(.+?)_(?=\W|$)/g, "$1$2");
  return words
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "")
    .replaceAll(" ", "-");
}
