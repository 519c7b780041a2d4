import type { Context } from "./context.ts";

/** What a shell expects of a command that Ctrl-C ended: 128 and the number of SIGINT. */
const STOPPED_EXIT = 130;

/** Tells what a person who stopped a command should know. @returns the exit code. */
export function stopped(context: Context, what: string): number {
  context.note(`sotto-decoder: stopped: ${what}`);
  return STOPPED_EXIT;
}
