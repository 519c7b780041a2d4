import { createHash } from "node:crypto";
import { parseDefinition } from "@sotto/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { projectVariable } from "../../../client/consent/decision.ts";
import { describeDefinition, documentOf } from "../../../client/describe/describe.ts";
import { exampleOf } from "../../../client/describe/example.ts";
import { FORMATS } from "../../../client/describe/format.ts";
import { completeDefinition, definitions, type Raw, rawField } from "../../wire/definitions.ts";
import { RUNS } from "../../wire/property.ts";
import { quiet, read, reportOf, TODAY } from "../check/scene.ts";

const markdown = (raw: Raw, today = TODAY) => describeDefinition(read(raw), today, "markdown");
const complete = markdown(completeDefinition());
const HTML = describeDefinition(read(completeDefinition()), TODAY, "html");

describe("the page of what is collected", () => {
  it("names the project, whom to write to, zones and its own variable", () => {
    expect(complete).toMatch(/^# What Left Pad collects\n/);
    for (const text of [
      "[team@left-pad.example](<mailto:team@left-pad.example>)",
      "[https://left-pad.example/telemetry](<https://left-pad.example/telemetry>)",
      "`r.example.net` (if that fails, to `r.example.org`)",
      "one job in 4 then reports",
    ]) {
      expect(complete).toContain(text);
    }
    expect(projectVariable("3d-left-pad")).toBe("3D_LEFT_PAD_TELEMETRY");
  });

  it("names every way to say no, the strongest first", () => {
    const ways = [
      "/etc/sotto/policy.json",
      "DO_NOT_TRACK=1",
      "SOTTO_TELEMETRY=off",
      "LEFT_PAD_TELEMETRY=off",
      ".sotto-opt-out",
      "sotto-client disable",
    ];
    const places = ways.map((way) => complete.indexOf(`| \`${way}\``));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
  });

  it("says whether users are asked, or told", () => {
    expect(complete).toContain("**You are told first.**");
    expect(markdown(quiet())).toContain("**You are asked first.**");
  });

  it("holds of every field what it is for, who answers, until when, and all that it can be", () => {
    for (const text of [
      "### `version`",
      "- **More:** [https://left-pad.example/issues/1\\#why](<https://left-pad.example/issues/1#why>)",
      "- **What for:** What for.",
      "- **Who answers:** Build team",
      "- **Until:** 2028-01-01; from then on it is left out",
      "- **Can be:** `build`, `test`; `other` for everything else",
      "`0` less than 0; `1` from 0, less than 10; `2` from 10, less than 100.5; `3` 100.5 or more",
      "`1` 0 to 1 completed weeks; `2` 2 to 4 completed weeks; `3` 5 to 24 completed weeks; `4` 25 or more",
      "- **In the report:** `c`, in some of them",
      "a whole number; more than 1,000 is sent as that",
      "`E_IO`, `E_NET` and, for everything else, `other`; more than 50 is sent as that",
      "**Of 2 fields a report holds only one:** `command` or `files`.",
      "**This links reports.**",
    ]) {
      expect(complete).toContain(text);
    }
  });

  it("explains noise with the figures of the field", () => {
    // e^2 / (e^2 + 1), e^1.5 / (e^1.5 + 2), and e^16 of four ranges
    expect(complete).toContain(
      "of 2 possible answers the true one is kept with a probability of 88 %, otherwise the other one",
    );
    expect(complete).toContain(
      "of 3 possible answers the true one is kept with a probability of 69 %, otherwise one of the 2 others",
    );
    expect(complete).toContain("with a probability of more than 99.99 %");
    expect(markdown(quiet({ t: rawField("t", "boolean", { epsilon: 5 }) }))).toContain("a probability of 99.33 %");
    expect(markdown(quiet())).not.toContain("Noise");
  });

  it("leaves expired fields out, and lists them as no longer collected", () => {
    const fields = { tty: rawField("t", "boolean", { expires: "2026-11-25" }), age: rawField("a", "age") };
    const page = markdown(quiet(fields));
    expect(page).not.toContain("### `tty`");
    expect(page).toContain("## No longer collected\n\n- `tty` in `weekly`, since 2026-11-25: What it tells.");
    expect(page).toContain('    {"a":2}');
    expect(markdown(quiet(fields), TODAY - 1)).toContain("### `tty`");
    expect(complete).not.toContain("No longer collected");
  });

  it("says that nothing is collected where nothing is", () => {
    for (const raw of [
      quiet(undefined, { reports: {} }),
      quiet({ t: rawField("t", "boolean", { expires: "2020-01-01" }) }),
    ]) {
      const page = markdown(raw);
      expect(page).toContain("left-pad collects nothing.");
      expect(page).not.toContain("How to switch it off");
    }
  });

  it("says of what is never collected that sessions link, only where there are any", () => {
    expect(complete).toContain("only a session’s random number");
    expect(markdown(quiet())).toContain("nothing that links one report to the next");
  });

  it("shows a report as it would look, one that seals", () => {
    expect(complete).toContain(
      '    {"t":true,"c":"build","v":"1.4.2","a":2,"r":"terminal","p":"linux-x64","s":"k7q2mfxa"}',
    );
    expect(complete).toContain('    {"r":12,"e":{"E_IO":3},"w":1}');
    expect(exampleOf(reportOf({ n: rawField("n", "counter", { max: 5 }) }), TODAY)?.text).toBe('{"n":5,"w":1}');
  });

  it("is the same for the same definition and day, in any definition, and never fails", () => {
    fc.assert(
      fc.property(
        definitions,
        fc.constantFrom(...FORMATS),
        fc.integer({ min: 0, max: 30_000 }),
        (raw, format, today) => {
          const once = describeDefinition(parseDefinition(JSON.stringify(raw)), today, format);
          expect(describeDefinition(parseDefinition(JSON.stringify(raw)), today, format)).toBe(once);
          expect(once).not.toMatch(/undefined|NaN|\[object/);
        },
      ),
      { ...RUNS, numRuns: 500 },
    );
  });
});

describe("the page in HTML", () => {
  it("loads nothing: no script, image or stylesheet, and a policy that lets only its own through", () => {
    expect(HTML).not.toMatch(/<(script|img|iframe|link|object|form|base)\b|\son\w+=|\ssrc=|url\(|@import/i);
    const [, style = ""] = /<style>([\s\S]*?)<\/style>/.exec(HTML) ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    expect(HTML).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
  });

  it("has headings in order, ids once, links that lead somewhere, and captions on its tables", () => {
    const levels = [...HTML.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels[0]).toBe(1);
    for (const [at, level] of levels.entries()) expect(level - (levels[at - 1] ?? 0)).toBeLessThanOrEqual(1);
    const ids = [...HTML.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of HTML.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(id);
    expect(HTML.match(/<table/g)).toHaveLength(HTML.match(/<caption>./g)?.length ?? 0);
  });

  it("gives every place a name of its own, in any definition", () => {
    fc.assert(
      fc.property(definitions, (raw) => {
        const { sections } = documentOf(parseDefinition(JSON.stringify(raw)), TODAY);
        const ids = sections.flatMap(({ id, blocks }) => {
          return [id, ...blocks.flatMap((block) => (block.type === "heading" ? [block.id] : []))];
        });
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { ...RUNS, numRuns: 500 },
    );
  });
});
