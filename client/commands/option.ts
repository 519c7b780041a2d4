import { type Command, Option } from "commander";
import type { Context } from "./context.ts";

/** How a command is told which project is meant. */
export interface SubjectFlags {
  readonly definition?: string;
}

export const debugOption = () => new Option("--debug", "print the stack of an error");

export const jsonOption = () => new Option("--json", "print it as JSON, for programs");

export const yesOption = () => new Option("--yes", "do not ask (needed where there is no terminal)");

const definitionOption = () =>
  new Option("--definition <file>", "the project's report definition, sotto.json, instead of its name");

/**
 * Has a command take a project, by its name or its definition. An application's own commands take none.
 *
 * @param what for the help text.
 */
export function takeProject(command: Command, { own }: Context, what = "the project's name"): Command {
  return own === null ? command.argument("[project]", what).addOption(definitionOption()) : command;
}

/** What a help text calls the project that a command is about. */
export function projectWord({ own }: Context): string {
  return own === null ? "a project" : "this program";
}

/** Examples for `sotto-client`; an application's own commands have other names. */
export function examplesFor({ own }: Context, examples: readonly string[]): readonly string[] {
  return own === null ? examples : [];
}
