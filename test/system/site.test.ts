import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PAGES, ROOT } from "../../site/root.ts";

const CHROMIUM = "/usr/bin/chromium";
const SHOWN = ["index.html", "docs/protocol.html", "docs/operating.html", "functions/_sotto_client.open.html"];

/** Folder that gets a picture of each page and look, for a person to see: `SOTTO_SCREENSHOTS=/tmp/x npm run test:system`. */
const { SOTTO_SCREENSHOTS } = process.env;

const LOOKS = (["light", "dark"] as const)
  .flatMap((scheme) => [1280, 390].map((width) => ({ scheme, width })))
  .filter(({ scheme, width }) => SOTTO_SCREENSHOTS !== undefined || (scheme === "light") === (width === 1280));

let browser: Browser;

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is not there: .ci/install-peers`);
  const built = spawnSync("npm", ["run", "--silent", "docs"], { cwd: ROOT, encoding: "utf8" });
  expect([built.status, built.stderr]).toEqual([0, ""]);
  expect(built.stdout).toMatch(/^site\/dist\/index\.html: \d+ pages, no dead link, nothing loaded from elsewhere\n$/);
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
});

afterAll(async () => {
  await browser?.close();
});

/** A page as a visitor has it, and every address that it asked for. */
async function visit(path: string, look: { scheme: "light" | "dark"; width: number }) {
  const viewport = { width: look.width, height: 900 };
  const context = await browser.newContext({ viewport, colorScheme: look.scheme });
  const page = await context.newPage();
  const asked: string[] = [];
  const errors: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("pageerror", (error) => errors.push(error.message));
  const open = async (path: string) => {
    await page.goto(pathToFileURL(join(PAGES, path)).href, { waitUntil: "load" });
    await page.waitForFunction("document.body.style.display !== 'none'");
  };
  await open(path);
  return { page, asked, errors, open, close: () => context.close() };
}

async function wideBy(page: Page): Promise<number> {
  return await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}

describe("the documentation's pages", () => {
  it.each(LOOKS)("fit $width pixels, $scheme, and load nothing from elsewhere", async (look) => {
    const { page, asked, errors, open, close } = await visit("index.html", look);
    for (const path of SHOWN) {
      await open(path);
      expect([path, await wideBy(page)]).toEqual([path, 0]);
      const elsewhere = asked.filter((url) => !url.startsWith(pathToFileURL(PAGES).href) && !url.startsWith("data:"));
      expect([path, elsewhere, errors]).toEqual([path, [], []]);
      if (SOTTO_SCREENSHOTS !== undefined) {
        const name = `${path.replaceAll("/", "-").replace(".html", "")}-${look.width}-${look.scheme}.png`;
        await page.screenshot({ path: join(SOTTO_SCREENSHOTS, name) });
      }
    }
    await close();
  });

  it("are searched without a server, texts as well as names", async () => {
    const { page, asked, close } = await visit("index.html", { scheme: "light", width: 1280 });
    for (const [words, place] of [
      ["retention", "docs/operating.html"],
      ["telemetryCommand", "functions/_sotto_client_commander.telemetryCommand.html"],
    ] as const) {
      await page.click("#tsd-search-trigger");
      await page.fill("#tsd-search-input", words);
      await page.waitForSelector(`#tsd-search-results a[href*="${place}"]`, { timeout: 10_000 });
      await page.keyboard.press("Escape");
    }
    expect(asked.filter((url) => !url.startsWith("file:") && !url.startsWith("data:"))).toEqual([]);
    await close();
  });

  it("have the list of all documents beside them, by their titles", async () => {
    const { page, close } = await visit("docs/protocol.html", { scheme: "light", width: 1280 });
    await page.waitForSelector(".site-menu nav a");
    const names = await page.evaluate<string[]>(
      "[...document.querySelectorAll('.site-menu nav a')].map((link) => link.textContent.trim())",
    );
    expect(names).toEqual(
      expect.arrayContaining(["Embedding sotto", "The sotto protocol", "@sotto/client", "Security"]),
    );
    expect(names.filter((name) => name.startsWith("test/"))).toEqual([]);
    await close();
  });
});
