import { type Html, html } from "./html.ts";
import { STYLE_ELEMENT } from "./style.ts";

/** Three full labels and the zone, as every report's name has them; drawn within the page, since browsers ask for an icon. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cg fill='%230f766e'%3E%3Crect x='1' y='2' width='14' height='2.4' rx='1.2'/%3E%3Crect x='1' y='5.6' width='14' height='2.4' rx='1.2' opacity='.75'/%3E%3Crect x='1' y='9.2' width='14' height='2.4' rx='1.2' opacity='.5'/%3E%3Crect x='1' y='12.8' width='6' height='2.4' rx='1.2'/%3E%3C/g%3E%3C/svg%3E";

/** A whole document around a page's content. */
export function documentOf(title: string, description: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${description}">
<title>${title}</title>
<link rel="icon" href="${ICON}">
${STYLE_ELEMENT}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${content}
<footer>
<p>This page has no script, sets no cookie, loads nothing from elsewhere, and this server writes no access log.</p>
</footer>
</body>
</html>
`.markup;
}
