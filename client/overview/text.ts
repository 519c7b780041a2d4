import { dateOfDay } from "@sotto/wire";
import { wrapped } from "@sotto/wire/help";
import { reasonInWords, STATE_WORDS } from "../deciding/reason.ts";
import { LOSS_REASONS, type LossReason } from "../spool/losses.ts";
import type { ProjectStatus, Status } from "./gather.ts";
import { counted, durationInWords, momentInWords, windowInWords } from "./quantities.ts";

/** As wide as the longest name of a row, with what is before and behind it. */
const INDENT = 12;

const LOSS_WORDS: Readonly<Record<LossReason, string>> = {
  expired: "too old",
  overflow: "beyond the 200 that are kept",
  refused: "refused",
  attempts: "not confirmed in six attempts",
  damaged: "damaged",
};

/** What `status` prints. Pure. */
export function statusText(status: Status): string {
  const projects = status.projects.map((project) => projectLines(project, status));
  const none = ["No program has asked here, and nothing is kept of any project."];
  return [...(projects.length === 0 ? [none] : projects), hostLines(status), problemLines(status)]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function projectLines(one: ProjectStatus, { now, isSending }: Status): string[] {
  const { project, reasoned, fields, reported, due, waiting, isStopped } = one;
  return [
    `${project}: ${STATE_WORDS[reasoned.decision.state]}`,
    ...row("Why", reasonInWords(reasoned)),
    ...row("Tells", fields === null ? "" : toldInWords(fields)),
    ...row(
      "Reported",
      reported.map(({ report, unit, window }) => `${report}: ${windowInWords(unit, window)}`).join("; "),
    ),
    ...row("Due", due.length === 0 ? "" : `${due.join(", ")}: to be sealed by the next sender`),
    ...row("Waiting", waiting.length === 0 ? "" : `${waitingInWords(waiting)}; ${nextInWords(one, now, isSending)}`),
    ...row("Stopped", isStopped ? "the project asked for silence: nothing is counted or sent meanwhile" : ""),
  ];
}

function toldInWords({ told, untold }: NonNullable<ProjectStatus["fields"]>): string {
  if (told.length === 0) return `nothing of its ${counted(untold.length, "field")}`;
  if (untold.length === 0) return `all of its ${counted(told.length, "field")}`;
  return `${told.length} of ${told.length + untold.length} fields; you were not told of ${untold.join(", ")} yet`;
}

function waitingInWords(waiting: ProjectStatus["waiting"]): string {
  const tried = waiting.map(({ attempts }) => attempts).toSorted((a, b) => a - b);
  const most = tried.at(-1) ?? 0;
  const attempts = most === 0 ? "not tried yet" : `tried ${most === 1 ? "once" : `${most} times`} at most`;
  return `${counted(waiting.length, "frame")}, ${attempts}`;
}

function nextInWords({ reasoned, next, isStopped }: ProjectStatus, now: number, isSending: boolean): string {
  if (reasoned.decision.state !== "granted") return "nothing is sent as long as the project is not on";
  if (isStopped || next === null) return "nothing is sent now";
  if (isSending) return "a sender is at work";
  // A sender is started by a program, never by a clock.
  if (next - now <= 1) return "sent by the next run of a program with sotto";
  return `sent by the first run of a program with sotto in ${durationInWords(next - now)} or later`;
}

function hostLines({ host, isConsentUsable, blocked, losses, history, places }: Status): string[] {
  const lost = LOSS_REASONS.filter((reason) => losses[reason] > 0);
  return [
    "For all projects",
    ...row("Decision", isConsentUsable ? hostInWords(host) : "not known, so no"),
    ...blocked.flatMap(({ zone, until }) =>
      row("Blocked", `${zone}, by this network or itself; nothing is sent there until ${momentInWords(until)}`),
    ),
    ...row("Lost", lost.map((reason) => `${counted(losses[reason], "frame")} ${LOSS_WORDS[reason]}`).join("; ")),
    ...row(
      "History",
      `${history.isOn ? "on" : "off"}, ${history.entries === 1 ? "1 entry" : `${history.entries} entries`}`,
    ),
    ...row("State", places.state?.path ?? "nowhere: there is no home folder"),
    ...row("Consent", places.consent?.path ?? "nowhere: there is no home folder"),
    ...row("Policy", `${places.administrator}, the administrator's`),
  ];
}

function hostInWords(host: Status["host"]): string {
  if (host === null) return "none: each project asks or tells for itself";
  const day = host.day === null ? "" : ` of ${dateOfDay(host.day)}`;
  return host.decision === "denied"
    ? `no${day}: no project asks, counts or sends`
    : `yes${day}: after each one's notice`;
}

function problemLines({ problems }: Status): string[] {
  if (problems.length === 0) return [];
  return [
    "Files that cannot be used",
    ...problems.flatMap(({ path, reason }) => wrapped(`${path}: ${reason}`, "  ", "    ")),
  ];
}

function row(name: string, text: string): string[] {
  if (text === "") return [];
  return wrapped(text, `  ${name}`.padEnd(INDENT), " ".repeat(INDENT));
}
