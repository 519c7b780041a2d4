import { DAY_SECONDS, headWeekOf, type KeyPair, makeFrame, weekOf } from "@sotto/wire";
import type { OpenedChunk, OpenedFrame } from "../../../decoder/opening/openedchunk.ts";
import { type AbsentKey, type EpochSecret, ScanKeys } from "../../../decoder/scankeys.ts";
import { seededOctets } from "../../e2e/frames.ts";
import { sodiumOpen } from "../../wire/libsodium.ts";
import { hexOf, sha256Of } from "../../wire/octets.ts";
import { boxFor, madeFrames, other, own } from "../engine/frames.ts";
import { seededKeyPair } from "../keyrings.ts";
import { DAY, SEGMENT } from "../sealing.ts";
import { boxForTwo } from "./twokeys.ts";

export const SEGMENT_END = SEGMENT.end;

/** The key that replaced `own`, and two whose secrets are elsewhere. */
export const replacement = seededKeyPair("replacement");
const absent = seededKeyPair("absent");
const absentLater = seededKeyPair("absent later");

const epoch = ({ publicKey }: KeyPair, secretKey: Uint8Array | null, from: number, until: number): EpochSecret => {
  return { publicKey, secretKey, from, until };
};

/** Of the week of {@link DAY} two keys; of the one before one, and one that is absent; of the one after an absent one. */
const EPOCHS: readonly EpochSecret[] = [
  epoch(own, own.secretKey, DAY - 7, DAY + 7),
  epoch(replacement, replacement.secretKey, DAY, DAY + 7),
  epoch(absent, null, DAY - 7, DAY),
  epoch(absentLater, null, DAY + 7, DAY + 14),
];

/** Fresh each time, for what overwrites secrets. */
export function weekKeys(): ScanKeys {
  const epochs = EPOCHS.map((key) => ({ ...key, secretKey: key.secretKey && new Uint8Array(key.secretKey) }));
  return new ScanKeys({ epochs });
}

/** Frames of weeks with two keys, one, an absent one, both and none, honest and hostile. */
export function weekFrames(seed: string): Uint8Array[] {
  const boxes = [
    boxFor(own, `${seed} own`),
    boxFor(replacement, `${seed} replacement`),
    boxFor(absent, `${seed} absent`),
    boxFor(other, `${seed} other`),
    seededOctets(`${seed} junk`, 114),
    boxForTwo(own, replacement, `${seed} two`),
  ];
  const days = [DAY - 14, DAY - 7, DAY, DAY + 7];
  return [
    ...days.flatMap((day) => boxes.map((box, i) => makeFrame(headWeekOf(day), (7 * i) % 5, box))),
    ...madeFrames(seed).map(({ frame }) => frame),
  ];
}

/** Segments' frames ascend. */
export function sortedSlab(frames: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(frames.toSorted(Buffer.compare)));
}

/**
 * What {@link EPOCHS} make of frames: one frame after the other, one key after the other, as protocol.md has it, with
 * libsodium and nothing of the decoder's.
 */
export function expectedChunk(slab: Uint8Array): OpenedChunk {
  const weeks = new Map<number | null, { opened: number; foreign: number; pending: number; noKey: number }>();
  const waiting = new Map<string, { key: AbsentKey; frames: number }>();
  const frames: OpenedFrame[] = [];
  for (let at = 0; at < slab.length; at += 118) {
    const frame = slab.slice(at, at + 118);
    const [head = 0] = frame;
    const week = head >> 6 === 0 ? latestWeek(head & 63) : null;
    const counts = weeks.get(week) ?? { opened: 0, foreign: 0, pending: 0, noKey: 0 };
    weeks.set(week, counts);
    const keys = EPOCHS.filter(({ from, until }) => week !== null && weekOf(from) <= week && week < weekOf(until));
    const opened = keys.flatMap(({ publicKey, secretKey }) => {
      const block = secretKey === null ? null : sodiumOpen(frame.subarray(4), publicKey, secretKey);
      return block === null ? [] : { frame, block, key: idOf(publicKey), week: week as number };
    });
    const missing = keys.filter(({ secretKey }) => secretKey === null);
    if (opened[0] !== undefined) {
      frames.push(opened[0]);
      counts.opened++;
    } else if (missing.length > 0) counts.pending++;
    else if (week !== null && keys.length === 0) counts.noKey++;
    else counts.foreign++;
    for (const { publicKey, from, until } of opened.length > 0 ? [] : missing) {
      const id = idOf(publicKey);
      const entry = waiting.get(id) ?? { key: { id, publicKey, from, until }, frames: 0 };
      entry.frames++;
      waiting.set(id, entry);
    }
  }
  return { weeks: [...weeks].map(([week, counts]) => ({ week, ...counts })), frames, waiting: [...waiting.values()] };
}

/** The greatest week with these six bits that is not after the one that follows the segment's end. */
function latestWeek(bits: number): number {
  let week = weekOf(Math.floor(SEGMENT_END / DAY_SECONDS)) + 1;
  while (week % 64 !== bits) week--;
  return week;
}

function idOf(publicKey: Uint8Array): string {
  return hexOf(sha256Of(publicKey)).slice(0, 8);
}
