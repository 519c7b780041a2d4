import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./sources.ts";

interface Manifest {
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));

const folders = ["", ...(manifestOf("").workspaces ?? [])];

/** The tables of packages in docs/architecture.md: what the first cells of their rows name, and whether a reason follows. */
function explained(): Map<string, string> {
  const text = readFileSync(join(ROOT, "docs/architecture.md"), "utf8");
  const [, section = ""] = /^## Dependencies$([\s\S]*?)^## /m.exec(text) ?? [];
  const rows = section
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (?:package|development only|-+) /.test(line));
  return new Map(
    rows.flatMap((row) => {
      const cells = row.split("|").map((cell) => cell.trim());
      return (cells[1] ?? "").split(", ").map((name) => [name.replace(/ \d+$/, ""), cells.at(-2) ?? ""] as const);
    }),
  );
}

describe("docs/architecture.md", () => {
  const reasons = explained();

  it.each(folders)("says why each package that %s/package.json names is there", (folder) => {
    const { dependencies, optionalDependencies, devDependencies } = manifestOf(folder);
    const named = Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies });
    // What each of our packages is, and who may use it, is said where packages are listed.
    const foreign = named.filter((name) => !name.startsWith("@sotto/") || name === "@sotto/native");
    expect(foreign.filter((name) => (reasons.get(name) ?? "") === "")).toEqual([]);
  });

  it("names no package that is not there", () => {
    const all = folders
      .map(manifestOf)
      .flatMap((one) => [one.dependencies, one.optionalDependencies, one.devDependencies]);
    const named = new Set(all.flatMap((group) => Object.keys(group ?? {})));
    expect([...reasons.keys()].filter((name) => !named.has(name))).toEqual([]);
    expect(reasons.size).toBeGreaterThan(30);
  });
});
