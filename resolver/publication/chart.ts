import type { SegmentEntry } from "@sotto/wire";
import { type Html, html } from "./html.ts";
import { counted, dayOfMonth, grouped, timeOfDay } from "./wording.ts";

/** Heights in CSS pixels. Widths are percentages, so that text keeps its size on every screen. */
const HEIGHT = 236;
const PLOT_TOP = 14;
const PLOT_BOTTOM = 200;
const TICK_LABEL = 222;

/** Lines across the plot at most, without the base. */
const MAX_LINES = 4;

/** Labels below the plot at most: seven days of a week and one. */
const MAX_TICKS = 8;

/** A bar is never wider than this part of the plot, in percent: one segment alone shall not look like a wall. */
const MAX_BAR_PERCENT = 6;

/** Part of its span that a bar fills; the rest parts it from the next. */
const BAR_FILL = 0.84;

/** Distances of ticks, in seconds. */
const TICKS = [1, 5, 15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86_400, 2 * 86_400];

const DAY = 86_400;

/**
 * Frames of each segment over time, as SVG: a bar begins and ends where its segment does. Its text alternative names
 * the range; the numbers themselves are the table's.
 *
 * @param segments one or more, sorted by start.
 */
export function segmentChart(segments: readonly SegmentEntry[]): Html {
  const { start, end } = timeAxis(segments);
  const percent = (time: number) => ((time - start) / (end - start)) * 100;
  const { step, top } = countAxis(Math.max(...segments.map(({ count }) => count)));
  const height = (count: number) => (count / top) * (PLOT_BOTTOM - PLOT_TOP);
  const lines = Array.from({ length: top / step }, (_, index) => (index + 1) * step);
  return html`<svg class="chart" width="100%" height="${HEIGHT}" role="img" aria-labelledby="chart-title" aria-describedby="chart-description">
<title id="chart-title">Frames in each published segment, over time</title>
<desc id="chart-description">${description(segments)}</desc>
${lines.map((count) => gridLine(count, PLOT_BOTTOM - height(count)))}
${segments.map((segment) => bar(segment, percent, height))}
<line class="base" x1="0" x2="100%" y1="${PLOT_BOTTOM}" y2="${PLOT_BOTTOM}"/>
<text class="count" x="-8" y="${PLOT_BOTTOM}" dy=".35em">0</text>
${tickLabels(start, end, percent)}
</svg>`;
}

function timeAxis(segments: readonly SegmentEntry[]): { start: number; end: number } {
  const end = Math.max(...segments.map((segment) => segment.end));
  const first = Math.min(...segments.map((segment) => segment.start));
  const shortest = Math.min(...segments.map((segment) => segment.end - segment.start));
  return { start: Math.min(first, Math.floor(end - (shortest * 100) / MAX_BAR_PERCENT)), end };
}

/** Round numbers for the lines: the smallest step of 1, 2 or 5 times a power of ten that needs few of them. */
function countAxis(most: number): { step: number; top: number } {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 1) / MAX_LINES));
  const steps = [1, 2, 5, 10].map((factor) => Math.max(1, Math.round(factor * power)));
  const step = steps.find((candidate) => most / candidate <= MAX_LINES) ?? Math.max(1, most);
  return { step, top: Math.max(1, Math.ceil(most / step)) * step };
}

function gridLine(count: number, y: number): Html {
  return html`<line class="grid" x1="0" x2="100%" y1="${round(y)}" y2="${round(y)}"/><text class="count" x="-8" y="${round(y)}" dy=".35em">${grouped(count)}</text>
`;
}

function bar(segment: SegmentEntry, percent: (time: number) => number, height: (count: number) => number): Html {
  const width = percent(segment.end) - percent(segment.start);
  const x = percent(segment.start) + (width * (1 - BAR_FILL)) / 2;
  const tall = Math.max(1, height(segment.count));
  const label = `${dayOfMonth(segment.start)}, ${timeOfDay(segment.start)}: ${counted(segment.count, "frame")}`;
  return html`<rect class="bar" x="${round(x)}%" width="${round(width * BAR_FILL)}%" y="${round(PLOT_BOTTOM - tall)}" height="${round(tall)}"><title>${label}</title></rect>
`;
}

function tickLabels(start: number, end: number, percent: (time: number) => number): Html[] {
  const step =
    TICKS.find((length) => (end - start) / length <= MAX_TICKS) ?? Math.ceil((end - start) / MAX_TICKS / DAY) * DAY;
  const first = Math.ceil(start / step) * step;
  const times = Array.from({ length: Math.floor((end - first) / step) + 1 }, (_, index) => first + index * step);
  return times.map((time, index) => {
    const x = percent(time);
    const anchor = x < 4 ? "start" : x > 96 ? "end" : "middle";
    // On narrow screens every other label stays away.
    const shown = index % 2 === 0 ? "tick" : "tick wide";
    const label = time % DAY === 0 ? dayOfMonth(time) : timeOfDay(time);
    return html`<line class="${shown}" x1="${round(x)}%" x2="${round(x)}%" y1="${PLOT_BOTTOM}" y2="${PLOT_BOTTOM + 5}"/><text class="${shown}" x="${round(x)}%" y="${TICK_LABEL}" text-anchor="${anchor}">${label}</text>
`;
  });
}

function description(segments: readonly SegmentEntry[]): string {
  const [first, last] = [segments[0] as SegmentEntry, segments.at(-1) as SegmentEntry];
  const counts = segments.map(({ count }) => count);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const range = fewest === most ? counted(most, "frame") : `between ${grouped(fewest)} and ${counted(most, "frame")}`;
  const from = `${dayOfMonth(first.start)}, ${timeOfDay(first.start)}`;
  const to = `${dayOfMonth(last.end)}, ${timeOfDay(last.end)}`;
  return `${counted(segments.length, "bar")} from ${from} to ${to} UTC, each of ${range}. The table below has every number.`;
}

function round(number: number): number {
  return Math.round(number * 1000) / 1000;
}
