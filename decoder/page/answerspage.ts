import type { Answers, LossAnswer } from "../answers/model.ts";
import { countOf, grouped, longDate } from "../answers/wording.ts";
import { type Html, html } from "./html.ts";
import { documentOf } from "./layout.ts";
import { reportSection, sectionId } from "./reportsection.ts";

/** What a page has besides answers. */
export interface PageExtras {
  /** Below the heading, such as a form. */
  readonly form?: Html;
  /** Other pages of the site, at the head of the page. */
  readonly periods?: readonly { readonly label: string; readonly href: string; readonly isHere: boolean }[];
  /** Files with the same figures. */
  readonly files?: readonly { readonly label: string; readonly href: string }[];
}

/** Writes answers as a page: one file of HTML that loads nothing. */
export function answersPage(answers: Answers, { form, periods = [], files = [] }: PageExtras = {}): string {
  const name = answers.title ?? answers.project;
  const sections = [
    ...answers.reports.map((report) => ({ id: sectionId(report), heading: report.name })),
    { id: "reading", heading: "How to read this" },
    { id: "scanned", heading: "What was scanned" },
  ];
  const content = html`<header>
<p class="kind">Usage reports</p>
<h1>${name}</h1>
<p class="lead">${leadOf(answers)}</p>
${periods.length === 0 ? null : periodLinks(periods)}${form ?? null}
</header>
<nav aria-label="On this page">
<ul>
${sections.map(({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>\n`)}</ul>
</nav>
<main id="content">
${answers.reports.map(reportSection)}
${reading(answers)}
${scanned(answers.losses)}
${files.length === 0 ? null : filesSection(files)}
</main>`;
  return documentOf(`${name}: usage reports`, content, { hasForm: form !== undefined });
}

function leadOf({ asOf, threshold, where }: Answers): string {
  if (asOf === null) return "Nothing was scanned yet.";
  const parts = [`What installations reported, as far as the public log was scanned: to ${longDate(asOf)}`];
  for (const { field, values } of where) parts.push(`only ${field} ${values.join(" or ")}`);
  if (threshold !== null) parts.push(`what fewer than ${threshold} reports say is merged`);
  return `${parts.join("; ")}.`;
}

function periodLinks(periods: NonNullable<PageExtras["periods"]>): Html {
  return html`<nav aria-label="Periods">
<ul>
${periods.map(({ label, href, isHere }) => html`<li>${isHere ? html`<b aria-current="page">${label}</b>` : html`<a href="${href}">${label}</a>`}</li>\n`)}</ul>
</nav>
`;
}

function reading({ notes, about, threshold }: Answers): Html {
  const policy = about?.startsWith("https://")
    ? html`<li>What is collected, and how to say no: <a href="${about}" rel="nofollow noreferrer">${about}</a></li>`
    : null;
  return html`<section aria-labelledby="reading">
<h2 id="reading">How to read this</h2>
<ul class="notes">
${notes.map((note) => html`<li>${note}</li>\n`)}${threshold === null ? null : publicNotes(threshold)}
<li>Thin lines across bars, and bands around courses, are 95 % intervals: where figures are drawn from a share of reports, or answers are blurred, they are estimates. What has none was counted.</li>
${policy}
</ul>
</section>`;
}

function publicNotes(threshold: number): Html {
  return html`<li>What fewer than ${threshold} reports say in a window is merged, and so much with it that nobody can tell it by subtraction: “rare ones, merged”. A dot, or a gap in a course, is a figure that is hidden so, or that no report told of. No two fields are crossed with each other.</li>
`;
}

function scanned({ segments, reasons, jumps }: LossAnswer): Html {
  const some = reasons.filter(({ count }) => count > 0);
  return html`<section aria-labelledby="scanned">
<h2 id="scanned">What was scanned</h2>
<p>${countOf(segments, "segment")} of the log.${some.length === 0 ? " Nothing was left out." : ` Not counted: ${some.map(({ reason, count }) => `${grouped(count)} ${reason}`).join(", ")}.`}</p>
${
  jumps.length === 0
    ? null
    : html`<p>Segments that stand out:</p>
<ul class="notes">
${jumps.map(({ start, reason, count, usual }) => html`<li>${new Date(start * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC: ${grouped(count)} ${reason}, usually ${grouped(usual)}</li>\n`)}</ul>`
}
</section>`;
}

function filesSection(files: NonNullable<PageExtras["files"]>): Html {
  return html`<section aria-labelledby="files">
<h2 id="files">The same as data</h2>
<ul>
${files.map(({ label, href }) => html`<li><a href="${href}">${label}</a></li>\n`)}</ul>
</section>`;
}
