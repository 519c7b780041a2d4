import { namedCommand } from "@sotto/wire/help";
import { describe, expect, it } from "vitest";

const KNOWN = { scan: 1, "sign-key": 2 };

describe("the subcommand that a command line names", () => {
  it.each([
    [["scan", "--from", "log"], "scan"],
    [["--debug", "sign-key"], "sign-key"],
    [["scan", "--help"], "scan"],
  ])("of %j is %s", (argv, name) => {
    expect(namedCommand(argv, KNOWN)).toBe(name);
  });

  it.each([[[]], [["--help"]], [["--help", "scan"]], [["help", "scan"]], [["scam"]], [["toString"]], [["--version"]]])(
    "is none in %j, which is about all of them",
    (argv) => {
      expect(namedCommand(argv, KNOWN)).toBeNull();
    },
  );
});
