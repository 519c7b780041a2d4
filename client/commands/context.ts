import type { Program } from "../telemetry/running.ts";
import type { World } from "../telemetry/world.ts";

/** What a command has to do with the world, files apart. */
export interface Context {
  /** Asked when a command is run. */
  readonly world: () => Promise<World>;
  /** What the application collects that has mounted the commands; null in `sotto-client`, where projects are named. */
  readonly own: (() => Promise<Program>) | null;
  /** What the command is run for, to standard output. */
  readonly print: (text: string) => void;
  /** What a person should know besides, to standard error. */
  readonly note: (text: string) => void;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /**
   * Told how a command failed, where nobody above would print it for the person; null where somebody does.
   *
   * @param text what to print.
   */
  readonly failed: ((text: string, exitCode: number) => void) | null;
}

/**
 * The process's own world and streams. Nothing is loaded or looked at before a command is run: an application that mounts
 * the commands is mostly started for something else.
 */
export function systemContext(): Context {
  return {
    world: async () => (await import("../systemworld.ts")).systemWorld(),
    own: null,
    print: (text) => process.stdout.write(`${text}\n`),
    note: (text) => process.stderr.write(`${text}\n`),
    sleep: async (milliseconds) => await new Promise((resolve) => setTimeout(resolve, milliseconds)),
    failed: null,
  };
}
