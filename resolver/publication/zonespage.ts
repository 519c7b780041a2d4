import { html } from "./html.ts";
import { documentOf } from "./layout.ts";
import type { ZoneFacts } from "./publishedzone.ts";
import { inWords } from "./wording.ts";

/** The page at the root of a server with several zones: leads to the page of each. */
export function zonesPage(zones: readonly ZoneFacts[]): string {
  const content = html`<header>
<p class="kind">Collection zones for sealed usage reports</p>
<h1>Zones of this server</h1>
<p class="lead">Each zone has a log and rules of its own.</p>
</header>
<main id="content">
<ul class="zones">
${zones.map(
  ({ zone, text, retention }) => html`<li><h2><a href="${zone}/">${zone}</a></h2>
<p>${text ?? ""} Reports are deleted after ${inWords(retention)}.</p></li>
`,
)}</ul>
</main>`;
  return documentOf("Collection zones of this server", "The collection zones that this server publishes", content);
}
