import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { buildAnswers, windowsWithin } from "../../../decoder/answers/build.ts";
import type { Answers } from "../../../decoder/answers/model.ts";
import { publicView } from "../../../decoder/answers/publicview.ts";
import { answersPage } from "../../../decoder/page/answerspage.ts";
import { siteFiles } from "../../../decoder/publish/site.ts";
import { writeSite } from "../../../decoder/publish/sitefolder.ts";
import { createViewer } from "../../../decoder/serve/app.ts";
import { everyKind, plausible } from "../../decoder/answers/plausible.ts";
import { temporaryFolder } from "../../e2e/scene.ts";

const CHROMIUM = "/usr/bin/chromium";
const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];

const SCHEMES = ["light", "dark"] as const;
const WIDTHS = [1100, 360] as const;
const LOOKS = SCHEMES.flatMap((scheme) => WIDTHS.map((width) => ({ scheme, width })));

/** Folder that gets a picture of each look, for a person to see: `SOTTO_SCREENSHOTS=/tmp/x npm run test:system`. */
const { SOTTO_SCREENSHOTS } = process.env;

const definition = everyKind();
const source = plausible(16, 400);

let browser: Browser;
let contrast: string;
let answers: Answers;

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `${CHROMIUM} is not there. On Debian 12, install it with\n  apt-get install --no-install-recommends chromium`,
    );
  }
  contrast = await readFile(new URL("../../resolver/publication/contrast.js", import.meta.url), "utf8");
  browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: [...ARGUMENTS, ...QUIET] });
  answers = await buildAnswers(source, definition, { windows: { week: 12, day: 30 } });
});

afterAll(async () => {
  await browser?.close();
});

/** A page in a profile of its own, and what went on while it was shown. */
async function show(address: string, options: Parameters<Browser["newContext"]>[0] = {}) {
  const context: BrowserContext = await browser.newContext({ viewport: { width: 800, height: 900 }, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(address, { waitUntil: "networkidle" });
  return { page, requests: () => requests.filter((url) => !url.startsWith("data:")), complaints };
}

async function evaluated<T>(page: Page, expression: string): Promise<T> {
  return await page.evaluate<T>(expression);
}

async function openTables(page: Page): Promise<void> {
  await evaluated(page, `for (const table of document.querySelectorAll("details")) table.open = true`);
}

/** The page of `report --html`, as a file. */
async function reportFile(given = answers): Promise<string> {
  const path = join(await temporaryFolder(), "report.html");
  await writeFile(path, answersPage(given));
  return pathToFileURL(path).href;
}

describe.each(LOOKS)("the page of a report, $scheme, $width px wide", ({ scheme, width }) => {
  const look = { colorScheme: scheme, viewport: { width, height: 900 } };

  it("loads nothing, and nothing goes wrong", async () => {
    const file = await reportFile();
    const { page, requests, complaints } = await show(file, look);
    expect(requests()).toEqual([file]);
    expect(complaints).toEqual([]);
    if (SOTTO_SCREENSHOTS) {
      await page.screenshot({ path: join(SOTTO_SCREENSHOTS, `report-${scheme}-${width}.png`), fullPage: true });
    }
  });

  it("fits: only tables are scrolled sideways, each by itself", async () => {
    const { page } = await show(await reportFile(), look);
    await openTables(page);
    expect(await evaluated(page, "document.documentElement.scrollWidth")).toBe(width);
    const wide = `[...document.body.querySelectorAll(":not(.scroll *)")].filter((element) =>
      element.getBoundingClientRect().right > innerWidth + 1).map((element) => element.outerHTML.slice(0, 80))`;
    expect(await evaluated(page, wide)).toEqual([]);
  });

  it("has no label that runs into its number", async () => {
    const { page } = await show(await reportFile(), look);
    const overlaps = `[...document.querySelectorAll(".rows .value")].filter((value) =>
      value.previousElementSibling.getBoundingClientRect().right > value.getBoundingClientRect().left).map((value) =>
      value.previousElementSibling.textContent + value.textContent)`;
    expect(await evaluated(page, overlaps)).toEqual([]);
  });

  it("has the contrast that WCAG AA asks for", async () => {
    const { page } = await show(await reportFile(), look);
    await openTables(page);
    // The ground below bars is no figure, and says nothing.
    await evaluated(page, `for (const track of document.querySelectorAll(".track")) track.remove()`);
    const { looked, poor } = await evaluated<{ looked: number; poor: string[] }>(page, contrast);
    expect(poor).toEqual([]);
    expect(looked).toBeGreaterThan(500);
  });
});

describe("the page of a report", () => {
  it("is light and dark", async () => {
    const file = await reportFile();
    const paper = async (colorScheme: (typeof SCHEMES)[number]) =>
      await evaluated<string>(
        (await show(file, { colorScheme })).page,
        "getComputedStyle(document.documentElement).backgroundColor",
      );
    expect([await paper("light"), await paper("dark")]).toEqual(["rgb(251, 250, 246)", "rgb(21, 23, 26)"]);
  });

  it("has names and roles for those who hear it", async () => {
    const { page } = await show(await reportFile());
    expect(await page.title()).toBe("Left Pad: usage reports");
    for (const role of ["banner", "main", "contentinfo"] as const) expect(await page.getByRole(role).count()).toBe(1);
    expect(await page.getByRole("img", { name: "weekly: version" }).count()).toBe(1);
    expect(await page.getByRole("img").count()).toBe(12);
    await openTables(page);
    expect(await page.getByRole("table", { name: /^weekly, version; the window/ }).count()).toBe(1);
    const levels = await evaluated<number[]>(
      page,
      `[...document.querySelectorAll("h1,h2,h3,h4")].map((heading) => Number(heading.tagName[1]))`,
    );
    expect(levels[0]).toBe(1);
    for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
  });

  it("can be used by keyboard: to the content, into a table, along it", async () => {
    const { page } = await show(await reportFile(), { viewport: { width: 360, height: 800 } });
    await page.keyboard.press("Tab");
    expect(await evaluated(page, "document.activeElement.textContent")).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await evaluated(page, "document.activeElement.tagName")).toBe("SUMMARY");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await evaluated(page, "document.activeElement.className")).toBe("scroll");
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => evaluated(page, "document.activeElement.scrollLeft")).toBeGreaterThan(0);
  });

  it("prints on paper: light, also where the screen is dark, and whole", async () => {
    const { page } = await show(await reportFile(), { colorScheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await evaluated(page, "getComputedStyle(document.documentElement).backgroundColor")).toBe(
      "rgb(251, 250, 246)",
    );
    expect(await evaluated(page, "getComputedStyle(document.querySelector('nav')).display")).toBe("none");
    const paper = await page.pdf({
      format: "A4",
      margin: { top: "15mm", bottom: "15mm", left: "15mm", right: "15mm" },
    });
    expect(paper.subarray(0, 5).toString()).toBe("%PDF-");
    const pages = paper.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(1);
    expect(pages).toBeLessThan(9);
    if (SOTTO_SCREENSHOTS) await writeFile(join(SOTTO_SCREENSHOTS, "report.pdf"), paper);
  });
});

it("a published site works from a folder: its pages lead to each other and to its data, and load nothing else", async () => {
  const folder = await temporaryFolder();
  const all = await buildAnswers(source, definition, { windows: windowsWithin(365), settled: true });
  await writeSite(folder, siteFiles(publicView(all, 10)));
  const front = pathToFileURL(join(folder, "index.html")).href;
  const { page, requests, complaints } = await show(front, { viewport: { width: 360, height: 800 } });
  expect(requests()).toEqual([front]);
  expect(await evaluated(page, "document.documentElement.scrollWidth")).toBe(360);
  if (SOTTO_SCREENSHOTS) await page.screenshot({ path: join(SOTTO_SCREENSHOTS, "site.png"), fullPage: true });
  await page.getByRole("link", { name: "30 days", exact: true }).click();
  await page.waitForURL(/30d\.html$/);
  expect(await page.locator("[aria-current=page]").textContent()).toBe("30 days");
  expect(complaints).toEqual([]);
  await page.getByRole("link", { name: "365 days, JSON" }).click();
  await page.waitForURL(/365d\.json$/);
  expect((JSON.parse((await page.locator("pre").textContent()) ?? "") as Answers).threshold).toBe(10);
});

it("the viewer filters by its form, without a script", async () => {
  const viewer = createViewer({ source, definition, threshold: null });
  await viewer.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => viewer.close());
  const origin = `http://127.0.0.1:${(viewer.server.address() as AddressInfo).port}`;
  const { page, requests, complaints } = await show(`${origin}/`, { javaScriptEnabled: false, colorScheme: "dark" });
  expect(requests()).toEqual([`${origin}/`]);
  if (SOTTO_SCREENSHOTS) await page.screenshot({ path: join(SOTTO_SCREENSHOTS, "viewer.png") });
  await page.getByLabel("runner").selectOption("ci");
  await page.getByLabel("report", { exact: true }).selectOption("weekly");
  await page.getByLabel("windows").fill("4");
  await page.getByRole("button", { name: "Show" }).click();
  await page.waitForURL(/where\.runner=ci/);
  expect(await page.getByText("only runner ci").count()).toBe(1);
  expect(await page.getByLabel("runner").inputValue()).toBe("ci");
  expect(await page.getByRole("heading", { level: 2, name: "failures" }).count()).toBe(0);
  expect(complaints).toEqual([]);
  expect(requests().every((url) => url.startsWith(`${origin}/`))).toBe(true);
});
