import { dirname, join } from "node:path/posix";
import type { Document, Link } from "./document.ts";

const OUTSIDE = new Set(["https:", "http:", "mailto:"]);

/**
 * Finds links that lead nowhere. Links to the outside have to be addresses; nobody is asked whether they answer.
 *
 * @param exists whether there is a file or folder at a path from the documents' root.
 * @returns a line for each, `docs/a.md:12: b.md#c: there is no such heading`.
 */
export function deadLinks(documents: readonly Document[], exists: (path: string) => boolean): string[] {
  const byPath = new Map(documents.map((document) => [document.path, document]));
  return documents.flatMap((document) =>
    document.links.flatMap((link) => {
      const problem = problemOf(link, document, byPath, exists);
      return problem === null ? [] : [`${document.path}:${link.line}: ${link.target}: ${problem}`];
    }),
  );
}

function problemOf(
  { target }: Link,
  { path }: Document,
  byPath: ReadonlyMap<string, Document>,
  exists: (path: string) => boolean,
): string | null {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) {
    return URL.canParse(target) && OUTSIDE.has(new URL(target).protocol) ? null : "no address of the web or of mail";
  }
  const [place = "", anchor] = target.split("#").map(decodeURIComponent);
  if (place.startsWith("/")) return "begins at the root of whatever serves it";
  const [file = ""] = place.split("?");
  const aim = file === "" ? path : join(dirname(path), file);
  if (aim.startsWith("..")) return "leaves the repository";
  if (!exists(aim)) return "there is no such file";
  const document = byPath.get(aim);
  if (anchor === undefined || anchor === "" || document === undefined) return null;
  return document.anchors.has(anchor) ? null : "there is no such heading";
}
