import { Command } from "commander";
import { describe, expect, it, vi } from "vitest";
import { main } from "../../../client/cli.ts";
import { mountedCommand } from "../../../client/commands/mounted.ts";
import { definitionOf, User } from "./scene.ts";

const FOR_USERS = ["status", "enable", "disable", "ask", "preview", "history", "open", "receipts", "forget"];
const COMMANDS = [...FOR_USERS, "report", "send", "check", "describe", "completion"];

/** What help prints, as it is without a terminal: 80 columns wide. */
async function helpOf(...argv: string[]): Promise<string> {
  const written: string[] = [];
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  const { context } = (await User.make()).context();
  const ended = await main([...argv, "--help"], context).catch((error: { code: string }) => error.code);
  spy.mockRestore();
  expect(ended).toBe("commander.helpDisplayed");
  return written.join("");
}

describe("the help of sotto-client", () => {
  it("lists every command", async () => {
    const help = await helpOf();
    const listed = [...help.matchAll(/^ {2}([a-z]+) .* {2,}\S/gm)].map(([, name]) => name);
    expect(listed.filter((name) => name !== "help")).toEqual(COMMANDS);
  });

  it.each(COMMANDS)("says of %s what it does and what its exit codes are", async (name) => {
    const help = await helpOf(name);
    expect(help).toMatch(new RegExp(`^Usage: sotto-client ${name} `));
    expect(help.replaceAll(/\s+/g, " ")).toMatch(/[Ee]xit codes: 0 .*[12] /);
    expect(help.includes("--debug") || name === "completion").toBe(true);
  });

  it("is there for all that an application mounts, without names of projects", async () => {
    const { context } = (await User.make()).context();
    const telemetry = mountedCommand(definitionOf(), context);
    new Command("myapp").addCommand(telemetry);
    expect(telemetry.commands.map((command) => command.name())).toEqual(FOR_USERS);
    for (const command of telemetry.commands) {
      expect(command.description()).not.toBe("");
      expect(command.helpInformation()).not.toMatch(/\[project\]|--definition/);
    }
  });
});
