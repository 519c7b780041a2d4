import { type Html, html } from "./html.ts";
import { STYLE_ELEMENT, STYLE_HASH } from "./style.ts";

/** Bars of a chart; within the page, since browsers ask their server for an icon otherwise. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cg fill='%230f766e'%3E%3Crect x='1' y='9' width='3.6' height='6' rx='1'/%3E%3Crect x='6.2' y='5' width='3.6' height='10' rx='1'/%3E%3Crect x='11.4' y='1' width='3.6' height='14' rx='1'/%3E%3C/g%3E%3C/svg%3E";

/** What a page may do besides being read. */
export interface PageRights {
  /** Whether it has a form, which asks its own server. */
  readonly hasForm: boolean;
}

/** The content security policy: its own stylesheet and icon, no script, no frame, nothing from elsewhere. */
export function policyOf({ hasForm }: PageRights): string {
  return [
    "default-src 'none'",
    `style-src '${STYLE_HASH}'`,
    "img-src data:",
    "base-uri 'none'",
    `form-action ${hasForm ? "'self'" : "'none'"}`,
  ].join("; ");
}

/** A whole document around a page's content: one file that loads nothing. */
export function documentOf(title: string, content: Html, rights: PageRights): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(rights)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="${ICON}">
${STYLE_ELEMENT}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${content}
<footer>
<p>This page has no script, sets no cookie and loads nothing.</p>
</footer>
</body>
</html>
`.markup;
}
