import { type Html, html } from "./html.ts";
import type { ZoneFacts } from "./publishedzone.ts";
import { inWords } from "./wording.ts";

/** How to fetch and check the log. The page does not know its own address, since a web server may stand before it. */
export function verifying(signed: boolean, signatureKey: string | undefined): Html {
  return html`<p>Every segment is named in <a href="v1/segments.json">the list</a> with its SHA-256. A segment never changes.</p>
${commands("Fetch everything, and check it", [
  "base=https://…    # the address of this page, without the last slash",
  "curl -fsSO $base/v1/segments.json",
  `jq -r '.segments[].id + ".seg"' segments.json |`,
  "    xargs -I{} curl -fsSO $base/v1/segments/{}",
  `jq -r '.segments[] | .sha256 + "  " + .id + ".seg"' segments.json |`,
  "    sha256sum --check",
])}
${signed ? signatureGuide(signatureKey) : html`<p>The list of this zone is not signed.</p>`}
${commands("Read the reports that are yours: offline, with your project’s secret key", [
  "sotto-decoder scan --key-file project.key --from $base",
])}`;
}

function signatureGuide(signatureKey: string | undefined): Html {
  return html`${commands("The list is signed: check by whom", [
    "curl -fsSO $base/v1/segments.json.minisig",
    "minisign -V -m segments.json \\",
    `    -P ${keyLine(signatureKey)}`,
  ])}
<p>${signatureKey === undefined ? "Ask whoever runs this zone for the key." : "Whoever could change this page could change the key on it: compare it with one that you got by another way."}</p>`;
}

/** `minisign -P` takes the last line of a public key file. */
function keyLine(signatureKey: string | undefined): string {
  return signatureKey?.trim().split("\n").at(-1) ?? "KEY";
}

/** How not to be counted, alone or for a whole network. */
export function optingOut({ zone, retention }: ZoneFacts): Html {
  return html`<h3>For yourself</h3>
<p>Set <code>DO_NOT_TRACK=1</code> in the environment: sotto’s client then sends nothing. What was sent before
cannot be found here, since nothing in it says whose it is; it is deleted here within ${inWords(retention)}.</p>
<h3>For a whole network</h3>
<p>Let your resolver answer <code>NXDOMAIN</code> or <code>0.0.0.0</code> for this zone. Clients take that for a refusal
and do not look for a way around it.</p>
${commands("Unbound", ["server:", `    local-zone: "${zone}." always_nxdomain`])}
${commands("dnsmasq, Pi-hole", [`address=/${zone}/`])}
${commands("BIND, in a response policy zone", [`${zone}    CNAME .`, `*.${zone}  CNAME .`])}`;
}

/** Lines to copy, with what they are for. Focusable, since they scroll on narrow screens. */
function commands(purpose: string, lines: readonly string[]): Html {
  return html`<figure><figcaption>${purpose}</figcaption><pre tabindex="0"><code>${lines.join("\n")}</code></pre></figure>`;
}
