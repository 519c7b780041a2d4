import { type Collection, dayOf } from "@sotto/wire";
import { fieldHashes } from "../consent/fieldhash.ts";
import { withDenial, withGrant, withHostAnswer, withNotice, withQuestion } from "../consent/record.ts";
import { changeConsent } from "../consent/store.ts";
import { isPlausibleDay } from "../report/window.ts";
import { askPerson, type PersonsAnswer, type Terminal } from "./question.ts";
import type { Telling } from "./telling.ts";
import { noticeText, questionText } from "./words.ts";
import type { World } from "./world.ts";

/** Milliseconds to wait for other programs that decide at this moment: a person waits, too. */
const PATIENCE = 2000;

/**
 * Shows a person the question or the notice that is due, and records the answer. What cannot be recorded is not shown: it
 * would be shown in every run.
 *
 * @param told `<report>.<field>` that the user was told of before.
 * @returns whether it was shown.
 */
export async function ask(
  world: World,
  terminal: Terminal,
  collection: Collection,
  due: Telling,
  told: ReadonlySet<string>,
): Promise<boolean> {
  const { consent: place } = world.places;
  const day = dayOf(world.clock() / 1000);
  if (place === null || !isPlausibleDay(day)) return false;
  const { project } = collection;
  const fields = fieldHashes(collection);
  const shown = due === "question" ? withQuestion : withNotice;
  const recorded = await changeConsent(place, (record) => shown(record, project, { day, fields }), PATIENCE);
  if (recorded.type !== "changed") return false;
  if (due === "notice") {
    terminal.output.write(noticeText(collection, told, world.caller));
    return true;
  }
  const answer = await askPerson(terminal, questionText(collection, told, world.caller));
  if (answer !== null) await changeConsent(place, (record) => answered(answer, record), PATIENCE);
  return true;

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
