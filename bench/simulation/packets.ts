import { boxOf, collectorAcceptsWeek, DAY_SECONDS, dayOf, headWeekOf, makeFrame, readHead } from "@sotto/wire";
import type { Dice } from "../../test/e2e/dice.ts";
import { happens, uniform } from "../population/chance.ts";
import type { Told } from "./program.ts";
import { EVENTS } from "./scenario.ts";

/** A frame on its way to the collector. */
export interface Packet {
  readonly frame: Uint8Array;
  readonly told: Told;
  /** Unix seconds. */
  readonly at: number;
}

/** Why the collector did not store a frame. */
export interface Refused {
  /** Its week is too long ago, or ahead. */
  week: number;
}

/** How many frames others sent again. */
export interface Again {
  repeated: number;
  replayed: number;
}

/**
 * What else comes of a frame that was sent: resolvers ask again, and somebody who collects names sends old ones: as they
 * were, under another salt, for which the puzzle is solved again, or under the week of the day.
 */
export function sentAgain(dice: Dice, { frame, told, at }: Packet, count: Again): Packet[] {
  const packets: Packet[] = [];
  if (happens(dice, EVENTS.repeated)) {
    packets.push({ frame, told, at: at + 1 + Math.floor(7200 * uniform(dice)) });
    count.repeated++;
  }
  if (!happens(dice, EVENTS.replayed)) return packets;
  count.replayed++;
  const later = at + Math.floor(EVENTS.replayDays * DAY_SECONDS * uniform(dice));
  const { week, salt } = readHead(frame);
  const otherSalt = (salt + 1 + dice.below(2 ** 23)) % 2 ** 24;
  const way = dice.below(3);
  const copy = way === 0 ? frame : makeFrame(way === 1 ? week : headWeekOf(dayOf(later)), otherSalt, boxOf(frame));
  return [...packets, { frame: copy, told, at: later }];
}

/** Whether the collector stores it; who asks solved the puzzle. */
export function isStored({ frame, at }: Packet): boolean {
  return collectorAcceptsWeek(readHead(frame).week, dayOf(at));
}
