import { windowsWithin } from "../answers/build.ts";
import { answersCsv } from "../answers/csv.ts";
import { answersJson } from "../answers/json.ts";
import type { Answers } from "../answers/model.ts";
import { lastWindows } from "../answers/publicview.ts";
import { answersPage } from "../page/answerspage.ts";

/** Spans that a site shows, in days; the page of the middle one is its front. */
const PERIODS = [30, 90, 365] as const;
const FRONT = 90;

/** What has to be asked for, so that every period is in it. */
export const LONGEST_PERIOD = Math.max(...PERIODS);

/** A file of a site. */
export interface SiteFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Makes the files of a site: of each period a page, JSON and CSV. What is merged is merged in all periods alike, since a
 * shorter one is a part of a longer one.
 *
 * @param answers those of {@link LONGEST_PERIOD}, as everybody may see them.
 * @throws RangeError for answers in which nothing is merged.
 */
export function siteFiles(answers: Answers): SiteFile[] {
  if (answers.threshold === null) throw new RangeError("answers are not made for everybody");
  const data = PERIODS.flatMap((days) => {
    const part = lastWindows(answers, windowsWithin(days));
    return [
      { name: `${days}d.json`, text: answersJson(part) },
      { name: `${days}d.csv`, text: answersCsv(part) },
      { name: pageName(days), text: pageOf(part, days) },
    ];
  });
  // The front comes last, so that it never leads to a file that is still to come.
  return data.sort((a, b) => Number(a.name === pageName(FRONT)) - Number(b.name === pageName(FRONT)));
}

function pageOf(answers: Answers, days: number): string {
  return answersPage(answers, {
    periods: PERIODS.map((each) => ({ label: `${each} days`, href: pageName(each), isHere: each === days })),
    files: PERIODS.flatMap((each) => [
      { label: `${each} days, JSON`, href: `${each}d.json` },
      { label: `${each} days, CSV`, href: `${each}d.csv` },
    ]),
  });
}

function pageName(days: number): string {
  return days === FRONT ? "index.html" : `${days}d.html`;
}
