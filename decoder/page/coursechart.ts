import { scaleLinear } from "d3-scale";
import { area, curveMonotoneX, line } from "d3-shape";
import type { Figure, WindowAnswer } from "../answers/model.ts";
import { countOf, duringWindow, grouped, shortDate } from "../answers/wording.ts";
import { type Html, html } from "./html.ts";
import { AXIS_UNITS, axisLabels, round, unitsAt } from "./windowaxis.ts";

/** Heights in CSS pixels. Widths are stretched, so that text keeps its size on every screen. */
const PLOT_TOP = 10;
const PLOT_HEIGHT = 220;
const BOTTOM = PLOT_TOP + PLOT_HEIGHT;
const HEIGHT = BOTTOM + 30;

/** Lines across, the base apart. */
const MAX_LINES = 4;

/** A layer of a course, from the bottom up. */
export interface Layer {
  readonly label: string;
  /** Class that gives it its colour. */
  readonly tone: string;
  readonly figures: readonly (Figure | null)[];
}

/** A course over windows. */
export interface Course {
  /** Unique in its page. */
  readonly id: string;
  readonly title: string;
  readonly windows: readonly WindowAnswer[];
  /** One, whose interval is drawn as a band; or several, whose sum is the line. */
  readonly layers: readonly Layer[];
  readonly noun: string;
  readonly kind: "week" | "day";
}

/** A place of a layer over one window: its lower and upper edge, in counts. */
interface Slab {
  readonly at: number;
  readonly low: number;
  readonly high: number;
  readonly isKnown: boolean;
}

/**
 * Draws a course over windows, as SVG: layers on each other, with the line of their sum above; of windows whose reports
 * may still come the line is dotted and the layers are pale.
 */
export function courseChart({ id, title, windows, layers, noun, kind }: Course): Html {
  const slabs = stack(layers, windows.length);
  const sums = slabs.at(-1) ?? [];
  const margins = layers.length === 1 ? (layers[0]?.figures.map((figure) => figure?.margin ?? 0) ?? []) : [];
  const most = Math.max(1, ...sums.map(({ high }, at) => high + (margins[at] ?? 0)));
  const y = scaleLinear([0, most], [BOTTOM, PLOT_TOP]).nice(MAX_LINES);
  const lines = y.ticks(MAX_LINES).filter((count) => Number.isInteger(count));
  const x = (slab: Slab) => unitsAt(slab.at, windows.length);
  const areaOf = area<Slab>()
    .defined(({ isKnown }) => isKnown)
    .x(x)
    .y0(({ low }) => y(low))
    .y1(({ high }) => y(high))
    .curve(curveMonotoneX)
    .digits(1);
  const lineOf = line<Slab>()
    .defined(({ isKnown }) => isKnown)
    .x(x)
    .y(({ high }) => y(high))
    .curve(curveMonotoneX)
    .digits(1);
  const [settled, growing] = halves(windows);
  const paths = slabs.map((ofLayer, index) => {
    const tone = layers[index]?.tone ?? "";
    const pale = areaOf(growing(ofLayer)) ?? "";
    const edge =
      index > 0
        ? html`<path class="edge" d="${lineOf(slabs[index - 1] ?? []) ?? ""}" vector-effect="non-scaling-stroke"/>`
        : null;
    return html`<path class="${tone}" d="${areaOf(settled(ofLayer)) ?? ""}"/><path class="under" d="${pale}"/><path class="${tone} unsettled" d="${pale}"/>${edge}
`;
  });
  const band = sums.map((slab, at) => ({
    ...slab,
    low: slab.high - (margins[at] ?? 0),
    high: slab.high + (margins[at] ?? 0),
  }));
  return html`<svg class="course" width="100%" height="${HEIGHT}" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-desc">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${describe(sums, windows, noun, kind)}</desc>
${lines.map((count) => gridLine(count, y(count)))}
<svg aria-hidden="true" x="0" y="0" width="100%" height="${HEIGHT}" viewBox="0 0 ${AXIS_UNITS} ${HEIGHT}" preserveAspectRatio="none">
${paths}${margins.some((margin) => margin > 0) ? html`<path class="band" d="${areaOf(band) ?? ""}"/>` : null}
<path class="line" d="${lineOf(settled(sums)) ?? ""}" vector-effect="non-scaling-stroke"/>
<path class="line growing" d="${lineOf(growing(sums)) ?? ""}" vector-effect="non-scaling-stroke"/>
${windows.map((window, at) => hoverOf(window, at, windows.length, layers, sums[at], noun))}
</svg>
<line class="base" x1="0" x2="100%" y1="${BOTTOM}" y2="${BOTTOM}"/>
${axisLabels(windows, BOTTOM)}
</svg>`;
}

function stack(layers: readonly Layer[], windows: number): Slab[][] {
  const heights = new Array<number>(windows).fill(0);
  return layers.map(({ figures }) =>
    heights.map((low, at) => {
      const high = low + (figures[at]?.bar ?? 0);
      heights[at] = high;
      return { at, low, high, isKnown: layers.some((layer) => layer.figures[at] != null) };
    }),
  );
}

/** What is settled, and what is not, with the last settled window in both so that they meet. */
function halves(windows: readonly WindowAnswer[]) {
  const first = windows.findIndex(({ isComplete }) => !isComplete);
  const split = first < 0 ? windows.length : first;
  return [
    (slabs: readonly Slab[]) => slabs.slice(0, split),
    (slabs: readonly Slab[]) => slabs.slice(Math.max(0, split - 1) + (first < 0 ? 1 : 0)),
  ] as const;
}

function gridLine(count: number, y: number): Html {
  const grid = count === 0 ? null : html`<line class="grid" x1="0" x2="100%" y1="${round(y)}" y2="${round(y)}"/>`;
  return html`${grid}<text class="count" x="-8" y="${round(y)}" dy=".35em">${grouped(count)}</text>
`;
}

/** A column over the whole height that tells its figures when pointed at. */
function hoverOf(
  window: WindowAnswer,
  at: number,
  windows: number,
  layers: readonly Layer[],
  sum: Slab | undefined,
  noun: string,
): Html | null {
  if (sum === undefined || !sum.isKnown) return null;
  const half = windows < 2 ? AXIS_UNITS / 2 : AXIS_UNITS / (windows - 1) / 2;
  const from = Math.max(0, unitsAt(at, windows) - half);
  const to = Math.min(AXIS_UNITS, unitsAt(at, windows) + half);
  const parts =
    layers.length < 2 ? [] : layers.map(({ label, figures }) => `${label}: ${grouped(figures[at]?.bar ?? 0)}`);
  const text = [`${shortDate(window.from)}: ${countOf(sum.high, noun)}`, ...parts].join("\n");
  return html`<path class="hover" d="M${round(from)} ${PLOT_TOP}H${round(to)}V${BOTTOM}H${round(from)}Z"><title>${text}</title></path>
`;
}

function describe(sums: readonly Slab[], windows: readonly WindowAnswer[], noun: string, kind: Course["kind"]): string {
  const known = sums.filter(({ isKnown }) => isKnown);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return "No figures.";
  const on = ({ at, high }: Slab) => `${countOf(high, noun)} ${duringWindow(windows[at]?.from ?? "", kind)}`;
  const least = Math.min(...known.map(({ high }) => high));
  const most = Math.max(...known.map(({ high }) => high));
  return `A course of ${countOf(known.length, kind)}: ${on(first)}, ${on(last)}; between ${grouped(least)} and ${grouped(most)}. The table below has every number.`;
}
