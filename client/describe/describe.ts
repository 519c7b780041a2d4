import type { Definition } from "@sotto/wire";
import { carriedOn } from "../check/carried.ts";
import {
  aboutSection,
  addresseesSection,
  consentSection,
  neverSection,
  offSection,
  seeingSection,
} from "./assurances.ts";
import type { Document, Section } from "./document.ts";
import type { Format } from "./format.ts";
import { toHtml } from "./html.ts";
import { toMarkdown } from "./markdown.ts";
import { goneSection, reportSection } from "./reports.ts";

/**
 * Writes the page that tells users what a project collects, from its definition and nothing else: the same bytes for
 * the same definition and day.
 *
 * @param today days since 1970-01-01 UTC: fields that expired by then are not collected any more.
 */
export function describeDefinition(definition: Definition, today: number, format: Format): string {
  const document = documentOf(definition, today);
  return format === "html" ? toHtml(document) : toMarkdown(document);
}

/** The page in no format yet. */
export function documentOf(definition: Definition, today: number): Document {
  const { title, project, reports } = definition;
  const name = title ?? project;
  const live = reports.filter((report) => {
    const { always, rotated } = carriedOn(report, today);
    return always.length + rotated.length > 0;
  });
  const gone = goneSection(reports, today);
  const sections: Section[] =
    live.length === 0
      ? [aboutSection(definition)]
      : [
          aboutSection(definition),
          consentSection(definition),
          offSection(definition),
          ...live.map((report) => reportSection(report, today)),
          neverSection(live, today),
          addresseesSection(definition, name),
          seeingSection(),
        ];
  return { title: `What ${name} collects`, lead: leadOf(name, live.length), sections: [...sections, ...gone] };
}

function leadOf(name: string, reports: number): string[] {
  if (reports === 0) return [`${name} collects nothing.`];
  return [
    `This page lists everything that ${name} may report from a machine that it runs on: what, why, until when, and how to say no. `,
    "It is written from the report definition that the program itself obeys. What the definition does not declare cannot be sent.",
  ];
}
