import { closeSync, fstatSync, openSync, writeSync } from "node:fs";
import { DAY_SECONDS, dayOf } from "@sotto/wire";
import { MAX_COUNTS_OCTETS } from "../installation/append.ts";
import { isNextDue, MAX_NEXT_OCTETS } from "../installation/next.ts";
import { KINDS_SAID } from "../report/heard.ts";
import { isPlausibleDay } from "../report/window.ts";
import type { JsonObject } from "../state/file.ts";
import { type Counting, newCounting } from "./counting.ts";
import type { UsualDefinition, UsualReport } from "./definition.ts";
import { keptReports, requireNoneFinished, requireReported } from "./due.ts";
import { isAgreed, keptSums, usualInstallation } from "./installation.ts";
import { unusual, usualFile } from "./reading.ts";
import { keepSession } from "./session.ts";
import type { UsualRun } from "./usualrun.ts";
import { verdictOf } from "./verdict.ts";

/**
 * Sees that nothing is due, and writes down what a usual run counted: `settle` in short.
 *
 * @returns false where the user has said no, or says nothing any more.
 * @throws where something is unusual; then nothing is written down.
 */
export function settleUsually(run: UsualRun): boolean {
  const { world, raw, asked, counting, said } = run;
  const verdict = verdictOf(world, asked);
  if (verdict === "silent") return false;
  const { state } = world.places;
  const now = world.clock();
  const today = dayOf(now / 1000);
  if (!isPlausibleDay(today)) throw unusual();
  const folder = usualInstallation(state, asked.project);
  const sums = keptSums(folder, raw);
  const { reports = {} } = raw as UsualDefinition;
  const line: Counting = newCounting();
  let kept: JsonObject | null = null;
  let isCounted = false;
  let hasSession = false;
  for (const name in reports) {
    const { window, fields } = reports[name] as UsualReport;
    let isTelling = false;
    let isCollecting = false;
    let isTold = true;
    for (const field in fields) {
      const { kind, expires } = fields[field] as UsualReport["fields"][string];
      if (KINDS_SAID.includes(kind)) isTold = said.has(name);
      if (!isAgreed(`${name}.${field}`, sums, verdict)) continue;
      if (kind === "session") hasSession = true;
      if (today >= Date.parse(expires) / (DAY_SECONDS * 1000)) continue;
      isTelling = true;
      if (kind !== "counter") continue;
      isCollecting = true;
      const total = counting[name]?.[field];
      if (total === undefined) continue;
      line[name] ??= newCounting();
      line[name][field] = total;
      isCounted = true;
    }
    if (!isTelling || !isTold) continue;
    kept ??= keptReports(folder);
    if (isCollecting) requireNoneFinished(folder, kept, name, window, today);
    else requireReported(kept, name, window, today);
  }
  const minute = Math.floor(now / 60_000);
  const next = usualFile(`${state}/next.json`, MAX_NEXT_OCTETS)?.minute;
  if (typeof next === "number" && isNextDue(next, minute)) throw unusual();
  if (isCounted && run.day !== today) throw unusual();
  if (hasSession) keepSession(folder, minute, world.random);
  if (isCounted) append(`${folder}/counts-${today}.ndjson`, JSON.stringify(line));
  return true;
}

/** @throws where the file is to be added up first, or cannot be written. */
function append(path: string, line: string): void {
  const file = openSync(path, "a", 0o600);
  try {
    if (fstatSync(file).size > MAX_COUNTS_OCTETS) throw unusual();
    writeSync(file, `${line}\n`);
  } finally {
    closeSync(file);
  }
}
