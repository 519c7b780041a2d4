import type { CommandShape, OptionShape } from "./shape.ts";
import { takesOf, type Value } from "./value.ts";

/** A completion for fish 3 or newer. */
export function fishScript(program: CommandShape): string {
  const name = program.name();
  const names = program.commands.map((command) => command.name()).join(" ");
  const isFirst = `-n 'not __fish_seen_subcommand_from ${names} help'`;
  return [
    `# Completion of ${name} for fish, as '${name} completion fish' prints it.`,
    `complete -c ${name} -f`,
    `complete -c ${name} -l help -d 'display help'`,
    ...program.options.map((option) => `complete -c ${name} ${isFirst} ${optionWords(option)}`),
    ...program.commands.map(
      (command) => `complete -c ${name} ${isFirst} -a ${command.name()} -d ${quoted(command.description())}`,
    ),
    `complete -c ${name} ${isFirst} -a help -d 'display help for a command'`,
    `complete -c ${name} -n '__fish_seen_subcommand_from help' -a '${names}'`,
    ...program.commands.flatMap((command) => linesOf(name, command)),
    "",
  ].join("\n");
}

function linesOf(name: string, command: CommandShape): string[] {
  // Not inside help, which takes these words too.
  const isHere = `-n '__fish_seen_subcommand_from ${command.name()}; and not __fish_seen_subcommand_from help'`;
  const values = command.registeredArguments.map((argument) => takesOf(argument) ?? "text");
  const options = command.options.filter(({ hidden }) => !hidden).map(optionWords);
  const places = [...new Set(values.map(argumentWords))].filter((words) => words !== "");
  return [...options, ...places].map((words) => `complete -c ${name} ${isHere} ${words}`);
}

function optionWords(option: OptionShape): string {
  const value = takesOf(option);
  const takes = value === null ? "" : ` ${valueWords(value)}`;
  return `-l ${option.long?.slice(2)}${takes} -d ${quoted(option.description)}`;
}

function valueWords(value: Value): string {
  if (value === "file") return "-r -F";
  if (value === "folder") return "-x -a '(__fish_complete_directories)'";
  return value === "text" ? "-x" : `-x -a '${value.join(" ")}'`;
}

function argumentWords(value: Value): string {
  if (value === "file") return "-F";
  if (value === "folder") return "-a '(__fish_complete_directories)'";
  return value === "text" ? "" : `-a '${value.join(" ")}'`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
