import { MAX_WINDOWS_BACK } from "../../client/report/window.ts";
import { printTable } from "../table.ts";
import { AS_DESIGNED } from "./installation.ts";
import { GROUPS, type Measure, QUESTIONS, type Question } from "./measure.ts";
import { commandOf, readOptions, USAGE } from "./options.ts";
import { type Settings, simulate } from "./population.ts";
import { Progress } from "./progress.ts";
import { missedOf, PROMISED_SHARE } from "./promise.ts";
import { REPORT_NAMES } from "./reports.ts";
import type { Share } from "./share.ts";

const TITLES: Record<Question, string> = {
  present: '"present": report without counters',
  counters: '"counters": report with counters',
  "counters-again": `"counters", online again in the next ${MAX_WINDOWS_BACK} weeks`,
};

/** Reads the options, simulates, prints. @returns the exit code. */
export function main(args: readonly string[]): number {
  let settings: Settings | null;
  try {
    settings = readOptions(args);
  } catch (error) {
    console.error(`population: ${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  if (settings === null) {
    console.log(USAGE);
    return 0;
  }
  const { installations } = settings;
  const progress = new Progress(process.stderr, 2 * installations);
  const designed = simulate(settings, (done) => progress.update(done));
  const behaviour = { ...AS_DESIGNED, sends: "random-moment" } as const;
  const rejected = simulate({ ...settings, behaviour }, (done) => progress.update(installations + done));
  progress.clear();
  print(settings, designed, rejected);
  const missed = missedOf(designed);
  const promise = `at least ${100 * PROMISED_SHARE} %, none twice`;
  console.log(missed.length === 0 ? `\nkept: ${promise}` : `\nMISSED: ${promise}: ${missed.join("; ")}`);
  return missed.length === 0 ? 0 : 1;
}

function print(settings: Settings, designed: Measure, rejected: Measure): void {
  const { installations, weeks } = settings;
  console.log(`${commandOf(settings)}\n`);
  console.log(`${count(installations)} installations, ${weeks} weeks measured, ${count(designed.runs)} runs in all.`);
  console.log("100 % are the weeks of installations with at least one run in a session with a network.");
  console.log("late: counted by a frame that arrived after the week in which it was sealed.");
  for (const question of QUESTIONS) {
    console.log("");
    const rows = GROUPS.map((group) => rowOf(group, designed.share(question, group)));
    printTable([TITLES[question], "ran online", "counted", "of it late", "worst week"], rows);
  }
  for (const report of REPORT_NAMES) {
    const { expected } = designed.share(report);
    console.log("");
    const reasons = designed.missing(report).map(([why, times]) => [why, count(times), percent(times / expected)]);
    printTable([`missing, ${TITLES[report]}`, "weeks", "of all"], reasons);
  }
  console.log("");
  const comparison = QUESTIONS.map((question) => {
    const shares = [designed.share(question), rejected.share(question)];
    return [TITLES[question], ...shares.flatMap(({ share, timelyShare }) => [percent(share), percent(timelyShare)])];
  });
  const head = [
    "sent at the first run, or at a random moment of the week",
    "first run",
    "not late",
    "random",
    "not late",
  ];
  printTable(head, comparison);
  console.log(`\ncounted twice: ${designed.twice}; the same frame again, counted once: ${count(designed.repeats)}`);
}

function rowOf(group: string, share: Share): readonly string[] {
  return [group, count(share.expected), ...[share.share, share.late / share.expected, share.worstWeek].map(percent)];
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(2)} %` : "-";
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
