import { type Html, html } from "./html.ts";
import type { ZoneFacts } from "./publishedzone.ts";

/** A mailbox plain enough to be put into a mailto address as it is. */
const MAILBOX = /^[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+$/;

/** Who runs the zone, in the operator's own words. */
export function operator({ contact, url, text }: Pick<ZoneFacts, "contact" | "url" | "text">): Html {
  if (contact === undefined && url === undefined && text === undefined) {
    return html`<p>Whoever runs this zone has not said who they are.</p>`;
  }
  return html`${text === undefined ? null : html`<blockquote><p>${text}</p></blockquote>`}
${
  contact === undefined && url === undefined
    ? null
    : html`<dl class="facts">
${contact === undefined ? null : html`<div><dt>Contact</dt><dd>${mailbox(contact)}</dd></div>`}
${url === undefined ? null : html`<div><dt>More</dt><dd>${address(url)}</dd></div>`}
</dl>`
}`;
}

function mailbox(contact: string): Html {
  return MAILBOX.test(contact) ? html`<a href="mailto:${contact}">${contact}</a>` : html`${contact}`;
}

/** A link only where it leads to the web: other schemes may run something. */
function address(url: string): Html {
  return /^https?:\/\/[^\s]+$/i.test(url) ? html`<a href="${url}" rel="noreferrer">${url}</a>` : html`${url}`;
}
