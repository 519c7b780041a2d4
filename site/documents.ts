import { globSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { type Application, type Context, Converter, type DocumentReflection } from "typedoc";
import { ROOT } from "./root.ts";

/** Patterns of documents by the heading that they stand under in the list beside each page, in this order. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  Guides: [
    "docs/embedding.md",
    "docs/definition.md",
    "docs/operating.md",
    "docs/decoding.md",
    "docs/for-security-teams.md",
    "examples/*/README.md",
  ],
  Reference: ["docs/protocol.md", "docs/client-state.md", "docs/threat-model.md", "docs/architecture.md", "docs/*.md"],
  Packages: ["client/README.md", "keys/README.md", "resolver/README.md", "decoder/README.md", "*/README.md"],
  Project: ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "test/vectors/README.md"],
};

/** The headings, in order. */
export const HEADINGS = Object.keys(GROUPS);

/** Paths of all documents from the repository's root, in order, each once; the README is the first page by itself. */
export function documentPaths(): readonly string[] {
  const patterns = Object.values(GROUPS).flat();
  return [...new Set(patterns.flatMap((pattern) => globSync(pattern, { cwd: ROOT }).toSorted()))];
}

/** Gives each Markdown file its own first heading as its name, and its place in the list. */
export function nameDocuments(app: Application): void {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context: unknown, document: DocumentReflection) => {
    const path = relative(ROOT, document.project.files.getReflectionPath(document) ?? "");
    document.name = titleOf(path);
    document.frontmatter.group = groupOf(path);
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }: Context) => {
    const [first] = project.readme ?? [];
    // The first page has this heading by itself.
    if (first?.kind === "text") first.text = first.text.replace(/^# .*\n/, "");
  });
}

/** The first heading of a Markdown file, without marks. */
export function titleOf(path: string): string {
  const heading = /^# (.*)$/m.exec(readFileSync(`${ROOT}/${path}`, "utf8"))?.[1] ?? path;
  return heading.replaceAll("`", "");
}

function groupOf(path: string): string {
  const matching = (pattern: string) => new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", "[^/]+")}$`);
  const [name] = Object.entries(GROUPS).find(([, patterns]) => patterns.some((one) => matching(one).test(path))) ?? [];
  if (name === undefined) throw new Error(`site/documents.ts has no place for ${path}`);
  return name;
}
