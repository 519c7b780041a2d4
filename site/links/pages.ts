import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deadLinks } from "./check.ts";
import { htmlDocument, loadedBy, loadedByStyle } from "./html.ts";

/** Dead links of built pages. */
export function deadPageLinks(folder: string): string[] {
  const documents = globSync("**/*.html", { cwd: folder }).map((path) => htmlDocument(path, read(folder, path)));
  return deadLinks(documents, (path) => existsSync(join(folder, path)));
}

/** What built pages and their styles would load from elsewhere, a line each. */
export function foreignLoads(folder: string): string[] {
  const loads = [
    ...globSync("**/*.html", { cwd: folder }).map((path) => [path, loadedBy(read(folder, path))] as const),
    ...globSync("**/*.css", { cwd: folder }).map((path) => [path, loadedByStyle(read(folder, path))] as const),
  ];
  return loads.flatMap(([path, targets]) =>
    targets
      .filter((target) => /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(target) && !target.startsWith("data:"))
      .map((target) => `${path}: loads ${target}`),
  );
}

function read(folder: string, path: string): string {
  return readFileSync(join(folder, path), "utf8");
}
