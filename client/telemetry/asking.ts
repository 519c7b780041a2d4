import { type Collection, dayOf } from "@sotto/wire";
import { fieldHashes } from "../consent/fieldhash.ts";
import type { Decided } from "../consent/now.ts";
import { withDenial, withGrant, withHostAnswer, withNotice, withQuestion } from "../consent/record.ts";
import { changeConsent } from "../consent/store.ts";
import { isPlausibleDay } from "../report/window.ts";
import { coveredBy } from "./coverage.ts";
import { askPerson, type PersonsAnswer, type Terminal } from "./question.ts";
import { tellingDue } from "./telling.ts";
import { noticeText, questionText } from "./words.ts";
import type { World } from "./world.ts";

/** Milliseconds to wait for other programs that decide at this moment: a person waits, too. */
const PATIENCE = 2000;

/**
 * Shows a person the question or the notice if one is due, and records the answer. What cannot be recorded is not shown:
 * it would be shown in every run.
 *
 * @returns what was shown; null when nothing was.
 */
export async function ask(
  world: World,
  terminal: Terminal,
  collection: Collection,
  decided: Decided,
): Promise<"question" | "notice" | null> {
  const { decision, standing } = decided;
  const { consent: place } = world.places;
  const day = dayOf(world.clock() / 1000);
  if (standing === null || place === null || !isPlausibleDay(day)) return null;
  const { project, consent: mode } = collection;
  const fields = fieldHashes(collection);
  // A project that was told nothing yet is told everything.
  const told = decision.covers === "told" ? coveredBy(fields, standing.told) : new Set<string>();
  const hasUntold = told.size < Object.keys(fields).length;
  const due = tellingDue({ decision, mode, standing, hasUntold, isCi: world.isCi() });
  if (due === null) return null;
  const shown = due === "question" ? withQuestion : withNotice;
  const recorded = await changeConsent(place, (record) => shown(record, project, { day, fields }), PATIENCE);
  if (recorded.type !== "changed") return null;
  if (due === "notice") {
    terminal.output.write(noticeText(collection, told));
    return due;
  }
  const answer = await askPerson(terminal, questionText(collection, told));
  if (answer !== null) await changeConsent(place, (record) => answered(answer, record), PATIENCE);
  return due;

  function answered(answer: PersonsAnswer, record: Parameters<typeof withQuestion>[0]) {
    switch (answer) {
      case "yes":
        return withGrant(record, project, { day, fields });
      case "never":
        return withHostAnswer(withDenial(record, project, day), "denied", day);
      default:
        // A no to what was added leaves the yes to the rest as it is.
        return told.size > 0 ? record : withDenial(record, project, day);
    }
  }
}
