import type { CommandShape, OptionShape } from "./shape.ts";
import { takesOf, type Value } from "./value.ts";

/**
 * A completion for bash 4.4 or newer, on what bash itself brings: the package bash-completion is not needed.
 */
export function bashScript(program: CommandShape): string {
  const name = program.name();
  const call = `_${name.replaceAll("-", "_")}`;
  const commands = [...program.commands];
  return `# Completion of ${name} for bash, as '${name} completion bash' prints it.
${call}() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} command= i
  COMPREPLY=()
  # bash takes --option=value apart.
  if [[ $word == = ]]; then word=
  elif [[ $before == = ]]; then before=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ \${COMP_WORDS[i]} != -* ]]; then command=\${COMP_WORDS[i]}; break; fi
  done
  case "$command $before" in
${commands.flatMap((command) => command.options.flatMap((option) => valueCase(command, option))).join("\n")}
  esac
  case $command in
    "") ${reply([...commands.map((command) => command.name()), ...flagsOf(program), "help"])} ;;
    help) ${reply(commands.map((command) => command.name()))} ;;
${commands.map(commandCase).join("\n")}
  esac
}
complete -F ${call} ${name}
`;
}

function valueCase(command: CommandShape, option: OptionShape): string[] {
  const value = takesOf(option);
  if (value === null || option.long === undefined) return [];
  return [`    "${command.name()} ${option.long}") ${offer(value)}; return ;;`];
}

function commandCase(command: CommandShape): string {
  const values = command.registeredArguments.map((argument) => takesOf(argument));
  const value = values.find((one) => one !== null && one !== "text") ?? "text";
  const flags = reply(flagsOf(command));
  return `    ${command.name()}) if [[ $word == -* ]]; then ${flags}; else ${offer(value)}; fi ;;`;
}

function flagsOf(command: CommandShape): string[] {
  return [...command.options.filter(({ hidden }) => !hidden).map(({ long }) => long ?? ""), "--help"];
}

function offer(value: Value): string {
  // -o filenames has bash quote blanks and set a slash behind folders.
  if (value === "file") return 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word")';
  if (value === "folder") return 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$word")';
  return value === "text" ? ":" : reply(value);
}

function reply(words: readonly string[]): string {
  return `mapfile -t COMPREPLY < <(compgen -W '${words.join(" ")}' -- "$word")`;
}
