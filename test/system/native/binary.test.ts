import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile } from "../../../build/native/compile.ts";
import { problemsOf } from "../../../build/native/inspect.ts";
import { TARGETS } from "../../../build/native/targets.ts";
import { ROOT } from "../../repository/sources.ts";
import { builtBinding } from "./subject.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sotto-native-binary-"));
  builtBinding();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(TARGETS)("the binary for $name", ({ name }) => {
  const built = builtFor(name);

  it("needs no library, and nothing of Node but Node-API", () => {
    expect(problemsOf(built)).toEqual([]);
  });

  it("tells nothing of where it was made", () => {
    expect(readFileSync(built).includes(ROOT)).toBe(false);
    expect(readFileSync(built).includes(tmpdir())).toBe(false);
  });
});

it("the binary for this machine is what its sources give, octet for octet, wherever that is compiled to", () => {
  const target = TARGETS.find(({ name }) => name === `${process.platform}-${process.arch}`);
  expect.assert(target !== undefined);
  const again = join(folder, "elsewhere", "again.node");
  expect(compile(target, again)).toEqual([]);
  expect(readFileSync(again).equals(readFileSync(builtFor(target.name)))).toBe(true);
});

it("a binary that needs a library does not pass", () => {
  const problems = problemsOf(join(ROOT, "node_modules/sodium-native/prebuilds/linux-x64/sodium-native.node"));
  expect(problems.some((line) => line.includes("libc.so"))).toBe(true);
  expect(problems).toContain("needs malloc");
});

describe("paths by CPU, under qemu", () => {
  const program = `
    import { paths, pathsNotRun } from "@sotto/native";
    console.log(JSON.stringify({ paths: paths(), not: pathsNotRun().map(({ feature }) => feature) }));`;

  it.each([
    ["qemu64", { paths: [], not: ["IFMA", "AVX2"] }],
    ["max", { paths: ["AVX2, 4 lanes"], not: ["IFMA"] }],
  ])("-cpu %s runs what it has instructions and registers for", (cpu, expected) => {
    const node = [process.execPath, "--conditions=sotto-source", "--input-type=module", "--eval", program];
    const { stdout, stderr } = spawnSync("qemu-x86_64", ["-cpu", cpu, ...node], { cwd: ROOT, encoding: "utf8" });
    expect(stdout === "" ? stderr : JSON.parse(stdout)).toEqual(expected);
  });
});

function builtFor(name: string): string {
  return join(ROOT, "native", "prebuilds", `${name}.node`);
}
