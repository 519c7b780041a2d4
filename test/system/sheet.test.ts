import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { encodeShare, parseShare, type Share, type ShareKind } from "../../keys/custody/share.ts";
import { shareSheet } from "../../keys/custody/sheet.ts";
import { splitSecret } from "../../keys/custody/splitting.ts";
import { temporaryFolder } from "../e2e/scene.ts";
import { requirePackages } from "./network/packages.ts";

const CHROMIUM = "/usr/bin/chromium";
const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];

const POINTS_PER_MM = 72 / 25.4;
const PAPERS = [
  { format: "A4", points: [210 * POINTS_PER_MM, 297 * POINTS_PER_MM] },
  { format: "Letter", points: [612, 792] },
] as const;

/** The widest of Debian's common fonts: wider than any that the sheet's style names. */
const WIDE_FONT = "DejaVu Serif";

const execute = promisify(execFile);

let browser: Browser;
let contrast: string;

beforeAll(async () => {
  requirePackages({
    chromium: "chromium",
    zbarimg: "zbar-tools",
    pdfinfo: "poppler-utils",
    pdftoppm: "poppler-utils",
    pdftotext: "poppler-utils",
  });
  contrast = await readFile(new URL("../resolver/publication/contrast.js", import.meta.url), "utf8");
  browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: [...ARGUMENTS, ...QUIET] });
});

afterAll(async () => {
  await browser?.close();
});

interface Scene {
  kind?: ShareKind;
  shares?: number;
  threshold?: number;
  project?: string;
  publicKey?: string;
}

/** The sheet of a fresh share in a folder that goes with the test. */
async function makeSheet({
  kind = "secret-key",
  shares = 5,
  threshold = 3,
  project = "django",
  publicKey,
}: Scene = {}) {
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const share = (await splitSecret(secret, { kind, shares, threshold })).at(-1) as Share;
  const folder = await temporaryFolder();
  const file = join(folder, "sheet.html");
  const key = publicKey ?? `sotto1${"m".repeat(58)}`;
  await writeFile(file, shareSheet({ share, shares, project, day: 20_780, publicKey: key }));
  return { folder, file, text: encodeShare(share) };
}

type Look = NonNullable<Parameters<Browser["newContext"]>[0]>;

/** The sheet in a profile of its own, as a file that is opened. */
async function show(file: string, look: Look = {}) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 1300 }, ...look });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(pathToFileURL(file).href, { waitUntil: "load" });
  return { page, requests, complaints };
}

async function print(file: string, format: string, pdf: string): Promise<void> {
  const { page } = await show(file);
  await page.pdf({ format, path: pdf });
}

async function output(program: string, ...args: string[]): Promise<string> {
  return (await execute(program, args)).stdout;
}

/** What zbar reads in a picture, when it reads one QR code. */
async function scan(picture: string): Promise<string> {
  return (await output("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture)).trimEnd();
}

async function pagesOf(pdf: string): Promise<{ pages: number; size: number[] }> {
  const info = await output("pdfinfo", pdf);
  const size = info.match(/^Page size:\s+([\d.]+) x ([\d.]+) pts/m) ?? [];
  return { pages: Number(info.match(/^Pages:\s+(\d+)$/m)?.[1]), size: size.slice(1).map(Number) };
}

describe.each(PAPERS)("the sheet of a share, printed on $format", ({ format, points }) => {
  it("is one page, and its code is read from a coarse and from a fine print", async () => {
    const { folder, file, text } = await makeSheet();
    const pdf = join(folder, "sheet.pdf");
    await print(file, format, pdf);
    const { pages, size } = await pagesOf(pdf);
    expect(pages).toBe(1);
    for (const [index, length] of points.entries()) expect(Math.abs((size[index] ?? 0) - length)).toBeLessThan(1);
    for (const dotsPerInch of [72, 150, 300]) {
      const picture = join(folder, String(dotsPerInch));
      await execute("pdftoppm", ["-r", `${dotsPerInch}`, "-gray", "-png", "-singlefile", pdf, picture]);
      expect(await scan(`${picture}.png`), `${dotsPerInch} dpi`).toBe(text);
    }
  });

  it("has the text in it, in five numbered lines that can be typed as they are", async () => {
    const { folder, file, text } = await makeSheet();
    const pdf = join(folder, "sheet.pdf");
    await print(file, format, pdf);
    const printed = await output("pdftotext", "-layout", pdf, "-");
    const above = printed.slice(0, printed.indexOf("Code and text say the same"));
    expect(above.match(/(?<=^\s*)[1-9](?=\s)/gm)).toEqual(["1", "2", "3", "4", "5"]);
    const typed = above.match(/(?:[A-Z0-9-]{6} ){2}[A-Z0-9-]{6}$/gm) ?? [];
    expect(typed).toHaveLength(5);
    expect(encodeShare(parseShare(typed.join("\n")))).toBe(text);
    expect(printed).not.toContain("delete the");
  });

  it.each(["as it is", WIDE_FONT])("is one page with the longest words that go in, font: %s", async (font) => {
    const { folder, file } = await makeSheet({
      kind: "keyring-identity",
      shares: 255,
      threshold: 254,
      project: "W".repeat(300),
      publicKey: `age1${"w".repeat(58)}`,
    });
    if (font === WIDE_FONT) {
      const sheet = await readFile(file, "utf8");
      expect(sheet).toMatch(/--serif: [^;]*;/);
      await writeFile(file, sheet.replace(/--serif: [^;]*;/, `--serif: "${WIDE_FONT}";`));
    }
    const pdf = join(folder, "sheet.pdf");
    await print(file, format, pdf);
    expect((await pagesOf(pdf)).pages).toBe(1);
  });
});

describe("the sheet of a share, in print", () => {
  it.each(["light", "dark"] as const)(
    "is black on white whoever prints it, %s, and fits the width",
    async (colorScheme) => {
      const { folder, file, text } = await makeSheet();
      // 178 mm, what A4 leaves, at 96 dots per inch.
      const { page } = await show(file, { colorScheme, viewport: { width: 672, height: 948 } });
      await page.emulateMedia({ media: "print" });
      const colours = "[document.documentElement, document.body].map((element) => getComputedStyle(element).color)";
      expect(await page.evaluate(colours)).toEqual(["rgb(0, 0, 0)", "rgb(0, 0, 0)"]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(672);
      expect(await page.locator(".screen").isVisible()).toBe(false);
      const picture = join(folder, "print.png");
      await page.screenshot({ path: picture, fullPage: true });
      expect(await scan(picture)).toBe(text);
    },
  );
});

describe.each([
  { colorScheme: "light", width: 1000 },
  { colorScheme: "dark", width: 1000 },
  { colorScheme: "light", width: 320 },
  { colorScheme: "dark", width: 320 },
] as const)("the sheet of a share on a screen, $colorScheme, $width px wide", ({ colorScheme, width }) => {
  it("loads nothing, and nothing goes wrong", async () => {
    const { file } = await makeSheet();
    const { requests, complaints } = await show(file, { colorScheme });
    expect(requests).toEqual([pathToFileURL(file).href]);
    expect(complaints).toEqual([]);
  });

  it("is read by people and by scanners, and fits", async () => {
    const { folder, file, text } = await makeSheet();
    const { page } = await show(file, { colorScheme, viewport: { width, height: 1300 }, deviceScaleFactor: 2 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    const { looked, poor } = await page.evaluate<{ looked: number; poor: string[] }>(contrast);
    expect(poor).toEqual([]);
    expect(looked).toBeGreaterThan(30);
    expect(await page.locator(".screen").isVisible()).toBe(true);
    expect(await page.getByRole("img", { name: "The share as a QR code" }).count()).toBe(1);
    const picture = join(folder, "screen.png");
    await page.screenshot({ path: picture, fullPage: true });
    expect(await scan(picture)).toBe(text);
  });

  it("gives the text when its lines are copied", async () => {
    const { file, text } = await makeSheet();
    const { page } = await show(file, { colorScheme, viewport: { width, height: 1300 } });
    const copied = await page.locator(".lines").innerText();
    expect(encodeShare(parseShare(copied))).toBe(text);
  });
});
