import { describe, expect, it } from "vitest";
import { helpOf, programs } from "./programs.ts";

const COLUMNS = 80;

const all = [...(await programs()).values()];
const commands = all.flatMap((program) =>
  program.commands.map((command) => ({ program, command, title: `${program.name()} ${command.name()}` })),
);

describe("the help", () => {
  it.each(all.map((program) => ({ program, title: program.name() })))(
    "of $title fits a terminal and lists every command with what it does",
    ({ program }) => {
      const help = helpOf(program);
      expect(help.split("\n").filter((line) => line.length > COLUMNS)).toEqual([]);
      for (const command of program.commands) expect(help).toMatch(new RegExp(`^  ${command.name()} .*  [a-z]`, "m"));
      expect(help).toMatch(/^ {2}--version +print the version$/m);
    },
  );

  it.each(commands)("of $title fits a terminal, and says all exit codes", ({ command }) => {
    const help = helpOf(command);
    expect(help.split("\n").filter((line) => line.length > COLUMNS)).toEqual([]);
    expect(help.replaceAll(/\s+/g, " ")).toMatch(/ Exit codes: 0 .*\b2 .*\./);
    expect(help).not.toContain("(default: [])");
  });

  it.each(commands)("of $title says of every option and argument what it is", ({ command }) => {
    const told = [...command.options, ...command.registeredArguments].map(({ description }) => description);
    expect(told.filter((text) => text === "" || text.endsWith("."))).toEqual([]);
  });
});
