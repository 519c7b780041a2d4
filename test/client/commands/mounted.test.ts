import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { describe, expect, it, vi } from "vitest";
import { mountedCommand } from "../../../client/commands/mounted.ts";
import type { DefinitionSource } from "../../../client/definitionsource.ts";
import { SILENT } from "../sender/scene.ts";
import { definitionOf, User } from "./scene.ts";

/** Runs `myapp telemetry ...`. */
async function run(user: User, argv: readonly string[], definition: DefinitionSource = definitionOf()) {
  const { context, outcome } = user.context();
  const failures: { text: string; exitCode: number }[] = [];
  const failed = (text: string, exitCode: number) => void failures.push({ text, exitCode });
  const app = new Command("myapp").addCommand(mountedCommand(definition, { ...context, failed }));
  await app.parseAsync(["telemetry", ...argv], { from: "user" });
  return { ...outcome(), failures };
}

describe("the commands in an application", () => {
  it("are about its own project, without its name", async () => {
    const user = await User.make();
    const enabled = await run(user, ["enable"]);
    expect(enabled.failures).toEqual([]);
    expect(enabled.printed).toContain("myapp telemetry preview\n");
    expect(enabled.printed).toContain("myapp telemetry disable");
    expect((await run(user, ["status"])).printed).toMatch(/^left-pad: on\n/);
    expect((await run(user, ["preview"])).printed).toContain("python: (said by the program)");
    await user.use();
    await user.send(SILENT);
    expect((await run(user, ["history"])).printed).toContain("python: 3.12.1");
    expect((await run(user, ["open", user.names[0] ?? ""])).printed).toContain("Proved");
    expect((await run(user, ["receipts"])).printed.split("\n")).toHaveLength(1);
    const disabled = await run(user, ["disable"]);
    expect(disabled.printed).toContain("myapp telemetry enable");
    expect(disabled.printed).toContain("Deleted: 1 frame that waited");
  });

  it("see and forget nothing of other programs, and decide for all where they are told to", async () => {
    const user = await User.withHistory();
    const other = definitionOf({ project: "black", title: "Black" });
    expect((await run(user, ["history"], other)).printed).toBe("Nothing in the history.");
    const opened = await run(user, ["open", user.names[0] ?? ""], other);
    expect(opened.failures).toMatchObject([{ exitCode: 1 }]);
    await run(user, ["forget", "--all", "--yes"], other);
    expect((await run(user, ["history"])).printed).toContain("left-pad weekly");
    await run(user, ["disable", "--all"], other);
    expect((await run(user, ["status"])).printed).toMatch(/^left-pad: off\n {2}Why +your no to all projects/);
    await run(user, ["history", "off"], other);
    expect((await run(user, ["history"])).noted).toContain("myapp telemetry history on");
  });

  it("fail with one line and an exit code, and throw nothing into the application", async () => {
    const user = await User.make();
    expect((await run(user, ["open", "x"])).failures).toEqual([
      { text: expect.stringMatching(/^myapp telemetry: this is no name of a report/), exitCode: 2 },
    ]);
    expect((await run(user, ["history", "maybe"])).failures).toMatchObject([{ exitCode: 2 }]);
    const [stack] = (await run(user, ["open", "x", "--debug"])).failures;
    expect(stack?.text).toContain("\n    at ");
    writeFileSync(user.file, "{");
    const [broken] = (await run(user, ["status"], user.file)).failures;
    expect(broken?.text.split("\n")).toHaveLength(1);
    expect((await run(user, ["status"], { sotto: 1 })).failures).toMatchObject([{ exitCode: 1 }]);
  });

  it("look at nothing before one of them is run", async () => {
    const user = await User.make();
    const { context } = user.context();
    const look = vi.fn(context.world);
    const app = new Command("myapp").addCommand(mountedCommand("/nonexistent/sotto.json", { ...context, world: look }));
    const own = vi.fn();
    app.command("pad").action(own);
    await app.parseAsync(["pad"], { from: "user" });
    expect(own).toHaveBeenCalledOnce();
    expect(look).not.toHaveBeenCalled();
  });
});
