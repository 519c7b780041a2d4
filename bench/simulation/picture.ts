import { dateOfDay } from "@sotto/wire";
import { FIRST_DAY } from "./scenario.ts";
import type { Point, Series } from "./series.ts";

const WIDTH = 820;
const LEFT = 66;
const RIGHT = WIDTH - 20;
const TOP = 74;
const PANEL = { plot: 118, height: 182 } as const;
const MARKS = 3;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Colours for either background: the picture brings its own, since nobody knows what it is shown on. */
const STYLE = `
.ground{fill:#fff;stroke:#d5d8dc}.text{fill:#1b1f24}.soft{fill:#59626c}.grid{stroke:#e4e7ea}.ran{stroke:#8a939c}
.truth{stroke:#1b1f24}.band{fill:#0b6e99;fill-opacity:.24}.estimate{fill:#0b6e99}.lies{fill:#b3261e;fill-opacity:.1}.warn{fill:#a3211a}
text{font:13px system-ui,-apple-system,"Segoe UI",sans-serif}.title{font-weight:600;font-size:15px}.count{text-anchor:end}
path{fill:none;stroke-width:1.6}path.band{stroke:none}path.ran{stroke-dasharray:3 3;stroke-width:1.2}
@media (prefers-color-scheme:dark){.ground{fill:#14181d;stroke:#333b44}.text{fill:#eef1f4}.soft{fill:#a8b2bd}.grid{stroke:#2a313a}
.ran{stroke:#77818c}.truth{stroke:#eef1f4}.band{fill:#5cc2ee;fill-opacity:.26}.estimate{fill:#6fcaf2}.lies{fill:#ff8a80;fill-opacity:.16}.warn{fill:#ff9d95}}`;

/**
 * Draws figures of the year: what is true, and what decoders estimate, with its band.
 *
 * @param installations that were simulated, and the command that did: what the picture is of.
 * @returns SVG.
 */
export function picture(panels: readonly Series[], installations: number, command: string): string {
  const height = TOP + panels.length * PANEL.height + 6;
  const text = `${grouped(installations)} simulated installations of 50 projects`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">
<title id="title">True weekly numbers and what decoders estimate, in a simulated year</title>
<desc id="desc">${escaped(`${text}. ${panels.map(describe).join(" ")} Drawn by ${command}.`)}</desc>
<style>${STYLE}</style>
<rect class="ground" x=".5" y=".5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>
<text class="title text" x="20" y="29">What is true, and what a project learns of it</text>
<text class="soft" x="${RIGHT}" y="29" text-anchor="end">${text}</text>
${legend()}
${panels.map((series, at) => panel(series, TOP + at * PANEL.height)).join("\n")}
</svg>
`;
}

function legend(): string {
  return `<g transform="translate(20 51)"><path class="ran" d="M0 0H24"/><text class="soft" x="30" y="4">all who ran</text>
<path class="truth" d="M124 0H148"/><text class="soft" x="154" y="4">those whose report came</text>
<path class="band" d="M338-7H363V7H338Z"/><rect class="estimate" x="348" y="-2" width="4" height="4"/><text class="soft" x="371" y="4">estimate, 95 % interval</text>
<path class="lies" style="fill-opacity:.45" d="M544-7H569V7H544Z"/><text class="soft" x="577" y="4">weeks of false reports</text></g>`;
}

function panel({ project, title, how, points }: Series, top: number): string {
  const most = points.reduce(
    (max, { ran, estimate }) => Math.max(max, ran, (estimate?.value ?? 0) + (estimate?.margin ?? 0)),
    1,
  );
  const step = stepFor(most);
  const ceiling = Math.ceil(most / step) * step;
  const base = top + 34 + PANEL.plot;
  const x = (week: number) => round(LEFT + ((RIGHT - LEFT) * (week + 0.5)) / points.length);
  const y = (count: number) => round(base - (PANEL.plot * Math.max(0, count)) / ceiling);
  const line = (of: (point: Point) => number) =>
    points.map((point, week) => `${week === 0 ? "M" : "L"}${x(week)} ${y(of(point))}`).join("");
  const known = points.flatMap(({ estimate }, week) => (estimate === null ? [] : [{ week, ...estimate }]));
  const upper = known.map(({ week, value, margin }) => `${x(week)} ${y(value + margin)}`);
  const lower = known.toReversed().map(({ week, value, margin }) => `${x(week)} ${y(value - margin)}`);
  const dots = known.map(
    ({ week, value }) =>
      `<rect class="estimate" x="${round(x(week) - 2)}" y="${round(y(value) - 2)}" width="4" height="4"/>`,
  );
  const half = (RIGHT - LEFT) / points.length / 2;
  const attacked = points.flatMap(({ isAttacked }, week) => (isAttacked ? [week] : []));
  const lies =
    attacked.length === 0
      ? ""
      : `<rect class="lies" x="${round(x(attacked[0] ?? 0) - half)}" y="${top + 34}" width="${round(2 * half * attacked.length)}" height="${PANEL.plot}"/>`;
  const grid = Array.from({ length: Math.round(ceiling / step) + 1 }, (_, at) => at * step).map(
    (count) =>
      `<path class="grid" d="M${LEFT} ${y(count)}H${RIGHT}"/><text class="count soft" x="${LEFT - 8}" y="${round(y(count) + 4)}">${grouped(count)}</text>`,
  );
  return `<g><text class="text" x="20" y="${top + 19}"><tspan font-weight="600">${escaped(project)}</tspan>: ${escaped(title)} a week</text>
<text class="soft" x="${RIGHT}" y="${top + 19}" text-anchor="end">${escaped(how)}</text>
${grid.join("")}${lies}
<path class="band" d="M${[...upper, ...lower].join("L")}Z"/>
<path class="ran" d="${line(({ ran }) => ran)}"/><path class="truth" d="${line(({ truth }) => truth)}"/>
${dots.join("")}
${months(points.length, x, base)}</g>`;
}

function months(weeks: number, x: (week: number) => number, base: number): string {
  let shown = -1;
  return Array.from({ length: weeks }, (_, week) => week)
    .flatMap((week) => {
      const month = Number(dateOfDay(FIRST_DAY + week * 7).slice(5, 7)) - 1;
      const isNew = month !== shown;
      shown = month;
      return isNew
        ? [`<text class="soft" x="${x(week)}" y="${base + 17}" text-anchor="middle">${MONTHS[month]}</text>`]
        : [];
    })
    .join("");
}

function describe({ project, title, how, points }: Series): string {
  const judged = points.flatMap(({ truth, estimate, isAttacked }) =>
    estimate === null || isAttacked ? [] : [Math.abs(estimate.value - truth) <= estimate.margin],
  );
  const within = judged.filter((isWithin) => isWithin).length;
  const [first, last] = [points[0]?.truth ?? 0, points.at(-1)?.truth ?? 0];
  return `${project}, ${title} (${how}): truly ${grouped(first)} in the first week and ${grouped(last)} in the last; the interval holds the truth in ${within} of ${judged.length} weeks without false reports.`;
}

/** A round number of which a few make the axis. */
function stepFor(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / MARKS));
  return ([1, 2, 5, 10].find((times) => most / (times * power) <= MARKS) ?? 10) * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function grouped(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
