import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeManual } from "../../build/man/write.ts";
import { helpOf, programs } from "../repository/programs.ts";

/** With one blank between words, wherever lines end. */
function readable(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

describe.each([...(await programs())])("the manual page of %s", (name, program) => {
  let folder = "";
  let page = "";

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "sotto-man-"));
    page = join(folder, "man", `${name}.1.gz`);
    writeManual(folder, program);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is shown by man without a warning, with all that the help says", () => {
    const env = { ...process.env, MANWIDTH: "1000", MANPAGER: "cat" };
    const shown = spawnSync("man", ["--warnings", "--encoding=UTF-8", "--local-file", page], { encoding: "utf8", env });
    expect([shown.status, shown.stderr]).toEqual([0, ""]);
    const text = readable(shown.stdout);
    for (const command of program.commands) {
      expect(text).toContain(`${name} ${command.name()}`);
      const help = helpOf(command);
      for (const { flags, description } of command.options) {
        expect(text).toContain(flags);
        expect(text).toContain(readable(description).slice(1));
      }
      // Paragraphs of the help stand in the page as they are.
      const further = help.slice(help.lastIndexOf("display help for command")).split("\n\n").slice(1);
      for (const paragraph of further) expect(text).toContain(readable(paragraph).replace("Examples: ", "").trim());
    }
  });

  it("is right for mandoc too", () => {
    const linted = spawnSync("mandoc", ["-T", "lint", "-W", "warning", page], { encoding: "utf8" });
    expect([linted.status, linted.stdout]).toEqual([0, ""]);
  });
});
