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

/** A project of the demo with what was sent for it. */
export interface Project {
  readonly name: string;
  readonly keyPair: KeyPair;
  readonly target: Target;
  readonly sent: string[];
  frames: number;
}

const SYSTEMS = ["linux-x64", "linux-arm64", "darwin-arm64", "win32-x64"];
const COMMANDS = ["install", "runserver", "migrate", "search", "upgrade", "doctor"];

/** A report such as the project's users might send; every eighth is too long for one name and goes in parts. */
export function sampleReport(index: number): string {
  const pick = (list: readonly string[]) => list[randomInt(list.length)] ?? "";
  const report: Record<string, unknown> = { v: `5.${randomInt(4)}.${index}`, os: pick(SYSTEMS), age: randomInt(1, 5) };
  if (index % 8 === 0) report.uses = Object.fromEntries(COMMANDS.map((command) => [command, randomInt(1, 999)]));
  if (index % 24 === 0) report.note = "ü€😀 ".repeat(randomInt(10, 40));
  return JSON.stringify(report);
}

/** Seals a report and sends it; now and then twice, as a resolver does that lost the answer. */
export async function sendReport(
  project: Project,
  text: string,
  lookup: Lookup,
  twice: boolean,
): Promise<SealedFrame[]> {
  const sealed = sealFor(project.target, text, dayOf(Date.now() / 1000));
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
