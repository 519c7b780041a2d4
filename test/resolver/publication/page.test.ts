import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { segmentChart } from "../../../resolver/publication/chart.ts";
import { Html, html } from "../../../resolver/publication/html.ts";
import { type ZonePageContent, zonePage } from "../../../resolver/publication/page.ts";
import { STYLE_ELEMENT, STYLE_HASH } from "../../../resolver/publication/style.ts";
import { hourEntry, zoneFacts } from "./zone.ts";

const HOUR = 3600;

function page(changes: Partial<ZonePageContent> = {}): string {
  return zonePage({ facts: zoneFacts(), segments: [], signed: false, signatureKey: undefined, ...changes });
}

/** What a reader sees, in one line. */
function textOf(markup: string): string {
  const text = markup.replace(/<style>[\s\S]*<\/style>/, "").replace(/<[^>]+>/g, " ");
  return text.replace(/\s+/g, " ");
}

describe("the page", () => {
  it("tells what is kept and for how long, as the zone's settings say", () => {
    const text = textOf(page());
    expect(text).toContain("its 118 sealed octets, and the hour in which it came");
    expect(text).toContain(
      "100 reports; fewer wait for the next hour, or are deleted unpublished after 3 days and 12 hours",
    );
    expect(text).toContain("1 hour after the end of the hour, if the batch is large enough");
    expect(text).toContain("7 days after the start of the first hour in its batch");
    const quick = { bucket: 900, minBatch: 1, publishAfter: 0, retention: 24 * HOUR, bits: 0 };
    const other = textOf(page({ facts: zoneFacts(quick) }));
    expect(other).toContain("and the 15 minutes in which it came");
    expect(other).toContain("none: a report may be published alone");
    expect(other).toContain("as soon as the 15 minutes is over");
    expect(other).toContain("1 day after the start");
  });

  it("tells who runs the zone, or that nobody says so", () => {
    expect(page()).toContain('<a href="mailto:hostmaster@example.net">hostmaster@example.net</a>');
    expect(page()).toContain('<a href="https://counting.example.net/policy" rel="noreferrer">');
    const { contact, url, text, ...silent } = zoneFacts();
    expect([contact, url, text].every((fact) => page().includes(fact as string))).toBe(true);
    expect(page({ facts: silent })).toContain("has not said who they are");
  });

  it("says how to check the list, signed or not", () => {
    expect(textOf(page())).toContain("The list of this zone is not signed.");
    expect(page()).not.toContain("minisig");
    expect(page({ signed: true, signatureKey: "untrusted comment: x\nRWQkey\n" })).toContain("-P RWQkey");
    expect(page({ signed: true })).toContain("Ask whoever runs this zone for the key.");
  });

  it("names every segment with its size and a link that works wherever the page lies", () => {
    const segments = [hourEntry(0, 120), hourEntry(1, 4321)];
    const markup = page({ segments });
    for (const { id } of segments) expect(markup).toContain(`href="v1/segments/${id}.seg"`);
    expect(textOf(markup)).toContain("2 segments with 4,441 frames, 524\u00a0kB together".replace("\u00a0", " "));
    expect(textOf(page())).toContain("Nothing is published now.");
  });

  it("stays a page however many segments there are, and says what it leaves out", () => {
    const segments = Array.from({ length: 5000 }, (_, index) => hourEntry(index, 100 + index));
    const markup = page({ segments });
    expect(markup.match(/class="bar"/g)).toHaveLength(168);
    expect(markup.match(/<tr>/g)).toHaveLength(504 + 2);
    expect(textOf(markup)).toContain("4,496 older segments more");
  });

  it("never lets what an operator wrote become markup", () => {
    const hostile = `"><script>alert('1')</script>&amp;`;
    for (const facts of [{ text: hostile }, { contact: hostile }, { url: `https://x/${hostile}` }]) {
      const markup = page({ facts: zoneFacts(facts) });
      expect(markup).not.toContain("<script");
      expect(markup).toContain("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;");
    }
  });

  it("links only to the web and to a mailbox", () => {
    const markup = page({ facts: zoneFacts({ url: "javascript:alert(1)", contact: "a@b?bcc=c@d" }) });
    expect(markup).not.toMatch(/href="(javascript|mailto)/);
    expect(markup).toContain("javascript:alert(1)");
  });

  it("needs nothing but itself", () => {
    const markup = page({ segments: [hourEntry(0, 5)], signed: true });
    expect(markup).not.toMatch(/<script|<iframe|<img|\ssrc=|\sstyle=|\son\w+=|@import|url\(/);
    const elsewhere = [...markup.matchAll(/<link[^>]*href="([^"]*)"/g)].map(([, address]) => address as string);
    expect(elsewhere.every((address) => address.startsWith("data:image/svg+xml,"))).toBe(true);
    const style = STYLE_ELEMENT.markup.slice("<style>".length, -"</style>".length);
    expect(markup).toContain(STYLE_ELEMENT.markup);
    expect(STYLE_HASH).toBe(`sha256-${createHash("sha256").update(style).digest("base64")}`);
  });
});

describe("html", () => {
  it("escapes every text, in content and in attributes", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { markup } = html`<p title="${text}">${[text]}</p>`;
        expect(markup.match(/[<>]/g)).toHaveLength(4);
        expect(markup.match(/"/g)).toHaveLength(2);
        expect(markup).not.toMatch(/&(?!(amp|lt|gt|quot|#39);)/);
      }),
    );
  });

  it("leaves pieces of HTML as they are, and nothing of null", () => {
    expect(html`<p>${new Html("<b>x</b>")}${null}${7}</p>`.markup).toBe("<p><b>x</b>7</p>");
  });
});

describe("the chart", () => {
  const spans = (markup: string) =>
    [...markup.matchAll(/class="bar" x="([\d.]+)%" width="([\d.]+)%" y="([\d.]+)" height="([\d.]+)"/g)].map((match) =>
      match.slice(1).map(Number),
    );

  it("has a bar within the plot for every segment, whatever the numbers", () => {
    const gaps = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 3e7 })), {
      minLength: 1,
      maxLength: 168,
    });
    fc.assert(
      fc.property(gaps, (steps) => {
        let hours = 0;
        const segments = steps.map(([gap, count]) => {
          hours += gap;
          return hourEntry(hours, count);
        });
        const { markup } = segmentChart(segments);
        const bars = spans(markup);
        expect(bars).toHaveLength(segments.length);
        for (const [x = -1, width = -1, y = -1, height = -1] of bars) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x + width).toBeLessThanOrEqual(100.01);
          expect(y).toBeGreaterThanOrEqual(14);
          expect(y + height).toBeCloseTo(200, 2);
        }
        expect(markup.match(/class="grid"/g)?.length).toBeLessThanOrEqual(4);
        expect(markup.match(/<text class="tick/g)?.length ?? 0).toBeLessThanOrEqual(9);
        expect(markup).not.toMatch(/NaN|Infinity|undefined/);
      }),
      { numRuns: 300 },
    );
  });

  it("says in words what it shows", () => {
    const { markup } = segmentChart([hourEntry(0, 120), hourEntry(1, 4321)]);
    expect(markup).toContain("2 bars from 16 Nov, 12:00 to 16 Nov, 14:00 UTC, each of between 120 and 4,321 frames.");
    expect(markup).toMatch(/role="img" aria-labelledby="chart-title" aria-describedby="chart-description"/);
  });

  it("gives lines round numbers", () => {
    const lines = (count: number) =>
      [...segmentChart([hourEntry(0, count)]).markup.matchAll(/class="count"[^>]*>([\d,]+)</g)].map(
        ([, label]) => label,
      );
    expect(lines(1)).toEqual(["1", "0"]);
    expect(lines(4321)).toEqual(["2,000", "4,000", "6,000", "0"]);
    expect(lines(18_000_000)).toEqual(["5,000,000", "10,000,000", "15,000,000", "20,000,000", "0"]);
  });
});
