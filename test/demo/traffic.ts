import { randomBytes, randomInt } from "node:crypto";
import { type Lookup, sealFor, sendSealed, type Target } from "@sotto/client/sending";
import {
  BOX_OCTETS,
  boxOf,
  dayOf,
  encodeName,
  headWeekOf,
  type KeyPair,
  makeFrame,
  readHead,
  type SealedFrame,
  solve,
} from "@sotto/wire";
import { COMMANDS, SYSTEMS } from "./definition.ts";

/** A project of the demo with what was sent for it. */
export interface Project {
  readonly name: string;
  readonly keyPair: KeyPair;
  readonly target: Target;
  readonly sent: string[];
  frames: number;
}

/** Days that a report may have waited on a machine that was off: a client gives up after 14. */
const WAITED_DAYS = 13;

/** Every so many reports one is too long for a name, and goes in parts; every third of these says what nobody declared. */
const LONG = 8;
const UNDECLARED = 24;

/** A report such as the project's users might send. */
export function sampleReport(index: number): string {
  const pick = (list: readonly string[]) => list[randomInt(list.length)] ?? "";
  const counts = Object.fromEntries(COMMANDS.map((command) => [command, randomInt(1, 999)]));
  if (index % UNDECLARED === 0) return JSON.stringify({ u: counts, note: "ü€😀 ".repeat(randomInt(10, 40)) });
  if (index % LONG === 0) return JSON.stringify({ u: counts, w: 1 });
  const version = `5.${1 + Math.min(randomInt(3), randomInt(3))}.${randomInt(2)}`;
  return JSON.stringify({
    v: version,
    p: pick(SYSTEMS),
    r: pick(["terminal", "terminal", "script"]),
    a: randomInt(1, 5),
  });
}

/** Whether a project's definition allows what {@link sampleReport} said. */
export function isDeclared(text: string): boolean {
  return !text.includes('"note"');
}

/** Seals a report and sends it; now and then twice, as a resolver does that lost the answer. */
export async function sendReport(
  project: Project,
  text: string,
  lookup: Lookup,
  twice: boolean,
): Promise<SealedFrame[]> {
  const today = dayOf(Date.now() / 1000);
  const sealed = sealFor(project.target, text, today - randomInt(WAITED_DAYS + 1));
  for (let time = 0; time < (twice ? 2 : 1); time++) {
    const result = await sendSealed(sealed, project.target.ack, lookup);
    if (!result.acked) throw new Error(`a report was not acknowledged: ${result.reason}`);
  }
  project.sent.push(text);
  project.frames += sealed.frames.length;
  return sealed.frames;
}

/** Octets that look like a frame, solve the puzzle and open for nobody. */
export function junkName(zone: string, bits: number): string {
  const week = headWeekOf(dayOf(Date.now() / 1000));
  const frame = solve(week, randomBytes(BOX_OCTETS), bits, randomInt(2 ** 24));
  return encodeName(frame ?? makeFrame(week, 0, randomBytes(BOX_OCTETS)), zone);
}

/** A copy of somebody's frame under another salt: the same box, another name. */
export function resaltedName(frame: Uint8Array, zone: string, bits: number): string {
  const { week, salt } = readHead(frame);
  const copy = solve(week, boxOf(frame), bits, (salt + 1) % 2 ** 24);
  return encodeName(copy ?? frame, zone);
}
