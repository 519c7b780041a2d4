import { expect } from "vitest";

/** Elements that have no end. */
const VOID = new Set(["meta", "link", "input", "br", "rect", "line"]);

/** Checks that a page is well formed: every element ends where it should, ids are there once, and references lead somewhere. */
export function expectWellFormed(page: string): void {
  const markup = page.replace(/<style>[\s\S]*?<\/style>/g, "").replace(/^<!doctype html>/, "");
  const open: string[] = [];
  for (const [, end, name = "", rest = ""] of markup.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:\s[^<>]*)?)>/g)) {
    if (end === "/") expect(open.pop(), `</${name}>`).toBe(name);
    else if (!rest.endsWith("/") && !(VOID.has(name) && name !== "rect" && name !== "line")) open.push(name);
  }
  expect(open).toEqual([]);
  // What is no tag has no angle brackets, and ampersands only in entities.
  const text = markup.replace(/<\/?[a-z][a-z0-9]*(?:\s[^<>]*)?>/g, "");
  expect(text).not.toMatch(/[<>]/);
  expect(markup).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#39;)/);
  const ids = [...markup.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const references = [...markup.matchAll(/ aria-(?:labelledby|describedby)="([^"]*)"/g)].map(([, id]) => id);
  const fragments = [...markup.matchAll(/ href="#([^"]*)"/g)].map(([, id]) => id);
  for (const id of [...references, ...fragments]) expect(ids).toContain(id);
}

/** Every address in a page that is not of the page itself: of links, and of what it would load. */
export function addressesIn(page: string): string[] {
  const markup = page.replace(/data:image\/svg\+xml,[^"]*/g, "data:");
  const attributes = [...markup.matchAll(/\s(?:href|src|action|xlink:href|srcset|poster|data)="([^"#][^"]*)"/g)];
  const others = [...markup.matchAll(/(?:url\(|@import|https?:\/\/)[^\s"')<]*/g)];
  return [...attributes.map(([, address = ""]) => address), ...others.map(([address]) => address)];
}

/** What a reader sees, in one line. */
export function textOf(page: string): string {
  const text = page.replace(/<style>[\s\S]*<\/style>/, "").replace(/<[^>]+>/g, " ");
  return text.replace(/\s+/g, " ");
}
