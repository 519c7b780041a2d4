import type { SegmentEntry } from "@sotto/wire";
import { type Html, html } from "./html.ts";
import { counted, dayOfMonth, grouped, machineTime, sized, timeOfDay } from "./wording.ts";

/** Rows that are seen at once: a day of hours. */
const OPEN_ROWS = 24;

/** Rows in all: three weeks of hours. Further segments are in the list; a page of every row of a busy test zone would be megabytes. */
const MAX_ROWS = 504;

/** The segments with their sizes and links, newest first; older ones fold away. */
export function segmentTable(segments: readonly SegmentEntry[]): Html {
  const newest = [...segments].reverse();
  const older = newest.slice(OPEN_ROWS, MAX_ROWS);
  const caption = older.length === 0 ? "Published segments" : `The newest ${OPEN_ROWS} segments`;
  return html`${table(caption, newest.slice(0, OPEN_ROWS))}
${older.length === 0 ? null : folded(older)}
${newest.length <= MAX_ROWS ? null : html`<p>${counted(newest.length - MAX_ROWS, "older segment")} more: see <a href="v1/segments.json">the list</a>.</p>`}`;
}

function folded(segments: readonly SegmentEntry[]): Html {
  return html`<details>
<summary>${counted(segments.length, "older segment")}</summary>
${table("Older segments", segments)}
</details>`;
}

function table(caption: string, segments: readonly SegmentEntry[]): Html {
  return html`<table class="segments">
<caption>${caption}; times are UTC, newest first</caption>
<thead><tr><th scope="col">Arrived</th><th scope="col" class="number">Frames</th><th scope="col" class="number">Size</th></tr></thead>
<tbody>
${segments.map(row)}</tbody>
</table>`;
}

function row({ id, start, end, count, bytes }: SegmentEntry): Html {
  const sameDay = dayOfMonth(start) === dayOfMonth(end - 1);
  const until = sameDay ? null : html`<span class="day">${dayOfMonth(end)}</span> `;
  return html`<tr><th scope="row"><a href="v1/segments/${id}.seg"><span class="day">${dayOfMonth(start)}</span> <time datetime="${machineTime(start)}">${timeOfDay(start)}</time>–${until}<time datetime="${machineTime(end)}">${timeOfDay(end)}</time></a></th><td class="number">${grouped(count)}</td><td class="number">${sized(bytes)}</td></tr>
`;
}
