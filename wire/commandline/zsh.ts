import type { ArgumentShape, CommandShape, OptionShape } from "./shape.ts";
import { takesOf, type Value } from "./value.ts";

/** A completion for zsh: as a file `_NAME` on its fpath, or read by `source` once compinit has run. */
export function zshScript(program: CommandShape): string {
  const name = program.name();
  const commands = program.commands.map((command) => `${command.name()}:${command.description()}`);
  return `#compdef ${name}
# Completion of ${name} for zsh, as '${name} completion zsh' prints it.
_${name}() {
  local context state state_descr line
  local -A opt_args
  _arguments -C ${[...program.options.flatMap(optionSpec), HELP].join(" ")} '1: :->command' '*:: :->words'
  case $state in
    command)
      local -a commands=(
${[...commands, "help:display help for a command"].map((text) => `        ${quoted(text)}`).join("\n")}
      )
      _describe command commands ;;
    words)
      case $line[1] in
        help) _values command ${program.commands.map((command) => command.name()).join(" ")} ;;
${program.commands.map(commandCase).join("\n")}
      esac ;;
  esac
}
if [[ $funcstack[1] == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

const HELP = "'--help[display help]'";

function commandCase(command: CommandShape): string {
  const specs = [
    ...command.options.filter(({ hidden }) => !hidden).flatMap(optionSpec),
    HELP,
    ...command.registeredArguments.map(argumentSpec),
  ];
  return `        ${command.name()}) _arguments ${specs.map((spec) => `\\\n          ${spec}`).join(" ")} ;;`;
}

function optionSpec(option: OptionShape): string[] {
  if (option.long === undefined) return [];
  const value = takesOf(option);
  const often = option.description.includes("(repeatable") ? "*" : "";
  const text = `${often}${option.long}[${escaped(option.description)}]`;
  return [quoted(value === null ? text : `${text}:${option.optional ? ":" : ""}value:${offer(value)}`)];
}

function argumentSpec(argument: ArgumentShape): string {
  const place = argument.variadic ? "*" : "";
  const ends = argument.required || argument.variadic ? ":" : "::";
  return quoted(`${place}${ends}${escaped(argument.name())}:${offer(takesOf(argument) ?? "text")}`);
}

function offer(value: Value): string {
  if (value === "file") return "_files";
  if (value === "folder") return "_files -/";
  // An empty list: nothing is offered there, and options still are, which a blank would keep away.
  return value === "text" ? "()" : `(${value.join(" ")})`;
}

/** In a spec of _arguments, brackets and colons end what they stand in. */
function escaped(text: string): string {
  return text.replace(/[\\[\]:]/g, "\\$&");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
