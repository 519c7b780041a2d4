import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { buildAnswers } from "../../../decoder/answers/build.ts";
import { publicView } from "../../../decoder/answers/publicview.ts";
import { answersText } from "../../../decoder/terminal/answerstext.ts";
import { everyKind, plausible } from "../answers/plausible.ts";
import { answersOf, definitionOf, field, row, weekly } from "../answers/scene.ts";

const answers = await buildAnswers(plausible(10, 500), everyKind(), { windows: { week: 8, day: 21 } });
const text = answersText(answers);

/** The lines from a heading to the next blank one. */
function block(shown: string, heading: string): string[] {
  const lines = shown.split("\n");
  const start = lines.findIndex((line) => line.startsWith(heading));
  return lines.slice(start, lines.indexOf("", start));
}

describe("answers on a terminal", () => {
  it.each([60, 80, 100, 120])("fit %i columns", (width) => {
    for (const shown of [answersText(answers, { width }), answersText(publicView(answers, 10), { width })]) {
      for (const line of shown.split("\n")) expect(line.length, line).toBeLessThanOrEqual(width);
      expect(shown).not.toMatch(/undefined|NaN|\[object|Infinity/);
      // Blanks at the ends of lines, and escape sequences, have no place in a file.
      expect(shown).not.toMatch(/ $/m);
      expect(stripVTControlCharacters(shown)).toBe(shown);
    }
  });

  it("say of each value its course, number, bar, share and change", async () => {
    const definition = definitionOf(weekly({ tty: field("t", "boolean") }));
    const shown = answersText(
      await answersOf(definition, [
        row(0, 10, { tty: true }),
        row(0, 10, { tty: false }),
        row(1, 30, { tty: true }),
        row(1, 10, { tty: false }),
      ]),
    );
    const [head, yes, no, caution] = block(shown, "tty");
    expect(head).toMatch(/^tty {2}40 reports +the week of 7.Sept?, change since 31.Aug$/);
    expect(yes?.trim().split(/ {2,}/)).toEqual([
      "yes",
      "▃█",
      "30",
      expect.stringMatching(/^█+/),
      "75.0\u00a0%",
      "+25.0",
    ]);
    expect(no?.trim().split(/ {2,}/)).toEqual(["no", "██", "10", expect.stringMatching(/^█+/), "25.0\u00a0%", "−25.0"]);
    const cells = (line = "") => line.trim().split(/ {2,}/)[3]?.length ?? 0;
    expect(Math.abs(cells(yes) - 3 * cells(no))).toBeLessThanOrEqual(3);
    expect(caution).toContain("If 1 report in 100 were false, a value could be off by less than one report.");
  });

  it("mark what is estimated with its margin", () => {
    expect(block(text, "Containers").find((line) => line.includes("CI jobs"))).toMatch(/±\d/);
    expect(block(text, "padding")[0]).toMatch(/^padding {2}[\d,]+ ±[\d,]+ reports/);
    expect(block(text, "padding").join(" ")).toContain("(ε = 2)");
    expect(block(text, "version").join()).not.toContain("±");
  });

  it("say what every figure's reader has to know", () => {
    for (const saying of ["Figures count reports, not users", "still grow", "one in 16 reports", "one of 3 fields"]) {
      expect(text.replace(/\s+/g, " ")).toContain(saying);
    }
  });

  it("are coloured only where that is asked for, and say the same", () => {
    const coloured = answersText(answers, { colours: true });
    expect(coloured).toContain("\u001b[1m");
    expect(stripVTControlCharacters(coloured)).toBe(text);
  });

  it("say so where there is nothing", async () => {
    const empty = answersText(await answersOf(definitionOf(weekly({ tty: field("t", "boolean") })), []));
    expect(empty).toContain("No report was counted.");
    const silent = answersText(await answersOf(definitionOf(weekly({ tty: field("t", "boolean") })), [row(0, 3)]));
    expect(silent).toContain("tty  no report told of it");
  });
});
