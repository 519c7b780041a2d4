import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { dependenciesOf, importsOf, PACKAGES, type Package, sourcesIn } from "./sources.ts";

/** Who may import which package of ours: the table of docs/architecture.md. */
const MAY_IMPORT: Record<Package, readonly Package[]> = {
  wire: [],
  keys: ["wire"],
  client: ["wire"],
  resolver: ["wire"],
  native: [],
  decoder: ["wire", "keys", "native"],
};

/** What every command takes of wire: its launcher, and what goes for all command lines. */
const FOR_COMMANDS = ["@sotto/wire/launch", "@sotto/wire/commandline", "@sotto/wire/help"];

/** The npm package of a specifier, `@scope/name` or `name`. */
function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

const foreign = (specifier: string) => !specifier.startsWith(".") && !specifier.startsWith("node:");

describe.each(PACKAGES)("%s", (folder) => {
  const imports = sourcesIn(folder, [".ts", ".js"]).flatMap((source) =>
    importsOf(source).map((specifier) => ({ path: source.path, specifier })),
  );

  it("imports only what stands below it", () => {
    const allowed = MAY_IMPORT[folder].map((name) => `@sotto/${name}`);
    const wrong = imports.filter(
      ({ specifier }) => specifier.startsWith("@sotto/") && ![...allowed, ...FOR_COMMANDS].includes(specifier),
    );
    expect(wrong).toEqual([]);
  });

  it("declares only what stands below it", () => {
    const allowed = MAY_IMPORT[folder].map((name) => `@sotto/${name}`);
    expect(dependenciesOf(folder).filter((name) => name.startsWith("@sotto/") && !allowed.includes(name))).toEqual([]);
  });

  it("has no relative import that leaves it", () => {
    const wrong = imports.filter(({ path, specifier }) => {
      if (!specifier.startsWith(".")) return specifier.startsWith("/");
      return relative(folder, join(dirname(path), specifier)).startsWith("..");
    });
    expect(wrong).toEqual([]);
  });

  it("imports only npm packages that its own package.json names", () => {
    const declared = dependenciesOf(folder);
    const wrong = imports.filter(({ specifier }) => foreign(specifier) && !declared.includes(packageOf(specifier)));
    expect(wrong).toEqual([]);
  });

  it("names no npm package that it does not import", () => {
    const used = new Set(imports.map(({ specifier }) => packageOf(specifier)));
    expect(dependenciesOf(folder).filter((name) => !used.has(name))).toEqual([]);
  });
});

describe("the reader of imports", () => {
  it("sees every form of import and no comment", () => {
    const text = [
      'import a from "a";',
      'import { type B, c } from "b/c";',
      'import "./d.ts";',
      'import type { E } from "@e/e";',
      'export { f } from "./f.ts";',
      'export * from "g";',
      'const h = await import("h");',
      'const i = createRequire(import.meta.url)("x"), j = require("j");',
      'type K = import("k").K;',
      '// import "l";',
      '/* import "m"; */',
      "import {\n  n,\n} from 'n';",
      'type O = Pick<P, "from" | "until">;',
    ].join("\n");
    expect(importsOf({ path: "x.ts", text }).toSorted()).toEqual(
      ["a", "b/c", "./d.ts", "@e/e", "./f.ts", "g", "h", "j", "k", "n"].toSorted(),
    );
  });

  it("finds the sources of every package", () => {
    expect(sourcesIn("wire", [".ts"]).map(({ path }) => path)).toContain("wire/index.ts");
    expect(sourcesIn("wire", [".ts"]).filter(({ path }) => path.includes("dist"))).toEqual([]);
  });
});
