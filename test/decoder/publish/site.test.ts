import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildAnswers, windowsWithin } from "../../../decoder/answers/build.ts";
import type { Answers } from "../../../decoder/answers/model.ts";
import { publicView } from "../../../decoder/answers/publicview.ts";
import { SiteError } from "../../../decoder/errors.ts";
import { previewText } from "../../../decoder/publish/preview.ts";
import { LONGEST_PERIOD, siteFiles } from "../../../decoder/publish/site.ts";
import { ownFiles, writeSite } from "../../../decoder/publish/sitefolder.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { everyKind, plausible } from "../answers/plausible.ts";
import { addressesIn, expectWellFormed, textOf } from "../page/markup.ts";

const all = await buildAnswers(plausible(20, 250), everyKind(), {
  windows: windowsWithin(LONGEST_PERIOD),
  settled: true,
});
const shown = publicView(all, 10);
const files = siteFiles(shown);
const named = (name: string) => files.find((file) => file.name === name)?.text ?? "";

describe("a site", () => {
  it("has a page, JSON and CSV of each period; its front comes last", () => {
    expect(files.map(({ name }) => name)).toEqual([
      ...["30d.json", "30d.csv", "30d.html", "90d.json", "90d.csv", "365d.json", "365d.csv", "365d.html"],
      "index.html",
    ]);
    const windows = (name: string) =>
      (JSON.parse(named(name)) as Answers).reports.map((report) => report.windows.length);
    expect([windows("30d.json"), windows("90d.json")]).toEqual([
      [4, 30],
      [12, 90],
    ]);
  });

  it("leads to its own files alone, and to what is collected", () => {
    for (const { text } of files.filter(({ name }) => name.endsWith(".html"))) {
      expectWellFormed(text);
      const own = addressesIn(text).filter((address) => !/^(data:|https:\/\/left-pad\.example)/.test(address));
      expect(own.length).toBeGreaterThan(5);
      for (const address of own) expect(files.map(({ name }) => name)).toContain(address);
    }
  });

  it("states its method: what is counted, who is not, what is merged below which number, what is estimated", () => {
    const text = textOf(named("index.html"));
    for (const saying of [
      "Figures count reports, not users",
      "networks that block the zone",
      "What fewer than 10 reports say in a window is merged",
      "one in 16 reports",
      "95 % intervals",
      "(ε = 2)",
      "If 1 report in 100 were false",
    ]) {
      expect(text).toContain(saying);
    }
  });

  it("is never made of figures that are not for everybody", () => {
    expect(() => siteFiles(all)).toThrow(RangeError);
    for (const { text } of files.filter(({ name }) => name.endsWith(".json"))) {
      const answers = JSON.parse(text) as Answers;
      const figures = answers.reports.flatMap(({ reporting, fields }) =>
        [...reporting, ...fields.map(({ values }) => values)].flatMap(({ rows }) => rows.flatMap((row) => row.figures)),
      );
      expect(figures.every((figure) => figure === null || figure.raw === 0 || figure.raw >= 10)).toBe(true);
    }
  });

  it("says beforehand what would be in it, and how much is hidden", () => {
    const text = previewText(all, shown, files, "/srv/www");
    expect(text).toContain("cells of fewer than 10 reports are merged");
    expect(text).toMatch(/^weekly: \d+ weeks, /m);
    expect(text).toMatch(/^ {2}version: \d+ of \d+ figures hidden, \d+ values? never shown$/m);
    expect(text).toMatch(/^ {2}index\.html +\d+ kB$/m);
    expect(text).not.toContain("still grow");
  });
});

describe("the folder of a site", () => {
  const page = (text: string, name = "index.html") => ({ name, text });

  it("is made, or may be empty, and is written to again", async () => {
    const folder = join(await temporaryFolder(), "new", "site");
    expect(await ownFiles(folder)).toEqual([]);
    await writeSite(folder, files);
    expect((await readdir(folder)).sort()).toEqual([...files.map(({ name }) => name), "sotto-site.json"].sort());
    await writeSite(folder, [page("second"), page("kept", "30d.html")]);
    expect((await readdir(folder)).sort()).toEqual(["30d.html", "index.html", "sotto-site.json"]);
    expect(await readFile(join(folder, "index.html"), "utf8")).toBe("second");
  });

  it.each([
    ["something else", async (folder: string) => writeFile(join(folder, "thesis.txt"), "mine")],
    ["a page that is not ours", async (folder: string) => writeFile(join(folder, "index.html"), "mine")],
    ["a manifest of something else", async (folder: string) => writeFile(join(folder, "sotto-site.json"), "{}")],
    [
      "a manifest that names files elsewhere",
      async (folder: string) =>
        writeFile(join(folder, "sotto-site.json"), JSON.stringify({ version: 1, files: ["../thesis.txt"] })),
    ],
  ])("is refused, and left as it is, when there is %s", async (_, prepare) => {
    const folder = await temporaryFolder();
    await prepare(folder);
    const before = await readdir(folder);
    await expect(writeSite(folder, files)).rejects.toThrow(SiteError);
    await expect(ownFiles(folder)).rejects.toThrow(SiteError);
    expect(await readdir(folder)).toEqual(before);
  });

  it("keeps what somebody put beside the site, and refuses to write over it", async () => {
    const folder = await temporaryFolder();
    await writeSite(folder, [page("first")]);
    await writeFile(join(folder, "CNAME"), "stats.example");
    await writeSite(folder, [page("second")]);
    expect(await readFile(join(folder, "CNAME"), "utf8")).toBe("stats.example");
    await writeFile(join(folder, "30d.html"), "theirs");
    await expect(writeSite(folder, [page("third"), page("ours", "30d.html")])).rejects.toThrow("30d.html");
    expect(await readFile(join(folder, "30d.html"), "utf8")).toBe("theirs");
    expect(await readFile(join(folder, "index.html"), "utf8")).toBe("second");
  });

  it("follows no link out of it", async () => {
    const elsewhere = join(await temporaryFolder(), "precious");
    await writeFile(elsewhere, "precious");
    const folder = await temporaryFolder();
    await writeSite(folder, [page("first")]);
    await mkdir(join(folder, "sub"));
    await symlink(elsewhere, join(folder, "30d.html"));
    await writeFile(join(folder, "sotto-site.json"), JSON.stringify({ version: 1, files: ["30d.html", "index.html"] }));
    await expect(writeSite(folder, [page("ours", "30d.html")])).rejects.toThrow("not a file");
    expect(await readFile(elsewhere, "utf8")).toBe("precious");
  });

  it("is one that a site was interrupted in", async () => {
    const folder = await temporaryFolder();
    await writeFile(
      join(folder, "sotto-site.json"),
      JSON.stringify({ version: 1, files: files.map(({ name }) => name) }),
    );
    await writeFile(join(folder, "30d.json"), "half of it");
    await writeSite(folder, files);
    expect(await readFile(join(folder, "30d.json"), "utf8")).toBe(named("30d.json"));
  });

  it("is no file", async () => {
    const path = join(await temporaryFolder(), "file");
    await writeFile(path, "");
    await expect(writeSite(path, files)).rejects.toThrow("is not a folder");
  });
});
