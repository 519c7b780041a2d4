import type { RandomSource } from "@sotto/wire";
import type { Asker } from "../consent/now.ts";
import type { Surroundings } from "../report/runner.ts";
import type { Terminal } from "./question.ts";

/** All that a program's telemetry has to do with the world; a test says what it is. */
export interface World extends Asker {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly clock: () => number;
  readonly random: RandomSource;
  /** What tells who runs the program; asked when a report is due. */
  readonly surroundings: () => Surroundings;
  /** System and architecture, `linux-x64`. */
  readonly platform: string;
  /** Where a person can be asked; null when standard input and output are not both terminals. */
  readonly terminal: Terminal | null;
  /**
   * Starts the sender, detached. Never throws.
   *
   * @param workingFolder where it looks for opt-out files.
   */
  readonly startSender: (workingFolder: string | null) => void;
  /** Sends in the foreground. */
  readonly send: (world: World) => Promise<void>;
  /** What the program's own commands are called by, `greet telemetry`; null where it has mounted none. */
  readonly caller: string | null;
  /** Prints for the person who asked for `debug`. */
  readonly complain: (text: string) => void;
}
