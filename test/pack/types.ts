import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** How users' compilers look for a package's types: as Node does, and as bundlers do. */
export const RESOLUTIONS = [
  { module: "node16", moduleResolution: "node16" },
  { module: "esnext", moduleResolution: "bundler" },
] as const;

/**
 * Compiles a file that imports every entry of every installed package, and has all declarations checked.
 *
 * @param folder where the packages are installed.
 * @param names of packages, without their scope.
 * @returns what the compiler says; empty if nothing.
 */
export function typeProblems(folder: string, names: readonly string[], how: (typeof RESOLUTIONS)[number]): string {
  const entries = names.flatMap((name) => entriesOf(folder, name));
  // A module without types is an error under strict; one without any export would be as empty as one that is not found.
  const imports = entries.map((entry, i) => `import * as entry${i} from "${entry}";`);
  const uses = entries.map((_entry, i) => `const name${i}: keyof typeof entry${i} extends never ? never : 1 = 1;`);
  const listed = `export default [${entries.map((_entry, i) => `name${i}`).join(", ")}];`;
  writeFileSync(join(folder, "consumer.ts"), [...imports, ...uses, listed, ""].join("\n"));
  const compilerOptions = {
    ...how,
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    target: "es2023",
    types: ["node"],
    typeRoots: [join(ROOT, "node_modules", "@types")],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
  const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const { stdout, stderr } = spawnSync(process.execPath, [compiler, "--project", folder], { encoding: "utf8" });
  return stdout + stderr;
}

/** What can be imported of a package and has types. */
function entriesOf(folder: string, name: string): string[] {
  const path = join(folder, "node_modules", "@sotto", name, "package.json");
  const { exports } = JSON.parse(readFileSync(path, "utf8")) as { exports: Record<string, unknown> };
  const entries = Object.keys(exports).filter((entry) => !entry.endsWith(".json"));
  return entries.map((entry) => `@sotto/${name}${entry.slice(1)}`);
}
