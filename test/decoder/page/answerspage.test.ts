import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { buildAnswers } from "../../../decoder/answers/build.ts";
import type { Answers } from "../../../decoder/answers/model.ts";
import { publicView } from "../../../decoder/answers/publicview.ts";
import { answersPage } from "../../../decoder/page/answerspage.ts";
import { everyKind, plausible } from "../answers/plausible.ts";
import { answersOf, definitionOf, field, row, weekly } from "../answers/scene.ts";
import { addressesIn, expectWellFormed, textOf } from "./markup.ts";

const answers = await buildAnswers(plausible(10, 500), everyKind(), { windows: { week: 8, day: 21 } });
const page = answersPage(answers);

const tty = definitionOf(weekly({ tty: field("t", "boolean") }));

describe("the page", () => {
  it("is well formed, in all its forms", async () => {
    for (const given of [
      answers,
      publicView(answers, 10),
      await answersOf(tty, []),
      await answersOf(tty, [row(0, 4)]),
    ]) {
      const shown = answersPage(given);
      expectWellFormed(shown);
      expect(shown).not.toMatch(/undefined|NaN|\[object|Infinity/);
    }
  });

  it("loads nothing: no script, and a policy that lets only its own stylesheet through", () => {
    expect(page).not.toMatch(/<(script|img|iframe|object|form|base|embed)\b|\son\w+=|\sstyle=/i);
    expect(addressesIn(page)).toEqual([
      "data:",
      "https://left-pad.example/telemetry",
      "https://left-pad.example/telemetry",
      "https://left-pad.example/telemetry",
    ]);
    const [, style = ""] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    expect(page).toContain(
      `content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; img-src data:; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
    );
  });

  it("never lets a text of the definition become markup", async () => {
    const hostile = `"><script>alert('1')</script><b onclick=x>&amp;{{}}`;
    const definition = definitionOf(
      { ...weekly({ tty: field("t", "boolean", { description: hostile }) }, { description: hostile }) },
      { title: hostile.slice(0, 80), about: "https://left-pad.example/%22%3E?a=b&c='d'" },
    );
    const shown = answersPage(await answersOf(definition, [row(0, 40, { tty: true })]));
    expectWellFormed(shown);
    expect(shown).not.toMatch(/<script|<b onclick/);
    expect(shown).toContain(
      "&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&lt;b onclick=x&gt;&amp;amp;{{}}",
    );
    expect(shown).toContain('href="https://left-pad.example/%22%3E?a=b&amp;c=&#39;d&#39;"');
  });

  it("links only to https", () => {
    const shown = answersPage({ ...answers, about: "javascript:alert(1)" });
    expect(shown).not.toContain("javascript:");
  });

  it("has of every chart a title, a description with its figures, and a table behind it", () => {
    const charts = [...page.matchAll(/<svg [^>]*role="img" aria-labelledby="([^"]+)" aria-describedby="([^"]+)"/g)];
    // Of each report a course; people, machines and five fields; three fields.
    expect(charts).toHaveLength(2 + 2 + 5 + 3);
    for (const [, title = "", description = ""] of charts) {
      expect(page).toContain(`<title id="${title}">`);
      expect(page).toMatch(new RegExp(`<desc id="${description.replace(/\./g, "\\.")}">[^<]*\\d[^<]*The table below`));
    }
    expect(page.match(/<details>/g)).toHaveLength(charts.length);
    expect(page.match(/<caption>/g)).toHaveLength(charts.length);
  });

  it("shows the figures that the answers have", async () => {
    const shown = textOf(
      answersPage(
        await answersOf(tty, [row(0, 30, { tty: true }), row(0, 10, { tty: false }), row(1, 8, { tty: true })]),
      ),
    );
    expect(shown).toContain("8 reports in the week of 7 Sept so far; −80.0 % since 31 Aug".replaceAll(" ", " "));
    expect(shown).toContain("yes 8 30");
    expect(shown).toContain("no 0 10");
    expect(shown).toContain("Figures in the week of 7 Sept: yes: 8, 100 %; no: 0, 0 %.");
  });

  it("draws bars as long as their shares, and intervals where figures are estimated", async () => {
    const shown = answersPage(await answersOf(tty, [row(0, 30, { tty: true }), row(0, 10, { tty: false })]));
    const bars = [...shown.matchAll(/<rect class="bar" x="0" width="([\d.]+)%"/g)].map(([, width]) => Number(width));
    expect(bars).toEqual([75, 25]);
    expect(shown).not.toContain('class="error"');
    expect(page).toContain('class="error"');
  });

  it("says what is hidden, where something is", () => {
    expect(textOf(answersPage(publicView(answers, 25)))).toContain(
      "What fewer than 25 reports say in a window is merged",
    );
    expect(textOf(page)).not.toContain("is merged");
  });

  it("stays a page for a year of days", async () => {
    const year = await buildAnswers(plausible(54, 60), everyKind(), { windows: { week: 52, day: 365 } });
    const size = Buffer.byteLength(answersPage(publicView(year as Answers, 10)));
    expect(size).toBeLessThan(1_000_000);
    expect(textOf(answersPage(year))).toContain("Left out here: 305 older windows. JSON and CSV have them.");
  });
});
