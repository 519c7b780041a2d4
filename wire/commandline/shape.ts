/**
 * What is read of a command line's definition: the part of commander's classes that completions and help need. wire does
 * without commander, which programs that only embed the client do not load.
 */
export interface CommandShape {
  readonly commands: readonly CommandShape[];
  readonly options: readonly OptionShape[];
  readonly registeredArguments: readonly ArgumentShape[];
  readonly parent: CommandShape | null;
  name(): string;
  description(): string;
  /** What stands behind its name: `[options] <file>`. */
  usage(): string;
}

/** An option of a command. */
export interface OptionShape {
  /** As it was declared: `--out <file>`. */
  readonly flags: string;
  readonly description: string;
  readonly long?: string;
  readonly hidden: boolean;
  /** It takes a value. */
  readonly required: boolean;
  /** The command cannot do without it. */
  readonly mandatory: boolean;
  /** It may take a value. */
  readonly optional: boolean;
  readonly argChoices?: string[];
}

/** An argument of a command, which is known by its place. */
export interface ArgumentShape {
  readonly description: string;
  readonly required: boolean;
  readonly variadic: boolean;
  readonly argChoices?: string[];
  name(): string;
}

/** A whole program, which a subcommand can be added to. */
export interface ProgramShape extends CommandShape {
  command(name: string): SubcommandShape;
}

/** A subcommand while it is declared. */
export interface SubcommandShape {
  readonly registeredArguments: readonly { choices(values: readonly string[]): unknown }[];
  description(text: string): this;
  argument(name: string, description: string): this;
  addHelpText(position: "after", text: string): this;
  action(run: (argument: string) => void): this;
}
