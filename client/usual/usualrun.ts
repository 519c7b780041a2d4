import type { RandomSource } from "@sotto/wire";
import type { Asked } from "../consent/now.ts";
import type { JsonObject } from "../state/file.ts";
import type { Begun, Telemetry } from "../telemetry/telemetry.ts";
import type { Counting } from "./counting.ts";
import type { UsualAsker, Verdict } from "./verdict.ts";

/** All that a usual run has to do with the world. */
export interface UsualWorld extends UsualAsker {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly clock: () => number;
  readonly random: RandomSource;
}

/** Goes on with a run that turned out not to be a usual one, by all that the client can do. */
export type OpenWhole = (begun: Begun) => Telemetry;

/** A run that has found nothing unusual so far. */
export interface UsualRun {
  readonly world: UsualWorld;
  /** The content of `sotto.json`. */
  readonly raw: JsonObject;
  readonly asked: Asked;
  /** What was decided at its beginning. */
  readonly verdict: Verdict;
  /** The day on which something was counted that is not written down yet, since 1970-01-01 UTC; 0 for none. */
  day: number;
  counting: Counting;
  /** What the program said, by report. */
  readonly said: Map<string, unknown>;
  timer: NodeJS.Timeout | null;
  readonly openWhole: OpenWhole;
  /** Who goes on with it. */
  heir: Telemetry | null;
}
