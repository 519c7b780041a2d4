import { type Document, lineAt } from "./document.ts";

/** Reads links and ids of a page that a program wrote: attributes stand in double quotes. */
export function htmlDocument(path: string, text: string): Document {
  const links = [...text.matchAll(/<a\b[^>]*? href="([^"]*)"/g)].map((match) => ({
    target: plain(match[1] ?? ""),
    line: lineAt(text, match.index),
  }));
  const anchors = new Set([...text.matchAll(/ (?:id|name)="([^"]+)"/g)].map(([, id]) => plain(id ?? "")));
  return { path, links: links.filter(({ target }) => target !== ""), anchors };
}

/** What a page has a browser load: scripts, styles, pictures, frames. */
export function loadedBy(text: string): string[] {
  const sources = text.matchAll(/<(?!a\b)\w+\b[^>]*? (?:src|href|srcset|poster|data|action)="([^"]*)"/g);
  return [...sources].map(([, target]) => plain(target ?? ""));
}

/** What a style sheet has a browser load. */
export function loadedByStyle(text: string): string[] {
  const urls = text.matchAll(/url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)/g);
  return [...urls].map(([, url, sheet]) => url ?? sheet ?? "");
}

function plain(attribute: string): string {
  return attribute
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
