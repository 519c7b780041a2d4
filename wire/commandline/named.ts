/**
 * The subcommand that a command line begins with, so that the code of no other has to be loaded.
 *
 * @param known subcommands, by their names.
 * @returns null where all of them are to be known: for the program's own help, and to say what an unknown one may have
 *   been meant for.
 */
export function namedCommand<Name extends string>(
  argv: readonly string[],
  known: Readonly<Record<Name, unknown>>,
): Name | null {
  const [first = ""] = argv.filter((argument) => argument !== "--debug");
  return Object.hasOwn(known, first) ? (first as Name) : null;
}
