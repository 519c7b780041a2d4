import { DAY_SECONDS, dayOf, type EpochKey, keyOfDay, makeBlocks } from "@sotto/wire";
import type { Dice } from "../../test/e2e/dice.ts";
import { happens, uniform } from "../population/chance.ts";
import type { Packet } from "./packets.ts";
import type { Boxes } from "./program.ts";
import type { Project } from "./projects.ts";
import { EVENTS, liesIn, type Settings, START } from "./scenario.ts";

/** What false reports say that they want to be believed: values of the definition, always the same. */
export const LIES = { private: '"c":"mssql"', rotating: '"t":false', counting: '"p":"win32-x64","n":1000' } as const;

/**
 * Reports that somebody makes up who pays the puzzle for each: well-formed, for the project's key of the day, all of them
 * for one answer, some of them clumsy.
 *
 * @param installations of the project, which its attacker wants to outweigh.
 */
export function lieAbout(
  dice: Dice,
  { kind }: Project,
  installations: number,
  { weeks }: Settings,
  keys: readonly EpochKey[],
  boxes: Boxes,
): Packet[] {
  const { from, until } = liesIn(weeks);
  const random = (length: number) => dice.octets(length);
  return Array.from({ length: Math.round(installations * EVENTS.lies * (until - from)) }, (): Packet => {
    const at = START + Math.floor((from + (until - from) * uniform(dice)) * 7 * DAY_SECONDS);
    const day = dayOf(at);
    const said = happens(dice, EVENTS.clumsyLies) ? '"c":"none of them"' : LIES[kind];
    const [block] = makeBlocks(Buffer.from(`{"v":"2.10.0","r":"terminal","a":1,${said}}`), day, random);
    const publicKey = keyOfDay(keys, day)?.publicKey ?? null;
    const told = { block: block as Uint8Array, publicKey, truth: null, isDrawn: true };
    return { frame: boxes.make(day, told), told, at };
  });
}
