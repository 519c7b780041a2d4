import { hasParts } from "../answers/change.ts";
import type { Breakdown, FieldAnswer, ReportAnswer } from "../answers/model.ts";
import { lastTold } from "../answers/picture.ts";
import { fieldCaution, growingNote, privacyWords } from "../answers/sayings.ts";
import {
  countOf,
  dayBefore,
  duringWindow,
  grouped,
  longDate,
  shortDate,
  signed,
  totalInWords,
} from "../answers/wording.ts";
import { courseChart, type Layer } from "./coursechart.ts";
import { dataTable } from "./datatable.ts";
import { type Html, html } from "./html.ts";
import { rowsChart } from "./rowschart.ts";

const NOUNS = { reports: "report", times: "time", sessions: "session" } as const;

const AGE_TONES: Readonly<Record<string, string>> = { "1": "age1", "2": "age2", "3": "age3", "4": "age4" };

/** The id of a report's section. */
export function sectionId({ name }: Pick<ReportAnswer, "name">): string {
  return `report-${name}`;
}

/** All that there is to say of a report: how many came, from whom, and what each field says. */
export function reportSection(report: ReportAnswer): Html {
  const id = sectionId(report);
  const [first, last] = [report.windows[0], report.windows.at(-1)];
  const growing = growingNote(report);
  const notes = [...(growing === null ? [] : [growing]), ...report.notes];
  if (first === undefined || last === undefined) {
    return html`<section aria-labelledby="${id}">
<h2 id="${id}">${report.name}</h2>
<p>${report.description}</p>
<p class="fine">Nothing to show yet.</p>
</section>`;
  }
  const span = `${countOf(report.windows.length, report.window)}, ${longDate(first.from)} to ${longDate(dayBefore(last.until))}`;
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${report.name}</h2>
<p>${report.description}</p>
${headline(report)}
${courseFigure(report)}
<div class="pair">
${report.reporting.filter(({ id: table }) => table !== "ages" && table !== "all").map((table) => breakdownFigure(table, report))}
${report.fields.map((field) => fieldBlock(field, report))}
</div>
<h3>What to know of these figures</h3>
<p class="fine">${span}.</p>
<ul class="notes">
${notes.map((note) => html`<li>${note}</li>\n`)}</ul>
</section>`;
}

/** The table that says how many reported, people where they are told apart. */
function mainTable({ reporting }: ReportAnswer): Breakdown | undefined {
  return reporting.find(({ id }) => id === "people") ?? reporting.find(({ id }) => id === "all") ?? reporting[0];
}

/** Its sums over the rows: its totals, or its only row. */
function sumsOf(table: Breakdown): Breakdown["totals"] {
  return table.totals ?? table.rows[0]?.figures ?? null;
}

function headline(report: ReportAnswer): Html | null {
  const table = mainTable(report);
  const at = table === undefined ? null : lastTold(table.rows);
  const figures = table === undefined ? null : sumsOf(table);
  const figure = at === null ? null : figures?.[at];
  if (table === undefined || at === null || figure == null) return null;
  const since = figures?.findIndex((each) => each !== null && each !== undefined) ?? at;
  const before = figures?.[since]?.value ?? 0;
  const change =
    since < at && before > 0
      ? `; ${signed(figure.value / before - 1)}\u00a0% since ${shortDate(report.windows[since]?.from ?? "")}`
      : "";
  const from = table.id === "people" ? "reports from people’s installations" : "reports";
  const coming = report.windows[at]?.isComplete ? "" : " so far";
  return html`<p class="hero"><b>${grouped(figure.value)}</b> ${from} ${duringWindow(report.windows[at]?.from ?? "", report.window)}${coming}${change}</p>`;
}

/** The course of all reports, by age where reports tell it. */
function courseFigure(report: ReportAnswer): Html | null {
  const ages = report.reporting.find(({ id }) => id === "ages");
  const main = mainTable(report);
  const table = ages ?? main;
  if (table === undefined) return null;
  const layers: Layer[] =
    ages === undefined
      ? [{ label: "reports", tone: "area", figures: sumsOf(table) ?? [] }]
      : ages.rows.map(({ value, label, figures }) => ({ label, tone: AGE_TONES[value] ?? "untold", figures }));
  const title = ages === undefined ? `${table.title} over time` : "Reports over time, by how long it has been used";
  const id = `course-${report.name}`;
  const { windows, window: kind } = report;
  return html`<figure>
<figcaption>${title}${windows.some(({ isComplete }) => !isComplete) ? "; what may still grow is dotted" : null}</figcaption>
${courseChart({ id, title: `${report.name}: ${title}`, windows, layers, noun: "report", kind })}
${ages === undefined ? null : legend(layers)}
</figure>
${dataTable(table, windows, `${report.name}, ${ages === undefined ? table.title : ages.title}`)}`;
}

/** From the top down, as the layers lie. */
function legend(layers: readonly Layer[]): Html {
  return html`<ul class="legend">
${[...layers].reverse().map(({ label, tone }) => html`<li><svg width="14" height="14" aria-hidden="true"><path class="${tone}" d="M0 0H14V14H0Z"/></svg>${label}</li>\n`)}</ul>`;
}

function breakdownFigure(table: Breakdown, report: ReportAnswer): Html | null {
  const id = `rows-${report.name}-${table.id}`;
  const chart = rowsChart(table, {
    id,
    title: `${report.name}: ${table.title}`,
    windows: report.windows,
    kind: report.window,
  });
  if (chart === null) return null;
  return html`<div class="field">
<h3>${table.title}</h3>
<figure>
<figcaption>${captionOf(table, report, "report")}</figcaption>
${chart}
</figure>
${dataTable(table, report.windows, `${report.name}, ${table.title}`)}
</div>`;
}

function fieldBlock(field: FieldAnswer, report: ReportAnswer): Html {
  const id = `field-${report.name}.${field.name}`;
  const title = `${report.name}: ${field.name}`;
  const chart = rowsChart(field.values, { id, title, windows: report.windows, kind: report.window });
  const caution = fieldCaution(field);
  const sayings = [
    ...(field.privacy === null ? [] : [privacyWords(field.privacy, report.window)]),
    ...field.notes,
    ...(caution === null || chart === null ? [] : [caution]),
  ];
  return html`<div class="field">
<h3>${field.name}</h3>
<p>${field.description}</p>
${
  chart === null
    ? html`<p class="fine">No report told of it, or too few.</p>`
    : html`<figure>
<figcaption>${captionOf(field.values, report, NOUNS[field.unit])}</figcaption>
${chart}
</figure>
${dataTable(field.values, report.windows, `${report.name}, ${field.name}`)}`
}
${sayings.map((saying) => html`<p class="fine">${saying}</p>\n`)}</div>`;
}

function captionOf(table: Breakdown, report: ReportAnswer, noun: string): string {
  const at = lastTold(table.rows) ?? 0;
  const window = duringWindow(report.windows[at]?.from ?? "", report.window);
  const total = table.totals?.[at];
  const course = report.windows.length < 2 ? "" : `; at the right since ${shortDate(report.windows[0]?.from ?? "")}`;
  const of = total == null || !hasParts(table) ? "" : ` of ${totalInWords(total, noun)}`;
  return `${window.slice(0, 1).toUpperCase()}${window.slice(1)}${of}${course}`;
}
