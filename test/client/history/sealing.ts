import { encodeName, type RandomSource, seal } from "@sotto/wire";
import type { Entry } from "../../../client/history/entry.ts";
import { entryOf } from "../../../client/history/proof.ts";
import type { HistoryPlaces } from "../../../client/history/setting.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { keyPairs } from "../../wire/independent.ts";

/** 2026-11-21. */
export const TODAY = 20_778;

/** A message as a client seals it. */
export interface Message {
  text?: string;
  day?: number;
  project?: string;
  report?: string;
  zone?: string;
  random?: RandomSource;
}

/** Seals a message, and gives the entry and the names that would be looked up. */
export function sealMessage(message: Message = {}): { entry: Entry; names: string[]; frames: Uint8Array[] } {
  const { text = '{"a":1}', day = TODAY, project = "left-pad", report = "weekly", zone = "r.example.net" } = message;
  const { publicKey } = keyPairs.alice;
  const sealed = seal(text, publicKey, { day, bits: 0, ...(message.random ? { random: message.random } : {}) });
  const entry = entryOf({ project, report, day, text, zone, publicKey, sealed });
  if (entry === null) throw new Error("what was sealed must be an entry");
  const frames = sealed.map(({ frame }) => frame);
  return { entry, names: frames.map((frame) => encodeName(frame, zone)), frames };
}

/** Places in a folder of this test alone; nothing of ours is there. */
export async function historyPlaces(): Promise<HistoryPlaces & { home: string }> {
  const home = await temporaryFolder();
  return {
    home,
    folder: { path: `${home}/state/sotto/history`, within: home },
    setting: { path: `${home}/config/sotto/history.json`, within: home },
  };
}

/** A clock that says half past three in the afternoon of a day. */
export function clockOf(day: number): () => number {
  return () => (day * 24 + 15.5) * 3_600_000;
}
