import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { register as registerCheck } from "../../../client/commands/check.ts";
import { register as registerDescribe } from "../../../client/commands/describe.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { type Raw, rawField } from "../../wire/definitions.ts";
import { quiet, TODAY } from "./scene.ts";

/** Runs a command as the bin does, by a fixed clock. */
async function run(...argv: string[]): Promise<{ exitCode: number; printed: string; message: string }> {
  let printed = "";
  const world = {
    today: TODAY,
    print: (text: string) => {
      printed += text;
    },
  };
  const program = new Command("sotto-client").exitOverride().configureOutput({ writeErr: () => {} });
  registerCheck(program, world);
  registerDescribe(program, world);
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => {} });
  try {
    await program.parseAsync(argv, { from: "user" });
    return { exitCode: 0, printed, message: "" };
  } catch (error) {
    const { code, exitCode, message } = error as { code: string; exitCode?: number; message: string };
    return { exitCode: code.startsWith("commander.") ? 2 : (exitCode ?? 1), printed, message };
  }
}

async function file(raw: Raw | string, name = "sotto.json"): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, typeof raw === "string" ? raw : JSON.stringify(raw));
  return path;
}

describe("sotto-client check", () => {
  it("ends with 0 when there are notes only, and prints each", async () => {
    const path = await file(quiet());
    expect(await run("check", path)).toEqual({
      exitCode: 0,
      printed: [
        "note: reports.weekly has at most 11 octets: one frame",
        "note: reports.weekly has 2 combinations of values, 1.0 bits",
        `${path}: 2 notes`,
        "",
      ].join("\n"),
      message: "",
    });
  });

  it("ends with 1 for a warning, and for an error, which comes first", async () => {
    const warning = await file(quiet({ s: rawField("s", "session") }));
    expect(await run("check", warning)).toMatchObject({ exitCode: 1, message: "1 warning to look at" });
    const error = await file(quiet({ s: rawField("s", "session") }, { keys: [] }));
    const { exitCode, printed, message } = await run("check", error);
    expect([exitCode, message]).toEqual([1, "1 error, 1 warning to look at"]);
    expect(printed.split("\n").map((line) => line.split(":")[0])).toEqual([
      "error",
      "warning",
      "note",
      "note",
      error,
      "",
    ]);
  });

  it("prints all problems of a definition that is refused, with their places", async () => {
    const path = await file({ sotto: 1, project: "Left Pad", zones: [], keys: 5 });
    expect(await run("check", path)).toMatchObject({
      exitCode: 1,
      printed: [
        `${path}: error: project is 1 to 32 lower-case letters, digits and hyphens`,
        `${path}: error: zones is a list of 1 to 4 zones`,
        `${path}: error: keys is a list of 0 to 1000 keys`,
        "",
      ].join("\n"),
    });
    expect((await run("check", await file("{"))).printed).toContain("error: the definition ");
  });

  it("compares with an older one, and tells which of them is refused", async () => {
    const [now, old] = [await file(quiet()), await file(quiet({ tty: rawField("t", "age") }), "old.json")];
    expect(await run("check", now, "--against", now)).toMatchObject({ exitCode: 0 });
    const found = await run("check", now, "--against", old);
    expect(found.exitCode).toBe(1);
    expect(found.printed).toContain("error: reports.weekly.fields.tty.kind was age, is boolean\n");
    const bad = await file("[]", "bad.json");
    const refused = await run("check", now, "--against", bad);
    expect([refused.exitCode, refused.printed.startsWith(`${bad}: error: `)]).toEqual([1, true]);
  });

  it("ends with 2 for wrong usage, and where nothing can be read", async () => {
    for (const argv of [["check"], ["check", "/nonexistent"], ["check", "--nothing"], ["describe"]]) {
      expect((await run(...argv)).exitCode).toBe(2);
    }
    expect((await run("check", await file(quiet()), "--against", "/nonexistent")).exitCode).toBe(2);
  });
});

describe("sotto-client describe", () => {
  it("prints Markdown, or writes what was asked for to a file", async () => {
    const path = await file(quiet());
    const { exitCode, printed } = await run("describe", path);
    expect([exitCode, printed.split("\n")[0]]).toEqual([0, "# What left-pad collects"]);
    const out = join(await temporaryFolder(), "page.html");
    expect(await run("describe", path, "--format", "html", "--out", out)).toMatchObject({ exitCode: 0, printed: "" });
    expect(await readFile(out, "utf8")).toMatch(/^<!doctype html>\n[\s\S]*<\/html>\n$/);
  });

  it("refuses other formats, places where it cannot write, and a definition that is none", async () => {
    const path = await file(quiet());
    expect((await run("describe", path, "--format", "pdf")).exitCode).toBe(2);
    expect((await run("describe", path, "--out", "/nonexistent/page.html")).exitCode).toBe(2);
    expect(await run("describe", await file("{}"))).toMatchObject({ exitCode: 1, printed: "" });
  });
});
