import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodePublicKey, encodeReceipt, parseDefinition, seal } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { run } from "../../e2e/command.ts";
import { seededOctets } from "../../e2e/frames.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { DAY, segmentFile } from "../sealing.ts";

const page = await readFile(new URL("../../../docs/definition.md", import.meta.url), "utf8");
const [, EXAMPLE = ""] = /```json\n(\{\n {2}"\$schema"[\s\S]*?\n\})\n```/.exec(page) ?? [];

/** A project with a key file, a log of one segment, its definition, and receipts of whoever reported. */
async function project(texts: readonly string[]) {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder, name);
  await run("sotto-keys", ["new", "--plain", "--out", at("own.key")]);
  const { stdout } = await run("sotto-keys", ["public", at("own.key")]);
  const publicKey = decodePublicKey(stdout.trim());
  const sealed = texts.map((text, number) => {
    let drawn = 0;
    const random = (length: number) => seededOctets(`${text} ${number} ${drawn++}`, length);
    return seal(text, publicKey, { day: DAY, bits: 0, random });
  });
  await writeFile(at("log.seg"), await segmentFile(sealed.flat().map(({ frame }) => frame)));
  await writeFile(at("sotto.json"), EXAMPLE);
  const receipts = sealed.map((frames) =>
    frames.map(({ frame, ephemeralSecret }) => encodeReceipt(frame, ephemeralSecret)),
  );
  const store = ["--store", at("records.duckdb")];
  const scan = (...more: string[]) =>
    run("sotto-decoder", ["scan", "--key-file", at("own.key"), "--from", folder, ...store, ...more]);
  const decoder = (command: string, ...more: string[]) =>
    run("sotto-decoder", [command, ...store, ...more], { cwd: folder });
  return { at, receipts, scan, decoder };
}

const LONG = '{"v":"1.2.3","p":"linux-x64","r":"terminal","a":2,"c":"space"}'.padEnd(70);

describe("sotto-decoder forget", () => {
  it("deletes what receipts prove, in parts too, and no scan brings it back", async () => {
    const { at, receipts, scan, decoder } = await project(['{"v":"1.0.0"}', LONG, '{"v":"3.0.0"}']);
    await scan("--definition", at("sotto.json"));
    const [whole = [], parts = []] = receipts;
    await writeFile(at("receipts"), `${whole[0]}\n\n${parts[1]}\r\n`);
    expect(await decoder("forget", "--receipts", at("receipts"))).toEqual({
      code: 0,
      stdout: "2 reports deleted\n",
      stderr: "",
    });
    const again = await decoder("forget", "--receipts", at("receipts"));
    expect([again.code, again.stdout, again.stderr]).toEqual([
      0,
      "0 reports deleted\n",
      "2 reports had been deleted before\n",
    ]);
    await writeFile(at("copy.seg"), await readFile(at("log.seg")));
    const { stderr } = await scan("--definition", at("sotto.json"));
    expect(stderr).toContain("records in the store: 1\n");
    expect(stderr).toContain("forgotten: 2\n");
    const left = await decoder("export", "--ndjson");
    expect(left.stdout.trim().split("\n")).toHaveLength(1);
    expect(left.stdout).toContain("3.0.0");
  });

  it("obeys nobody who only read the log, and says where a line is no receipt", async () => {
    const { at, receipts, scan, decoder } = await project(['{"v":"1.0.0"}']);
    await scan();
    const [id = ""] = (receipts[0]?.[0] ?? "").split(" ");
    await writeFile(at("forged"), `${id} ${"ab".repeat(32)}\n${"cd".repeat(32)} ${"ab".repeat(32)}\n`);
    const forged = await decoder("forget", "--receipts", at("forged"));
    expect(forged.code).toBe(1);
    expect(forged.stdout).toBe("0 reports deleted\n");
    expect(forged.stderr).toContain("1 receipt without the right secret: not obeyed");
    expect(forged.stderr).toContain("1 receipt without a report here");
    await writeFile(at("broken"), `${receipts[0]?.[0]}\nnonsense\n`);
    const broken = await decoder("forget", "--receipts", at("broken"));
    expect(broken.stderr).toMatch(/^sotto-decoder: .*broken: line 2: a receipt is /);
    expect(broken.code).toBe(1);
    expect((await decoder("export", "--ndjson")).stdout).toContain("1.0.0");
  });
});

describe("sotto-decoder scan --replay", () => {
  it("takes up what a newer definition allows, and reads what was scanned without one", async () => {
    const { at, scan, decoder } = await project(['{"v":"1.0.0"}', '{"p":"plan9-x64"}', '{"zz":1}']);
    expect((await scan()).stderr).toContain("records in the store: 3\n");
    const first = await decoder("scan", "--replay", "--definition", at("sotto.json"));
    expect([first.code, first.stdout]).toEqual([0, ""]);
    expect(first.stderr).toBe(
      "taken up: 0\nstill rejected: 0\nread by the definition for the first time: 1, rejected: 2\n",
    );
    const losses = await decoder("losses");
    expect(losses.stdout).toContain("weekly.platform is not one of its values");
    const learned = EXAMPLE.replace('"linux-x64", "linux-arm64"', '"linux-x64", "plan9-x64", "linux-arm64"');
    expect(parseDefinition(learned).reports).not.toEqual([]);
    await writeFile(at("sotto.json"), learned);
    const second = await decoder("scan", "--replay", "--definition", at("sotto.json"));
    expect(second.stderr).toBe("taken up: 1\nstill rejected: 1\n");
    const { totals } = JSON.parse((await decoder("losses", "--json")).stdout);
    expect(totals.messages).toMatchObject({ record: 2, rejected: 1 });
  });
});

describe("sotto-decoder export", () => {
  it("writes a row a record in each format, to a file or standard output, and over no file unasked", async () => {
    const { at, scan, decoder } = await project(['{"v":"1.0.0"}', '{"v":"2.0.0","r":"ci"}']);
    await scan("--definition", at("sotto.json"));
    const toFile = await decoder("export", "--csv", at("out.csv"), "--definition", at("sotto.json"));
    expect([toFile.code, toFile.stdout]).toEqual([0, ""]);
    expect(toFile.stderr).toBe(`${at("out.csv")}: 2 rows\n`);
    const [head = "", ...rows] = (await readFile(at("out.csv"), "utf8")).trim().split(/\r?\n/);
    expect(head).toContain("version");
    expect(rows).toHaveLength(2);
    const refused = await decoder("export", "--csv", at("out.csv"));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^sotto-decoder: .*out\.csv/);
    expect((await decoder("export", "--csv", at("out.csv"), "--force")).code).toBe(0);
    expect((await decoder("export", "--parquet", at("out.parquet"))).code).toBe(0);
    expect((await readFile(at("out.parquet"))).subarray(0, 4).toString("latin1")).toBe("PAR1");
    expect((await decoder("export")).code).toBe(2);
    expect((await decoder("export", "--csv", "--ndjson")).code).toBe(2);
  });
});

describe("a command that reads a store", () => {
  it.each([
    ["losses", []],
    ["export", ["--ndjson"]],
    ["report", ["--definition", "sotto.json"]],
  ])("%s says what to do where there is none, and makes nothing", async (command, more) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "sotto.json"), EXAMPLE);
    const { code, stdout, stderr } = await run("sotto-decoder", [command, ...more], { cwd: folder });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^sotto-decoder: there is no store records\.duckdb[^\n]*\n$/);
    expect(existsSync(join(folder, "records.duckdb"))).toBe(false);
  });

  it("and scan refuse what makes no sense together, with exit code 2", async () => {
    const cases = [
      ["scan"],
      ["scan", "--from", "."],
      ["scan", "--from", ".", "--key-file", "k", "--definition", "d"],
      ["scan", "--replay", "--store", "s"],
      ["scan", "--from", ".", "--key-file", "k", "--threads", "0"],
      ["scan", "--from", ".", "--key-file", "k", "--store", "s", "--keep", "400"],
      ["forget"],
    ];
    for (const args of cases) {
      const { code, stderr } = await run("sotto-decoder", args, { cwd: await temporaryFolder() });
      expect([args, code]).toEqual([args, 2]);
      expect(stderr).not.toBe("");
    }
  });
});
