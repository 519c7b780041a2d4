import { FRAME_OCTETS } from "@sotto/wire";
import { type Html, html } from "./html.ts";
import type { ZoneFacts } from "./publishedzone.ts";
import { asSpan, counted, inWords } from "./wording.ts";

/** What the zone keeps and for how long, as its settings say, and what it does not keep. */
export function keeping({ bucket, minBatch, publishAfter, retention, bits }: ZoneFacts): Html {
  return html`<dl class="facts">
<div><dt>Kept of a report</dt><dd>its ${FRAME_OCTETS} sealed octets, and the ${asSpan(bucket)} in which it came</dd></div>
<div><dt>Order</dt><dd>sorted by content: the order of arrival is not kept</dd></div>
<div><dt>Smallest batch</dt><dd>${minBatch <= 1 ? "none: a report may be published alone" : `${counted(minBatch, "report")}; fewer wait for the next ${asSpan(bucket)}, or are deleted unpublished after ${inWords(retention / 2)}`}</dd></div>
<div><dt>Published</dt><dd>${publishAfter === 0 ? `as soon as the ${asSpan(bucket)} is over, if the batch is large enough` : `${inWords(publishAfter)} after the end of the ${asSpan(bucket)}, if the batch is large enough`}</dd></div>
<div><dt>Deleted</dt><dd>${inWords(retention)} after the start of the first ${asSpan(bucket)} in its batch</dd></div>
<div><dt>Price of a report</dt><dd>${bits === 0 ? "none" : `a puzzle of ${bits} zero bits, so that junk costs its sender time`}</dd></div>
</dl>
<h3>What is not kept</h3>
<p>No address and no port, of a user or of a resolver. No exact time. Nothing of how the question came: its type, its
transport, its letter case, its options. Not in a log, not in a figure for monitoring, not in an error message. This
server does not record who reads this page or the log, either.</p>`;
}
