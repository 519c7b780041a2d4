import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The folders of the packages, in the order in which they build on each other. */
export const PACKAGES = ["wire", "keys", "client", "resolver", "native", "decoder"] as const;
export type Package = (typeof PACKAGES)[number];

/** Folders that hold nothing written here. */
const FOREIGN = new Set(["node_modules", "dist", ".git"]);

/** A source file with its path from the repository's root. */
export interface Source {
  path: string;
  text: string;
}

/** All files below a folder whose names end in one of `endings`. */
export function sourcesIn(folder: string, endings: readonly string[]): Source[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => !FOREIGN.has(name))
    .flatMap((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return sourcesIn(path, endings);
      if (!entry.isFile() || !endings.some((ending) => path.endsWith(ending))) return [];
      return [{ path, text: readFileSync(join(ROOT, path), "utf8") }];
    });
}

/** A text without its comments. Strings that hold comment signs behind blanks are not met in imports. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}

/** Every module that a source names: static, dynamic and type imports, re-exports and `require`. */
export function importsOf({ text }: Source): string[] {
  const code = withoutComments(text);
  const named = [
    ...code.matchAll(/(?<!["'])\b(?:from|import)\s*["']([^"'\n]+)["']/g),
    ...code.matchAll(/\b(?:import|require)\s*\(\s*["']([^"'\n]+)["']/g),
  ];
  return named.map(([, specifier]) => specifier ?? "");
}

/** What a package's own package.json says that it needs at run time. */
export function dependenciesOf(folder: Package): string[] {
  const manifest: Manifest = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
  return [manifest.dependencies, manifest.optionalDependencies, manifest.peerDependencies].flatMap((group) =>
    Object.keys(group ?? {}),
  );
}

interface Manifest {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}
