import { DAY_SECONDS, dateOfDay } from "@sotto/wire";
import { printTable } from "../table.ts";
import type { Estimates } from "./estimates.ts";
import { grouped, percent } from "./promises.ts";
import { ATTACKED, BUCKET, FIRST_DAY, liesIn, PROJECTS, ROBBED, type Settings, theftIn } from "./scenario.ts";
import { seriesOf } from "./series.ts";
import type { Result } from "./simulation.ts";
import { TRUTH } from "./truth.ts";

/** Weeks of which one stands in the tables of single figures; `--json` has all. */
const EVERY = 4;

/** Says what is simulated, and what is not done. */
export function printHead(command: string, { installations, weeks, minBatch, sealed }: Settings): void {
  const lies = liesIn(weeks);
  console.log(`${command}

${PROJECTS} projects share a zone for ${weeks} weeks; ${grouped(installations)} installations of people, not all at a time, and
for each a CI job, but where only finished weeks are told of. Projects ${ATTACKED.map((number) => number + 1).join(" and ")} get false reports in weeks ${lies.from + 1} to ${lies.until}; in week ${theftIn(weeks) + 1} a key of project ${ROBBED + 1} is stolen and replaced.
Lived by the client's own rules (windows, noise, rotation, text, spool, pace), stored by the collector's, counted and
estimated by the decoder's own ledger, tally and answers.
Not done for these: sealing, the puzzle, DNS, segment files, DuckDB; and each hour of the log is a segment.
All but puzzle and DNS is done for ${grouped(3 * sealed)} installations more, of three of the projects, with segments of ${minBatch} frames or more.
`);
}

/** Prints all tables. */
export function printTables(result: Result): void {
  printZone(result);
  printProjects(result.estimates);
  printSeries(result);
  printCoverage(result);
  printMoved(result.estimates);
  printTotals(result);
}

function printZone({ estimates, year }: Result): void {
  const { weeks } = year.settings;
  const sum = (name: string, week: number) => estimates.reduce((total, { truth }) => total + truth.at(name, week), 0);
  const rows = Array.from({ length: weeks }, (_, week) => {
    const decoded = estimates.reduce((total, { people }) => total + (people[week]?.raw ?? 0), 0);
    const ran = sum(TRUTH.ran, week);
    const ci = estimates.flatMap((one) => one.ci[week] ?? []);
    const [value, raw] = [
      ci.reduce((total, one) => total + one.value, 0),
      ci.reduce((total, one) => total + one.raw, 0),
    ];
    const margin = Math.sqrt(ci.reduce((total, one) => total + one.margin ** 2, 0));
    const jobs = sum(TRUTH.ciRan, week);
    return [
      dateOfDay(FIRST_DAY + 7 * week),
      ...[ran, sum(TRUTH.reachable, week), decoded].map(grouped),
      error(decoded, ran),
      ...[jobs, sum(TRUTH.ciHeard, week), raw, value].map(grouped),
      `±${grouped(margin)}`,
      error(value, sum(TRUTH.ciHeard, week)),
    ];
  });
  const head = [
    "people, all projects",
    "ran",
    "audible",
    "decoded",
    "error",
    "CI jobs",
    "audible",
    "decoded",
    "estimate",
    "±",
    "error",
  ];
  printTable(head, rows);
  console.log(
    "audible: not only in networks that are offline or block the zone. Errors: people's of all who ran, CI's of the audible.\n",
  );
}

function printProjects(estimates: readonly Estimates[]): void {
  const rows = estimates.map(({ project, truth, people, cells }) => {
    const weeks = people.length;
    const decoded = people.reduce((sum, { raw }) => sum + raw, 0);
    const within = cells.filter(({ truth: count, estimate }) => Math.abs(estimate.value - count) <= estimate.margin);
    return [
      project.name,
      project.kind,
      grouped(project.installations),
      ...[truth.sum(TRUTH.ran) / weeks, truth.sum(TRUTH.reachable) / weeks, decoded / weeks].map(grouped),
      percent(truth.sum(TRUTH.heard) / truth.sum(TRUTH.reachable)),
      grouped(cells.length),
      percent(within.length / cells.length),
    ];
  });
  const head = [
    "project, weekly means",
    "asks",
    "in all",
    "ran",
    "audible",
    "decoded",
    "of audible",
    "intervals",
    "hold truth",
  ];
  printTable(head, rows);
  console.log("");
}

function printSeries({ estimates, year }: Result): void {
  for (const { project, title, how, points } of seriesOf(estimates, year.settings.weeks)) {
    const rows = points.flatMap(({ ran, truth, estimate, isAttacked }, week) => {
      if (estimate === null || (week % EVERY !== 0 && !isAttacked)) return [];
      const { raw, value, margin } = estimate;
      const date = dateOfDay(FIRST_DAY + 7 * week);
      const figures = [ran, truth, raw, value].map(grouped);
      return [[isAttacked ? `${date} (false reports)` : date, ...figures, `±${grouped(margin)}`, error(value, truth)]];
    });
    printTable([`${project}: ${title}, ${how}`, "ran", "reported", "decoded", "estimate", "±", "error"], rows);
    console.log("");
  }
}

function printCoverage({ coverage }: Result): void {
  const rows = coverage.map(({ means, cells, groups, share, ofAll, least, most, error: mean }) => [
    means,
    ...[cells, groups].map(grouped),
    percent(share),
    `${percent(least)} to ${percent(most)}`,
    percent(mean),
    percent(ofAll),
  ]);
  const head = [
    "95 % intervals, by what is estimated",
    "intervals",
    "weeks x fields",
    "hold the truth",
    "may",
    "mean error",
    "hold all who ran",
  ];
  printTable(head, rows);
  console.log(
    "The truth is that of the reports that came: intervals are of noise and drawing, and not of what nobody can hear.\n",
  );
}

function printMoved(estimates: readonly Estimates[]): void {
  const rows = estimates.flatMap(({ project, moved }) =>
    moved.map(({ week, lies, share, value, truth, estimate, most }) => [
      `${project.name} ${dateOfDay(FIRST_DAY + 7 * week)}: ${value}`,
      ...[lies].map(grouped),
      percent(share),
      ...[truth, estimate.value].map(grouped),
      `±${grouped(estimate.margin)}`,
      ...[estimate.value - truth, most].map(grouped),
    ]),
  );
  printTable(
    ["false reports", "taken", "of all", "true", "estimate", "±", "moved by", "at most, by the decoder"],
    rows,
  );
  console.log("");
}

function printTotals({ year, estimates, batches, small }: Result): void {
  const { totals, junk } = year;
  const sum = (name: string) => estimates.reduce((total, { truth }) => total + truth.sum(name), 0);
  const days = (seconds: number) => `${seconds / 3600} h`;
  const rows: (readonly [string, string])[] = [
    ["runs of the programs", grouped(totals.runs)],
    ["frames that the collector stored, with copies and false reports", grouped(totals.sent)],
    ["asked for again by resolvers; sent again by others", `${grouped(totals.repeated)}; ${grouped(totals.replayed)}`],
    ["refused by the collector, since their week was over", grouped(totals.refused)],
    ["an attacker's frames that nobody can open", grouped(junk)],
    [
      "false reports that were sent; that the definition allows",
      `${grouped(totals.lies)}; ${grouped(totals.liesRecorded)}`,
    ],
    ["hashes for them, at 2^18 each", ((totals.lies + junk) * 2 ** 18).toExponential(1)],
    ["throwaway containers; counted", `${grouped(sum(TRUTH.containers))}; ${grouped(sum(TRUTH.containersCounted))}`],
    [
      "weeks of copied machines that were audible; counted",
      `${grouped(sum(TRUTH.copiesReachable))}; ${grouped(sum(TRUTH.copiesHeard))}`,
    ],
    [
      `segments; of more than ${days(BUCKET)}; smallest`,
      `${grouped(batches.released)}; ${grouped(batches.joined)}; ${grouped(batches.smallest)} frames`,
    ],
    ["frames deleted unreleased, for want of others", grouped(batches.unreleased)],
    [
      "small zone: frames in segments; segments; the longest",
      `${grouped(small.frames)}; ${grouped(small.batches.released)}; ${((small.batches.longest * DAY_SECONDS) / 3600).toFixed(0)} h`,
    ],
    ["small zone: frames deleted unreleased", grouped(small.batches.unreleased)],
  ];
  printTable(["in the whole year", ""], rows);
}

function error(value: number, truth: number): string {
  if (truth === 0) return "-";
  const share = (100 * (value - truth)) / truth;
  return `${share >= 0 ? "+" : ""}${share.toFixed(1)} %`;
}
