import type { SegmentEntry } from "@sotto/wire";
import { segmentChart } from "./chart.ts";
import { operator } from "./contact.ts";
import { optingOut, verifying } from "./guides.ts";
import { type Html, html } from "./html.ts";
import { keeping } from "./keeping.ts";
import { documentOf } from "./layout.ts";
import { partiesTable } from "./parties.ts";
import type { ZoneFacts } from "./publishedzone.ts";
import { segmentTable } from "./segmenttable.ts";
import { asSpan, counted, sized } from "./wording.ts";

/** Bars of the chart: a week of hours. Older segments are in the table. */
const MAX_BARS = 168;

/** A report's name as it goes over the wire, without its zone: sealed for a key that nobody has. */
const EXAMPLE_LABELS = [
  "c5vzozqn6tm6hj5rcnftrxjhiaf44ukciyxamameqoq6bvda2titl2defvqqz6t",
  "suqkua42dav4ohyinplcc2u646g47fhnfkuygkmatzibbgklbqbp5vdedz5hnut",
  "rtyi3gpie6htxxc2tlbcqfryq2w5nwrlpv4jxela6yjultkmmr45ubclbh6lr6i",
] as const;

/** What the page shows of a zone. */
export interface ZonePageContent {
  readonly facts: ZoneFacts;
  /** Sorted as a segment list is. */
  readonly segments: readonly SegmentEntry[];
  readonly signed: boolean;
  readonly signatureKey: string | undefined;
}

/** The page of one zone, for people: what it is, who runs it, what it keeps, and how to check or to stay out. */
export function zonePage({ facts, segments, signed, signatureKey }: ZonePageContent): string {
  const { zone } = facts;
  const content = html`<header>
<p class="kind">Collection zone for sealed usage reports</p>
<h1>${zone}</h1>
<p class="lead">Projects count their users here without learning who they are. Each report comes sealed, as a DNS name.
Everybody may read the log; <em>no report in it opens without the secret key of the project that it is for.</em></p>
</header>
<nav aria-label="On this page">
<ul>
${SECTIONS.map(
  ([id, heading]) => html`<li><a href="#${id}">${heading}</a></li>
`,
)}</ul>
</nav>
<main id="content">
${section(
  "what",
  html`<p>A report is a small JSON object, sealed for a project’s public key and sent as a DNS name. The user’s own resolver relays
it, so this zone’s server sees the resolver’s address and not the user’s. Many projects share the zone, and each report
looks like every other. This is one, as it goes over the wire:</p>
<pre class="name" tabindex="0"><code>${EXAMPLE_LABELS.map((label) => html`${label}<span class="dot">.</span><wbr>`)}<b>${zone}</b></code></pre>
<p>Each project takes the whole public log, tries its secret key on every report, offline, and keeps what opens.</p>`,
)}
${section("who", operator(facts))}
${section("kept", keeping(facts))}
${section(
  "seen",
  html`${partiesTable(facts.bucket)}
${limits()}`,
)}
${section("segments", publishedSegments(facts, segments))}
${section("verify", verifying(signed, signatureKey))}
${section("out", optingOut(facts))}
</main>`;
  return documentOf(
    `${zone} – sealed usage reports`,
    `What the collection zone ${zone} keeps, for how long, and how to check it`,
    content,
  );
}

const SECTIONS = [
  ["what", "What this is"],
  ["who", "Who runs it"],
  ["kept", "What is kept, and for how long"],
  ["seen", "What each party sees"],
  ["segments", "The published log"],
  ["verify", "How to check it"],
  ["out", "How not to be counted"],
] as const;

function section(id: (typeof SECTIONS)[number][0], content: Html): Html {
  const heading = SECTIONS.find(([own]) => own === id)?.[1] ?? "";
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${heading}</h2>
${content}
</section>`;
}

/** In plain words, as README.md says them. */
function limits(): Html {
  return html`<h3>The limits, in plain words</h3>
<ul>
<li>Whoever runs a recursive resolver of their own shows their address to this zone’s server. The server stores no
address, but that rests on its operator’s honesty. So a zone should be run by somebody who holds no project’s key.</li>
<li>An observer at both ends can match times. A long report is several names, so its length shows roughly.</li>
<li>Passive DNS databases keep names and times for years. Deletion here limits this zone’s copy only. A secret key that
leaks opens old copies; only destroying it ends that.</li>
<li>Networks without DNS to the outside, and networks that block the zone, are never counted.</li>
<li>Reports are unauthenticated. Anyone can send a well-formed lie.</li>
</ul>`;
}

function publishedSegments({ minBatch, bucket }: ZoneFacts, segments: readonly SegmentEntry[]): Html {
  if (segments.length === 0) {
    return html`<p>Nothing is published now. The first segment appears when ${minBatch <= 1 ? "a report has" : `${counted(minBatch, "report")} have`} come and
the ${asSpan(bucket)} is over.</p>
<p><a href="v1/segments.json">The list</a>, for programs, is empty.</p>`;
  }
  const frames = segments.reduce((sum, { count }) => sum + count, 0);
  const octets = segments.reduce((sum, { bytes }) => sum + bytes, 0);
  const bars = segments.slice(-MAX_BARS);
  return html`<p>${counted(segments.length, "segment")} with ${counted(frames, "frame")}, ${sized(octets)} together. A frame is a sealed report, or a
part of a long one. For programs: <a href="v1/segments.json">the list as JSON</a>.</p>
<figure>
<figcaption>Frames in each segment${bars.length < segments.length ? `, the newest ${MAX_BARS}` : ""}, by time of arrival (UTC)</figcaption>
${segmentChart(bars)}
</figure>
${segmentTable(segments)}`;
}
