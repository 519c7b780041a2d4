import { readFileSync } from "node:fs";
import { join } from "node:path";
import { markdownPaths } from "../../site/links/repository.ts";
import { commandsOf, type Words } from "./shellwords.ts";
import { ROOT } from "./sources.ts";

/** A command of ours, or one of npm, that a document shows. */
export interface Documented {
  /** `docs/embedding.md:87`. */
  readonly place: string;
  readonly words: Words;
  /** A part of a command within a sentence, which may leave out what it does not speak of. */
  readonly isPart: boolean;
}

const OURS = /^(?:sotto-(?:client|keys|resolver|decoder)|npm|npx)$/;

/** All commands that Markdown files show, in blocks of code and in sentences. */
export function documentedCommands(): Documented[] {
  return markdownPaths().flatMap((path) => commandsIn(path, readFileSync(join(ROOT, path), "utf8")));
}

/** Commands in a Markdown text. */
export function commandsIn(path: string, text: string): Documented[] {
  const found: Documented[] = [];
  const lines = text.split("\n");
  let fence: string | null = null;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? "";
    const [, opening] = /^\s*```(\w*)/.exec(line) ?? [];
    if (opening !== undefined) {
      fence = fence === null ? opening : null;
      continue;
    }
    const place = `${path}:${i + 1}`;
    if (fence === null && !line.startsWith("    ")) {
      for (const [, code = ""] of line.matchAll(/(?<!`)`([^`]+)`(?!`)/g)) found.push(...ours(code, place, true));
      continue;
    }
    const prompt = /^\s*\$ /.exec(line)?.[0];
    if (fence === "console" && prompt === undefined) continue;
    let command = line.slice(prompt?.length ?? 0);
    while (command.endsWith("\\")) command = `${command.slice(0, -1)} ${lines[++i] ?? ""}`;
    found.push(...(prompt === undefined ? ours : shown)(command, place, false));
  }
  return found;
}

/** A line is shell only if it begins as one: most code is something else. */
function ours(code: string, place: string, isPart: boolean): Documented[] {
  if (!/^\s*(?:\w+=\S+ )*(?:sudo |exec |source <\()?(?:sotto-\w+|npm|npx|mkdir|cd|export)(?: |$)/.test(code)) return [];
  return shown(code, place, isPart);
}

function shown(code: string, place: string, isPart: boolean): Documented[] {
  if (!/\b(?:sotto-\w+|npm|npx)\b/.test(code)) return [];
  return commandsOf(code)
    .filter(([name = ""]) => OURS.test(name))
    .map((words) => ({ place, words, isPart }));
}
