import { area, curveMonotoneX, line } from "d3-shape";
import { hasParts, shareOf } from "../answers/change.ts";
import {
  type Breakdown,
  type BreakdownRow,
  type Figure,
  MERGED,
  REST,
  UNTOLD,
  type WindowAnswer,
} from "../answers/model.ts";
import { type Picture, pictureOf } from "../answers/picture.ts";
import { duringWindow, grouped, percent } from "../answers/wording.ts";
import { type Html, html } from "./html.ts";
import { AXIS_UNITS, round, unitsAt } from "./windowaxis.ts";

/** Rows of single values. */
const MAX_ROWS = 8;

/** In CSS pixels. */
const ROW_HEIGHT = 47;
const TEXT_LINE = 15;
const BAR_TOP = 23;
const BAR_HEIGHT = 9;
const SPARK_TOP = 4;
const SPARK_HEIGHT = 28;

/** In percent of the width. */
const BARS_END = 76;
const SPARK_START = 81;

/** Where a chart stands. */
export interface RowsSetting {
  /** Unique in its page. */
  readonly id: string;
  readonly title: string;
  readonly windows: readonly WindowAnswer[];
  readonly kind: "week" | "day";
}

/**
 * Draws a table's rows, as SVG: of each its last figure as a bar with its 95 % interval, and at the right edge its
 * course over the windows.
 *
 * @returns null when there is nothing to draw.
 */
export function rowsChart(table: Breakdown, { id, title, windows, kind }: RowsSetting): Html | null {
  const picture = pictureOf(table, MAX_ROWS);
  if (picture === null) return null;
  const figures = picture.rows.flatMap(({ figures: all }) => all[picture.at] ?? []);
  const isPart = hasParts(table);
  const greatest = Math.max(...figures.map(({ bar }) => bar), Number.MIN_VALUE);
  // Bars of parts are shares: full is all. Others are as long as the greatest, with room for its interval.
  const full = isPart
    ? Math.max(picture.whole, greatest)
    : Math.max(...figures.map(({ bar, margin }) => bar + margin), greatest);
  const hasCourse = windows.length > 1;
  return html`<svg class="rows" width="100%" height="${picture.rows.length * ROW_HEIGHT - 8}" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-desc">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${describe(table, picture, duringWindow(windows[picture.at]?.from ?? "", kind))}</desc>
${picture.rows.map((row, index) => drawRow({ table, row, picture, full, top: index * ROW_HEIGHT, hasCourse }))}
</svg>`;
}

interface Drawing {
  readonly table: Breakdown;
  readonly row: BreakdownRow;
  readonly picture: Picture;
  readonly full: number;
  readonly top: number;
  readonly hasCourse: boolean;
}

function drawRow({ table, row, picture, full, top, hasCourse }: Drawing): Html {
  const figure = row.figures[picture.at] ?? null;
  const end = hasCourse ? BARS_END : 100;
  const isQuiet = [MERGED, REST, UNTOLD].includes(row.value);
  const share = shareOf(table, row, picture.at);
  const middle = top + BAR_TOP + BAR_HEIGHT / 2;
  const scaled = (number: number) => round((Math.min(Math.max(number, 0), full) / full) * end);
  const number = figure === null ? "·" : grouped(figure.value);
  const margin =
    figure === null || figure.margin === 0
      ? null
      : html`<tspan class="soft wide" dx="4">±${grouped(figure.margin)}</tspan>`;
  const part = share === null || !hasParts(table) ? null : html`<tspan class="soft" dx="7">${percent(share)}</tspan>`;
  return html`<text class="${isQuiet ? "quiet-label" : "label"}" x="0" y="${top + TEXT_LINE}">${row.label}</text><text class="value" x="${end}%" y="${top + TEXT_LINE}">${number}${margin}${part}</text>
<rect class="track" x="0" width="${end}%" y="${top + BAR_TOP}" height="${BAR_HEIGHT}" rx="1.5"/>${barOf(figure, scaled, top, isQuiet)}${errorOf(figure, scaled, middle)}
${hasCourse ? sparkOf(row.figures, top) : null}
`;
}

function barOf(figure: Figure | null, scaled: (number: number) => number, top: number, isQuiet: boolean): Html | null {
  if (figure === null || figure.bar <= 0) return null;
  const width = Math.max(scaled(figure.bar), 0.3);
  return html`<rect class="${isQuiet ? "quiet" : "bar"}" x="0" width="${width}%" y="${top + BAR_TOP}" height="${BAR_HEIGHT}" rx="1.5"/>`;
}

/** The interval is that of the unbiased value; the bar may end elsewhere in it. */
function errorOf(figure: Figure | null, scaled: (number: number) => number, y: number): Html | null {
  if (figure === null || figure.margin === 0 || figure.value + figure.margin <= 0) return null;
  const [from, to] = [scaled(figure.value - figure.margin), scaled(figure.value + figure.margin)];
  const cap = (x: number) => html`<line class="error" x1="${x}%" x2="${x}%" y1="${y - 3.5}" y2="${y + 3.5}"/>`;
  return html`<line class="error" x1="${from}%" x2="${to}%" y1="${y}" y2="${y}"/>${cap(from)}${cap(to)}`;
}

/** A course from 0 to its own greatest, with its interval as a band. */
function sparkOf(figures: readonly (Figure | null)[], top: number): Html {
  const most = Math.max(
    ...figures.map((figure) => (figure === null ? 0 : figure.bar + figure.margin)),
    Number.MIN_VALUE,
  );
  const y = (number: number) => SPARK_HEIGHT - 2 - (Math.min(Math.max(number, 0), most) / most) * (SPARK_HEIGHT - 4);
  const points = figures.map((figure, at) => ({ figure, x: unitsAt(at, figures.length) }));
  const lineOf = line<(typeof points)[number]>()
    .defined(({ figure }) => figure !== null)
    .x(({ x }) => x)
    .y(({ figure }) => y(figure?.bar ?? 0))
    .curve(curveMonotoneX)
    .digits(1);
  const bandOf = area<(typeof points)[number]>()
    .defined(({ figure }) => figure !== null)
    .x(({ x }) => x)
    .y0(({ figure }) => y((figure?.value ?? 0) - (figure?.margin ?? 0)))
    .y1(({ figure }) => y((figure?.value ?? 0) + (figure?.margin ?? 0)))
    .curve(curveMonotoneX)
    .digits(1);
  const hasBand = figures.some((figure) => figure !== null && figure.margin > 0);
  return html`<svg class="spark" aria-hidden="true" x="${SPARK_START}%" y="${top + SPARK_TOP}" width="${100 - SPARK_START}%" height="${SPARK_HEIGHT}" viewBox="0 0 ${AXIS_UNITS} ${SPARK_HEIGHT}" preserveAspectRatio="none">
<line class="base" x1="0" x2="${AXIS_UNITS}" y1="${SPARK_HEIGHT - 1}" y2="${SPARK_HEIGHT - 1}" vector-effect="non-scaling-stroke"/>
${hasBand ? html`<path class="band" d="${bandOf(points) ?? ""}"/>` : null}<path class="line" d="${lineOf(points) ?? ""}" vector-effect="non-scaling-stroke"/>
</svg>`;
}

function describe(table: Breakdown, { rows, at }: Picture, window: string): string {
  const parts = rows.map((row) => {
    const figure = row.figures[at];
    if (figure == null) return `${row.label}: hidden`;
    const share = hasParts(table) ? shareOf(table, row, at) : null;
    const margin = figure.margin === 0 ? "" : ` plus or minus ${grouped(figure.margin)}`;
    return `${row.label}: ${grouped(figure.value)}${margin}${share === null ? "" : `, ${percent(share)}`}`;
  });
  return `Figures ${window}: ${parts.join("; ")}. The table below has every number.`;
}
