import type { Examination } from "./examination.ts";
import { type Finding, type Verdict, verdictOf } from "./finding.ts";

/** Colours a verdict for a terminal, or leaves it. */
export type Paint = (verdict: Verdict, text: string) => string;

/** What is left behind, in plain words. */
function formatFrames(sent: number): string {
  if (sent === 0) return "";
  const frames = sent === 1 ? "1 frame is" : `up to ${sent} frames are`;
  return `${frames} in the zone's log now, sealed for keys that were thrown away: nobody can open them.\n`;
}

/** An examination as lines for a person: one for each check, and below it what to do, when there is something. */
export function formatText({ zone, findings, framesSent }: Examination, paint: Paint): string {
  const width = (pick: (finding: Finding) => string) => Math.max(...findings.map((finding) => pick(finding).length), 0);
  const [verdicts, checks, places] = [width((f) => f.verdict), width((f) => f.check), width((f) => f.where)];
  const lines = findings.flatMap(({ check, where, verdict, says, fix }) => [
    `${paint(verdict, verdict.padEnd(verdicts))}  ${check.padEnd(checks)}  ${where.padEnd(places)}  ${says}`,
    ...(fix === undefined ? [] : [`${" ".repeat(verdicts + 2)}${" ".repeat(checks)}  -> ${fix}`]),
  ]);
  const count = (verdict: Verdict) => findings.filter((finding) => finding.verdict === verdict).length;
  const summary = `${zone ?? "database"}: ${count("ok")} ok, ${count("warning")} to look at, ${count("wrong")} wrong\n`;
  return `${lines.join("\n")}\n\n${formatFrames(framesSent)}${summary}`;
}

/** An examination as one JSON object for programs. */
export function formatJson(examination: Examination): string {
  return `${JSON.stringify({ ...examination, verdict: verdictOf(examination.findings) })}\n`;
}
