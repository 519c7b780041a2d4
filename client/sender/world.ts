import { dayOf, type RandomSource } from "@sotto/wire";
import type { Lookup } from "../lookup.ts";
import { minuteOf } from "../spool/schedule.ts";
import type { Lock } from "../state/lock.ts";
import type { Place, Places } from "../state/paths.ts";

/** All that a sender has of the world. */
export interface SenderWorld {
  readonly places: Places;
  /** The folder of this machine's installations, as `systemBinding` names it. */
  readonly binding: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the program was that started the sender: opt-out files are looked for there. Null when it is gone. */
  readonly workingFolder: string | null;
  readonly home: string | null;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly clock: () => number;
  readonly random: RandomSource;
  readonly lookup: Lookup;
  /** The TXT records of a name, one array of strings each; none when nobody answers. Never throws. */
  readonly lookupText: (name: string) => Promise<string[][]>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Whether a CI job runs it: nobody waits there. */
  readonly isCi: boolean;
  /** Whether the program waits for it: it does not wait before it sends then. */
  readonly isInForeground: boolean;
}

/** What a sender did; whole numbers. */
export interface Tally {
  /** Reports that were sealed, of one or more frames each. */
  readonly sealed: number;
  /** Frames by what their attempt came to. */
  readonly acked: number;
  readonly refused: number;
  readonly unconfirmed: number;
}

/** One run of a sender that has the lock. */
export interface SenderRun {
  readonly world: SenderWorld;
  /** The state folder. */
  readonly state: Place;
  readonly lock: Lock;
  /** Counts what is done. */
  readonly count: (what: keyof Tally) => void;
}

/** How often a wait looks whether it is still wanted. */
const STEP_MILLISECONDS = 1000;

/** Today, days since 1970-01-01 UTC. */
export function todayOf({ clock }: Pick<SenderWorld, "clock">): number {
  return dayOf(clock() / 1000);
}

/** Now, whole minutes since 1970-01-01 UTC. */
export function nowOf({ clock }: Pick<SenderWorld, "clock">): number {
  return minuteOf(clock() / 1000);
}

/**
 * Waits, and looks every second for the sender's lock: `disable` removes it and waits for nobody.
 *
 * @returns false as soon as the lock is gone.
 */
export async function pause({ world, lock }: SenderRun, milliseconds: number): Promise<boolean> {
  for (let left = milliseconds; left > 0; left -= STEP_MILLISECONDS) {
    if (!(await lock.isHeld())) return false;
    await world.sleep(Math.min(left, STEP_MILLISECONDS));
  }
  return await lock.isHeld();
}

/**
 * Does what waits for somebody else's answer, and looks every second for the sender's lock meanwhile: a resolver that does
 * not answer would repeat the question on its own for as long as anybody waits.
 *
 * @returns null when the lock is gone; the work goes on, but nobody waits for it.
 */
export async function unlessLost<T>({ lock }: SenderRun, work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const lost = new Promise<null>((resolve) => {
    const look = async () => {
      if (!(await lock.isHeld())) resolve(null);
    };
    timer = setInterval(() => void look(), STEP_MILLISECONDS);
  });
  try {
    return await Promise.race([work, lost]);
  } finally {
    clearInterval(timer);
  }
}
