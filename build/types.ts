import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/**
 * Copies type declarations, those of the entries and all that they name. The others say nothing to whoever installs the
 * package.
 *
 * @param from where tsc wrote them.
 * @param entries without `.d.ts`.
 */
export function copyTypes(from: string, to: string, entries: readonly string[]): void {
  const seen = new Set<string>();
  const waiting = [...entries];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const path = join(from, `${name}.d.ts`);
    const target = join(to, `${name}.d.ts`);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(path, target);
    for (const [, imported = ""] of readFileSync(path, "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)\.[jt]s"/g)) {
      waiting.push(normalize(join(dirname(name), imported)));
    }
  }
}
