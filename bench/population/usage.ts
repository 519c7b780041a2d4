import { DAY_SECONDS, WEEK_SECONDS } from "@sotto/wire";
import type { Dice } from "../../test/e2e/dice.ts";
import { happens, poisson, uniform } from "./chance.ts";

const HOUR = 3600;

/** Share of a person's runs on Monday to Friday, and of those the share between 8 and 18 o'clock; the rest till midnight. */
const WORKING_DAYS = 0.9;
const WORKING_HOURS = 0.8;

/**
 * When a program is run: each week as often as chance has it around its rate, each run by itself.
 *
 * @param start Unix seconds of a Monday 00:00 UTC.
 * @param weeks from then; the week before is included, since Monday comes earlier in the east than in UTC.
 * @param rate runs a week.
 * @param byPeople whether at the hours of a person somewhere on earth; else at any hour.
 * @returns ascending Unix seconds.
 */
export function timesOfRuns(dice: Dice, start: number, weeks: number, rate: number, byPeople: boolean): number[] {
  const eastOfUtc = byPeople ? dice.between(-8, 10) * HOUR : 0;
  const times: number[] = [];
  for (let week = -1; week < weeks; week++) {
    const monday = start + week * WEEK_SECONDS - eastOfUtc;
    for (let left = poisson(dice, rate); left > 0; left--) {
      times.push(monday + Math.floor(byPeople ? timeOfPerson(dice) : uniform(dice) * WEEK_SECONDS));
    }
  }
  return times.toSorted((a, b) => a - b);
}

function timeOfPerson(dice: Dice): number {
  const day = happens(dice, WORKING_DAYS) ? dice.below(5) : dice.between(5, 6);
  const hour = happens(dice, WORKING_HOURS) ? 8 + 10 * uniform(dice) : 18 + 6 * uniform(dice);
  return day * DAY_SECONDS + hour * HOUR;
}
