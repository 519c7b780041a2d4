import { existsSync } from "node:fs";
import { readFile, truncate, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { openSegmentFile } from "../../resolver/log/segmentfile.ts";
import { createPublication } from "../../resolver/publication/app.ts";
import { temporaryFolder } from "../e2e/scene.ts";
import { hourEntry, zoneFacts, zoneOf } from "../resolver/publication/zone.ts";

const CHROMIUM = "/usr/bin/chromium";
const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Six days of hours, one of them without a segment. */
const SEGMENTS = Array.from({ length: 144 }, (_, hour) => hourEntry(hour, 100 + ((hour * 37) % 400))).filter(
  (_, hour) => hour !== 50,
);

const SCHEMES = ["light", "dark"] as const;
const WIDTHS = [1100, 320] as const;
const LOOKS = SCHEMES.flatMap((scheme) => WIDTHS.map((width) => ({ scheme, width })));

/** Folder that gets a picture of each look, for a person to see: `SOTTO_SCREENSHOTS=/tmp/x npm run test:system`. */
const { SOTTO_SCREENSHOTS } = process.env;

let browser: Browser;
let contrast: string;
let app: FastifyInstance;
let origin: string;

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `${CHROMIUM} is not there. On Debian 12, install it with\n  apt-get install --no-install-recommends chromium`,
    );
  }
  contrast = await readFile(new URL("../resolver/publication/contrast.js", import.meta.url), "utf8");
  browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: [...ARGUMENTS, ...QUIET] });
});

afterAll(async () => {
  await browser?.close();
});

beforeEach(async () => {
  const folder = await temporaryFolder();
  const pathOf = (id: string) => join(folder, `${id}.seg`);
  for (const { id, bytes } of SEGMENTS) {
    await writeFile(pathOf(id), "");
    await truncate(pathOf(id), bytes);
  }
  const signed = { signature: () => "signature", signatureKey: `RW${"Q".repeat(54)}` };
  app = createPublication([
    zoneOf(SEGMENTS, { open: ({ id, bytes }) => openSegmentFile(pathOf(id), bytes), ...signed }),
  ]);
  await app.listen({ host: "127.0.0.1", port: 0 });
  origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return () => app.close();
});

/** A page in a profile of its own, and what went on while it was shown. */
async function show(scheme: (typeof SCHEMES)[number], width: number, address = origin) {
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 900 } });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  // The server sheds load on a busy machine, and this process is the server: a reader comes again.
  for (let status = 503; status === 503; ) {
    requests.length = 0;
    complaints.length = 0;
    status = (await page.goto(address, { waitUntil: "networkidle" }))?.status() ?? 0;
  }
  expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
  return { page, requests, complaints };
}

async function evaluated<T>(page: Page, expression: string): Promise<T> {
  return await page.evaluate<T>(expression);
}

describe.each(LOOKS)("the page of a zone, $scheme, $width px wide", ({ scheme, width }) => {
  it("asks nobody but its own server, and nothing goes wrong", async () => {
    const { page, requests, complaints } = await show(scheme, width);
    expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([`${origin}/`]);
    expect(complaints).toEqual([]);
    if (SOTTO_SCREENSHOTS) {
      await page.screenshot({ path: join(SOTTO_SCREENSHOTS, `${scheme}-${width}.png`), fullPage: true });
    }
  });

  it("fits: nothing is scrolled sideways but the lines to copy", async () => {
    const { page } = await show(scheme, width);
    await page.locator("summary").click();
    expect(await evaluated(page, "document.documentElement.scrollWidth")).toBe(width);
    const wide = `[...document.body.querySelectorAll(":not(pre *, .parties thead *)")].filter((element) =>
      element.getBoundingClientRect().right > innerWidth + 1).map((element) => element.outerHTML.slice(0, 80))`;
    expect(await evaluated(page, wide)).toEqual([]);
  });

  it("has the contrast that WCAG AA asks for", async () => {
    const { page } = await show(scheme, width);
    await page.locator("summary").click();
    const { looked, poor } = await evaluated<{ looked: number; poor: string[] }>(page, contrast);
    expect(poor).toEqual([]);
    expect(looked).toBeGreaterThan(500);
  });

  it("has names and roles for those who hear it", async () => {
    const { page } = await show(scheme, width);
    await page.locator("summary").click();
    expect(await page.title()).toBe("r.example.net – sealed usage reports");
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    for (const role of ["banner", "main", "contentinfo"] as const) {
      expect(await page.getByRole(role).count()).toBe(1);
    }
    expect(await page.getByRole("navigation", { name: "On this page" }).getByRole("link").count()).toBe(7);
    expect(await page.getByRole("heading", { level: 1 }).allTextContents()).toEqual(["r.example.net"]);
    expect(await page.getByRole("region").count()).toBe(7);
    const chart = page.getByRole("img", { name: "Frames in each published segment, over time" });
    expect(await chart.locator("rect").count()).toBe(SEGMENTS.length);
    expect(await page.locator("#chart-description").textContent()).toMatch(/^143 bars from 16 Nov, 12:00/);
    const tables = ["The newest 24 segments", "Older segments", "Of each report, who learns what"];
    for (const name of tables) expect(await page.getByRole("table", { name }).count()).toBe(1);
    const parties = page.getByRole("table", { name: "Of each report, who learns what" });
    expect(await parties.getByRole("row").count()).toBe(8);
    expect(await parties.getByRole("rowheader").count()).toBe(7);
    expect(await parties.getByRole("columnheader").count()).toBe(5);
  });
});

describe("the page of a zone", () => {
  it("is light and dark", async () => {
    const paper = async (scheme: (typeof SCHEMES)[number]) => {
      const { page } = await show(scheme, 800);
      return await evaluated<string>(page, "getComputedStyle(document.documentElement).backgroundColor");
    };
    expect([await paper("light"), await paper("dark")]).toEqual(["rgb(251, 250, 246)", "rgb(21, 23, 26)"]);
  });

  it("can be used by keyboard, and shows where one is", async () => {
    const { page } = await show("light", 800);
    const focused = "[document.activeElement.textContent, getComputedStyle(document.activeElement).outlineStyle]";
    await page.keyboard.press("Tab");
    expect(await evaluated(page, focused)).toEqual(["Skip to the content", "solid"]);
    expect(await page.locator(".skip").boundingBox()).toMatchObject({ x: 16, y: 16 });
    await page.keyboard.press("Enter");
    expect(page.url()).toBe(`${origin}/#content`);
    await page.keyboard.press("Tab");
    expect((await evaluated<string[]>(page, focused))[1]).toBe("solid");
  });

  it("has headings in order and ids once", async () => {
    const { page } = await show("light", 800);
    const levels = await evaluated<number[]>(
      page,
      `[...document.querySelectorAll("h1,h2,h3,h4")].map((heading) => Number(heading.tagName[1]))`,
    );
    expect(levels[0]).toBe(1);
    for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    const ids = await evaluated<string[]>(page, `[...document.querySelectorAll("[id]")].map(({ id }) => id)`);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("has no link that leads nowhere", async () => {
    const { page } = await show("light", 800);
    const links = await evaluated<string[]>(page, "[...new Set([...document.links].map(({ href }) => href))]");
    const own = links.filter((link) => link.startsWith(`${origin}/v1/`));
    expect(own).toHaveLength(SEGMENTS.length + 1);
    for (const link of own) expect((await fetch(link, { method: "HEAD" })).status, link).not.toBe(404);
    const fragments = links.filter((link) => link.startsWith(`${origin}/#`)).map((link) => new URL(link).hash);
    for (const fragment of fragments) expect(await page.locator(fragment).count()).toBe(1);
    const elsewhere = links.filter((link) => !link.startsWith(origin));
    expect(elsewhere).toEqual(["mailto:hostmaster@example.net", "https://counting.example.net/policy"]);
  });
});

it("the page of several zones leads to each of them", async () => {
  const other = zoneFacts({ zone: "t.example.org" });
  const several = createPublication([zoneOf(SEGMENTS), zoneOf([], { facts: other })]);
  await several.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => several.close());
  const root = `http://127.0.0.1:${(several.server.address() as AddressInfo).port}`;
  const { page, complaints } = await show("dark", 320, root);
  expect(await evaluated(page, "document.documentElement.scrollWidth")).toBe(320);
  expect((await evaluated<{ poor: string[] }>(page, contrast)).poor).toEqual([]);
  await page.getByRole("link", { name: "t.example.org" }).click();
  await page.waitForURL(`${root}/t.example.org/`);
  // Under load the server, which is this process, answers 503: then it is asked again.
  while ((await page.getByRole("heading", { level: 1 }).count()) === 0) await page.reload();
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("t.example.org");
  expect(await page.getByText("Nothing is published now.").count()).toBe(1);
  await page.getByRole("link", { name: "The list", exact: true }).click();
  await page.waitForURL(`${root}/t.example.org/v1/segments.json`);
  expect(complaints.filter((complaint) => !complaint.includes("503"))).toEqual([]);
});
