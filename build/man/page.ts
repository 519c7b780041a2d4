import type { Command } from "commander";
import { type Told, toldBy } from "./help.ts";
import { entry, lines, paragraph, roffText, section, subsection, verbatim } from "./roff.ts";

/** The day on which all texts of the pages were last read through by a person; a page has to bear one. */
const REVISED = "2026-11-21";

/** What a command line's definition does not say. */
export interface Surroundings {
  /** Variables of the environment, and what each does. */
  readonly environment: readonly (readonly [string, string])[];
  /** Files and folders that nobody names on the command line. */
  readonly files: readonly (readonly [string, string])[];
  /** Other pages, `sotto-client(1)`. */
  readonly seeAlso: readonly string[];
}

/**
 * Writes the manual page of a program: all that its help texts say, in the order in which manuals say it.
 *
 * @param version that the page is of.
 */
export function manualPage(program: Command, version: string, surroundings: Surroundings): string {
  const name = program.name();
  const commands = program.commands.map((command) => ({ command, told: toldBy(command) }));
  const help = program.createHelp();
  return [
    `.TH ${roffText(name.toUpperCase())} 1 ${REVISED} "sotto ${version}" "sotto"`,
    section("name"),
    lines(`${name} - ${lowered(program.description())}`),
    section("synopsis"),
    `.B ${roffText(name)}\n.I command\n[options] [arguments]`,
    section("options"),
    lines("Every command takes --debug and --help, too."),
    ...optionEntries(program),
    section("commands"),
    ...commands.flatMap(({ command, told }) =>
      commandText(help.commandUsage(command).replaceAll(/\s+/g, " "), command, told),
    ),
    section("exit status"),
    lines("The codes of each command stand with it. In all of them 0 means that it did what it is for."),
    ...listed("environment", surroundings.environment),
    ...listed("files", surroundings.files),
    section("see also"),
    lines(surroundings.seeAlso.join(", ")),
    "",
  ].join("\n");
}

function commandText(usage: string, command: Command, { notes, exit, examples }: Told): string[] {
  const help = command.createHelp();
  const saidBefore = command.parent === null ? [] : optionEntries(command.parent);
  return [
    subsection(usage),
    lines(sentence(command.description())),
    ...command.registeredArguments.map((argument) =>
      entry(argument.name(), sentence(help.argumentDescription(argument))),
    ),
    ...optionEntries(command, saidBefore),
    ...notes.map(paragraph),
    paragraph(`Exit codes: ${exit}`),
    ...(examples.length === 0 ? [] : [verbatim(examples)]),
  ];
}

/** What options mean, without those that are said already. */
function optionEntries(command: Command, saidBefore: readonly string[] = []): string[] {
  const help = command.createHelp();
  return help
    .visibleOptions(command)
    .map((option) => entry(help.optionTerm(option), sentence(help.optionDescription(option))))
    .filter((text) => !saidBefore.includes(text));
}

function listed(title: string, entries: Surroundings["files"]): string[] {
  return entries.length === 0 ? [] : [section(title), ...entries.map(([name, text]) => entry(name, text))];
}

function sentence(text: string): string {
  const capital = /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return `${capital}.`;
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
