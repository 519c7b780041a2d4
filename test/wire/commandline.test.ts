import { takesOf } from "@sotto/wire/commandline";
import { furtherHelp, HELP_FORM, wrapped } from "@sotto/wire/help";
import { Argument, Command, Option } from "commander";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("wrapped", () => {
  it("keeps every word in order, in lines that fit wherever their words do", () => {
    const words = fc.array(fc.stringMatching(/^[!-~]{1,40}$/), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(words, fc.constantFrom("", "  ", "- "), (all, first) => {
        const lines = wrapped(all.join(" "), first, "    ");
        expect(lines.join("\n").slice(first.length).split(/\s+/)).toEqual(all);
        expect(lines.filter((line) => line.length > 78)).toEqual([]);
        // No word would have fitted into the line before.
        for (const [i, line] of lines.entries()) {
          const [next = ""] = (lines[i + 1] ?? "").trim().split(" ");
          if (next !== "") expect(line.length + 1 + next.length).toBeGreaterThan(78);
        }
      }),
      { seed: 17, numRuns: 300 },
    );
  });
});

describe("what a shell may offer", () => {
  it.each([
    ["--debug", null],
    ["--out <file>", "file"],
    ["--csv [file]", "file"],
    ["--keyring <folder>", "folder"],
    ["--public-key <file|key>", "file"],
    ["--zone <name>", "text"],
    ["--ack <address>", "text"],
  ])("for %s", (flags, value) => {
    expect(takesOf(new Option(flags))).toEqual(value);
  });

  it("are the choices, where there are some", () => {
    expect(takesOf(new Option("--format <file>").choices(["a", "b"]))).toEqual(["a", "b"]);
    expect(takesOf(new Argument("<shell>").choices(["fish"]))).toEqual(["fish"]);
  });

  it.each([
    ["[share...]", "file"],
    ["<definition>", "file"],
    ["[project]", "text"],
  ])("for the argument %s", (name, value) => {
    expect(takesOf(new Argument(name))).toEqual(value);
  });
});

describe("a help text", () => {
  it("says how a command is called, with what it cannot do without", () => {
    const program = new Command("prog").configureHelp(HELP_FORM);
    const command = program
      .command("split")
      .argument("[file]")
      .requiredOption("--shares <n>", "how many")
      .option("--all");
    expect(command.helpInformation()).toMatch(/^Usage: prog split --shares <n> \[options\] \[file\]\n/);
    expect(program.helpInformation()).toMatch(/^ {2}split \[file\]$/m);
  });

  it("has paragraphs, exit codes and examples apart", () => {
    const text = furtherHelp({ notes: ["One.", "Two."], exit: "0 done, 1 not", examples: ["prog a", "prog b"] });
    expect(text).toBe("\nOne.\n\nTwo.\n\nExit codes: 0 done, 1 not.\n\nExamples:\n  prog a\n  prog b");
    expect(furtherHelp({ exit: "0 done" })).toBe("\nExit codes: 0 done.");
  });
});
