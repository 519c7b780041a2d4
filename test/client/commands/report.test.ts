import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { rawField } from "../../wire/definitions.ts";
import { MONDAY } from "../telemetry/scene.ts";
import { definitionOf, TypingPerson, User } from "./scene.ts";

const SAID = ["python=3.12.1", "command=build", "size=50", "tty=true"];

describe("report", () => {
  it("says and counts what a program in any language knows, and starts the sender; it prints nothing", async () => {
    const user = await User.make();
    await user.machine.grant(definitionOf());
    const weekly = await user.run("report", "--definition", user.file, "weekly", ...SAID);
    expect(weekly).toEqual({ exitCode: 0, code: null, message: "", printed: "", noted: "" });
    expect(user.machine.due().weekly?.values).toEqual({ python: "3.12.1", command: "build", size: 10, tty: true });
    await user.run("report", "--definition", user.file, "counts", "runs=3", "errors=E_IO", "errors=E_IO", "errors=x y");
    expect(user.machine.installation()[`counts-${MONDAY}.ndjson`]).toBe(
      '{"counts":{"runs":3,"errors":{"E_IO":2,"other":1}}}\n',
    );
    expect(user.machine.started).toHaveLength(1);
  });

  it("keeps nothing, asks nobody and does not fail where the user did not say yes", async () => {
    const user = await User.make();
    user.terminal = new TypingPerson("yes\n");
    expect(await user.run("report", "--definition", user.file, "weekly", ...SAID)).toMatchObject({
      exitCode: 0,
      printed: "",
      noted: "",
    });
    expect(user.terminal.seen).toBe("");
    expect(user.files()).toEqual([]);
    const { noted } = await user.run("report", "--definition", user.file, "weekly", "--debug");
    expect(noted).toBe("left-pad: undecided: it has not asked yet");
  });

  it("shows with SOTTO_TELEMETRY=debug what would be sent", async () => {
    const user = await User.make();
    user.machine.environment = { SOTTO_TELEMETRY: "debug" };
    await user.run("report", "--definition", user.file, "weekly", ...SAID);
    expect(user.machine.printed).toMatch(/would send "weekly": \{"p":"3\.12\.1","c":"build","s":1,"t":(true|false)\}/);
    expect(user.files()).toEqual([]);
  });

  const mistakes: [string, RegExp][] = [
    ["pythn=3", /has no field "pythn"; it has python, command, size, tty, old$/],
    ["python", /is not of the form field=value$/],
    ["=3", /is not of the form/],
    ["python=three", /^python is a version/],
    ["size=many", /^size is a number$/],
    ["size=", /^size is a number$/],
    ["size=NaN", /^size is a number$/],
    ["tty=yes", /^tty is true or false$/],
  ];
  it.each(mistakes)("refuses %s, with exit code 2, and keeps nothing", async (word, message) => {
    const user = await User.make();
    await user.machine.grant(definitionOf());
    const outcome = await user.run("report", "--definition", user.file, "weekly", word);
    expect(outcome).toMatchObject({ exitCode: 2, message: expect.stringMatching(message) });
    expect(user.machine.installation()).toEqual({});
  });

  it("refuses a value that is given twice, counts that are none, and what sotto finds out by itself", async () => {
    const user = await User.make();
    const report = async (...words: string[]) =>
      (await user.run("report", "--definition", user.file, ...words)).message;
    expect(await report("weekly", "tty=true", "tty=false")).toBe("tty is given twice");
    for (const count of ["0", "-1", "1.5", "x", ""])
      expect(await report("counts", `runs=${count}`)).toMatch(/^runs is how often/);
    const fields = { who: rawField("u", "runner") };
    writeFileSync(
      user.file,
      JSON.stringify(definitionOf({ reports: { daily: { window: "day", description: "x", fields } } })),
    );
    expect(await report("daily", "who=ci")).toContain("which sotto finds out by itself");
  });

  it("refuses a report that the definition does not have, and a definition that is none", async () => {
    const user = await User.make();
    expect(await user.run("report", "--definition", user.file, "monthly")).toMatchObject({
      exitCode: 2,
      message: 'the definition has no report "monthly"; it has weekly, counts',
    });
    expect((await user.run("report", "weekly")).exitCode).toBe(2);
    expect((await user.run("report", "--definition", "/nonexistent", "weekly")).exitCode).toBe(2);
    writeFileSync(user.file, "{}");
    expect((await user.run("report", "--definition", user.file, "weekly")).exitCode).toBe(1);
  });
});
