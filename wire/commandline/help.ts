import type { CommandShape } from "./shape.ts";

/** Narrow enough for any terminal that people read in. */
const COLUMNS = 78;

/**
 * Breaks a text into lines of at most 78 characters, between words.
 *
 * @param first what the first line begins with.
 * @param further what all others begin with.
 */
export function wrapped(text: string, first = "", further = first): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(" ")) {
    const isFresh = line === first || line === further;
    if (!isFresh && line.length + word.length + 1 > COLUMNS) {
      lines.push(line);
      line = further + word;
    } else line += isFresh ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** What a person should know of a command besides its options. */
export interface FurtherHelp {
  /** Paragraphs. */
  readonly notes?: readonly string[];
  /** `0 done, 1 not, 2 wrong usage`. */
  readonly exit: string;
  /** Whole commands, as they are typed. */
  readonly examples?: readonly string[];
}

/**
 * What stands below a command's options: paragraphs, exit codes and examples, in lines that fit any terminal. The makers
 * of the manual pages read this form again.
 */
export function furtherHelp({ notes = [], exit, examples = [] }: FurtherHelp): string {
  const paragraphs = [...notes, `Exit codes: ${exit}.`].flatMap((paragraph) => ["", ...wrapped(paragraph)]);
  const shown = examples.length === 0 ? [] : ["", "Examples:", ...examples.map((example) => `  ${example}`)];
  return [...paragraphs, ...shown].join("\n");
}

/** What commander prints before how a command is called. */
const USAGE = "Usage: ";

/** How help texts are laid out, for commander's `configureHelp`. */
export const HELP_FORM = { subcommandTerm, commandUsage };

/** How a command is called: with what it cannot do without. */
function commandUsage(command: CommandShape): string {
  const names: string[] = [];
  for (let one: CommandShape | null = command; one !== null; one = one.parent) names.unshift(one.name());
  const needed = command.options.filter(({ mandatory }) => mandatory).map(({ flags }) => flags);
  const usage = [...names, ...needed, command.usage()].join(" ");
  return wrapped(usage, " ".repeat(USAGE.length), "    ").join("\n").trimStart();
}

/** How a list of commands names one: without `[options]`, which all have, so that what each does fits beside. */
function subcommandTerm(command: CommandShape): string {
  const places = command.registeredArguments.map((argument) => {
    const name = argument.name() + (argument.variadic ? "..." : "");
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...places].join(" ");
}
