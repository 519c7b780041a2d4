import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DAY_SECONDS, headWeekOf, type KeyPair, makeFrame, type Span } from "@sotto/wire";
import { MESSAGE_STATES, type RecordStore } from "../../../decoder/store/contract.ts";
import { Dice } from "../../e2e/dice.ts";
import { DAY, sealed, segmentFile } from "../sealing.ts";

/** A log whose messages lie across its segments. */
export interface SpreadLog {
  readonly segments: readonly { readonly span: Span; readonly frames: readonly Uint8Array[] }[];
  /** How many reports there are; every second one comes in parts. */
  readonly reports: number;
  /** How many boxes lie in a second segment too. */
  readonly copies: number;
}

const HOUR = 3600;

/** Frames of other projects in each segment, and what of the project's boxes comes twice. */
export interface Spread {
  readonly segments: number;
  readonly reports: number;
  readonly foreign: number;
  readonly copies: number;
}

/** Makes a log that depends on its seed alone. */
export function spreadLog(seed: string, key: Pick<KeyPair, "publicKey">, spread: Spread): SpreadLog {
  const dice = new Dice(`spread ${seed}`);
  const segments = Array.from({ length: spread.segments }, (_, hour) => {
    const start = (DAY + 1) * DAY_SECONDS + hour * HOUR;
    const frames = Array.from({ length: spread.foreign }, () => makeFrame(headWeekOf(DAY), 0, dice.octets(114)));
    return { span: { start, end: start + HOUR }, frames };
  });
  const at = (number: number) => segments[number % segments.length] as (typeof segments)[number];
  for (let report = 0; report < spread.reports; report++) {
    const text = `{"n":${report}${report % 2 === 0 ? "" : `,"pad":"${"x".repeat(150)}"`}}`;
    const frames = sealed(text, key, `${seed} ${report}`);
    for (const [part, frame] of frames.entries()) {
      const place = dice.below(spread.segments);
      at(place).frames.push(frame);
      if (part === 0 && report < spread.copies) at(place + 1).frames.push(frame);
    }
  }
  return { segments, reports: spread.reports, copies: spread.copies };
}

/** Writes a log as files of segments. */
export async function writeSpreadLog(folder: string, { segments }: SpreadLog): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [number, { span, frames }] of segments.entries()) {
    await writeFile(join(folder, `${String(number).padStart(3, "0")}.seg`), await segmentFile(frames, span));
  }
}

/**
 * All that a store knows but what may differ: which of two copies counts as the first. Where it does not matter which is
 * the first, the segment of a message has to be the same, too.
 */
export async function knowledgeOf(store: RecordStore) {
  const messages = [];
  for await (const some of store.messagesIn(MESSAGE_STATES)) messages.push(...some);
  const frames: Record<string, number> = {};
  const losses = await store.losses();
  for (const { frames: counts } of losses) {
    for (const [fate, number] of Object.entries(counts)) frames[fate] = (frames[fate] ?? 0) + number;
  }
  return {
    messages,
    frames,
    segments: await store.segments(),
    framesOfSegments: losses.map(({ sha256, frames: counts }) => {
      return [sha256, counts.foreign, counts.taken + counts.duplicate];
    }),
  };
}
