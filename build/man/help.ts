import type { Command } from "commander";

/** What stands below a command's options, read again: wire's `furtherHelp` writes it. */
export interface Told {
  readonly notes: readonly string[];
  readonly exit: string;
  readonly examples: readonly string[];
}

const EXIT = "Exit codes: ";
const EXAMPLES = "Examples:\n";

/**
 * Reads what a command says below its options.
 *
 * @throws Error when it says no exit codes.
 */
export function toldBy(command: Command): Told {
  let text = "";
  // commander keeps such text as listeners, and has no other way to it; its types do not say that it is an emitter.
  (command as unknown as NodeJS.EventEmitter).emit("afterHelp", {
    error: false,
    command,
    write: (part: string) => (text += part),
  });
  const blocks = text.trim().split("\n\n");
  const running = blocks.filter((block) => !block.startsWith(EXAMPLES)).map((block) => block.replaceAll("\n", " "));
  const exit = running.find((block) => block.startsWith(EXIT));
  if (exit === undefined) throw new Error(`${command.name()} says no exit codes`);
  const examples = blocks.filter((block) => block.startsWith(EXAMPLES)).flatMap((block) => block.split("\n").slice(1));
  return {
    notes: running.filter((block) => block !== exit),
    exit: exit.slice(EXIT.length),
    examples: examples.map((line) => line.replace(/^ {2}/, "")),
  };
}
