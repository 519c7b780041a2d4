import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../root.ts";
import { deadLinks } from "./check.ts";
import { markdownDocument } from "./markdown.ts";

/** Nothing written here. */
const FOREIGN = ["node_modules", "dist", "compiled"];

/** Paths of all Markdown files of the repository, from its root. */
export function markdownPaths(): string[] {
  return globSync("**/*.md", {
    cwd: ROOT,
    exclude: (name) => FOREIGN.includes(name.split("/").at(-1) ?? ""),
  }).toSorted();
}

/** Dead links of all Markdown files. */
export function deadMarkdownLinks(): string[] {
  const documents = markdownPaths().map((path) => markdownDocument(path, readFileSync(join(ROOT, path), "utf8")));
  return deadLinks(documents, (path) => existsSync(join(ROOT, path)));
}
