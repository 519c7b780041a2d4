import type { Dice } from "../../test/e2e/dice.ts";
import { happens, logUniform, uniform } from "./chance.ts";
import type { Model } from "./model.ts";

/** What an installation runs on. */
export interface Machine {
  readonly kind: "laptop" | "desktop" | "server";
  /** What its system says of any name while it is offline: not found, or that it could not ask. */
  readonly saysNotFoundOffline: boolean;
}

/** A run of the program, with what matters of the machine around it. */
export interface Run {
  /** Unix seconds. */
  readonly at: number;
  readonly isOnline: boolean;
  /** Unix seconds; infinite for a machine that is always on. Whatever runs then is over. */
  readonly sleepsAt: number;
}

/** Seconds that a laptop is switched on at a time. */
const SESSION_SECONDS = { least: 600, most: 8 * 3600 } as const;

/** Draws a machine. */
export function drawMachine(dice: Dice, model: Model): Machine {
  if (!happens(dice, model.laptops)) {
    return { kind: happens(dice, model.servers) ? "server" : "desktop", saysNotFoundOffline: false };
  }
  return { kind: "laptop", saysNotFoundOffline: happens(dice, model.notFoundOffline) };
}

/**
 * Puts runs into the sessions of their machine. A laptop's session lies at random around the first run in it; later runs
 * before its end fall into it, too. A session is online or offline as a whole.
 *
 * @param times ascending Unix seconds.
 */
export function runsOn(dice: Dice, machine: Machine, model: Model, times: readonly number[]): Run[] {
  if (machine.kind !== "laptop") return times.map((at) => ({ at, isOnline: true, sleepsAt: Number.POSITIVE_INFINITY }));
  let session = { sleepsAt: Number.NEGATIVE_INFINITY, isOnline: false };
  return times.map((at) => {
    if (at >= session.sleepsAt) {
      const length = logUniform(dice, SESSION_SECONDS.least, SESSION_SECONDS.most);
      session = { sleepsAt: at + uniform(dice) * length, isOnline: !happens(dice, model.offlineSessions) };
    }
    return { at, ...session };
  });
}
