/** A command with its arguments, as a shell would call it. */
export type Words = readonly string[];

/**
 * Takes a line of shell apart into the commands that it calls, without redirections and settings of variables. What
 * documents show is understood: quotes, backslashes, pipes, lists, comments, `$(...)`.
 *
 * @throws Error for a quote that does not end.
 */
export function commandsOf(line: string): Words[] {
  const tokens = [...tokensOf(line)];
  const commands: string[][] = [[]];
  for (const [i, token] of tokens.entries()) {
    if (token.kind === "separator") commands.push([]);
    else if (token.kind === "word" && tokens[i - 1]?.kind !== "redirection") commands.at(-1)?.push(token.text);
  }
  return commands.map(called).filter((words) => words.length > 0);
}

interface Token {
  readonly kind: "word" | "separator" | "redirection";
  readonly text: string;
}

/** Blanks, a comment, an operator that separates, one that redirects, or a word of parts with and without quotes. */
const TOKEN =
  /(\s+)|(#.*)|(&&|\|\||[|;&()]|\$\()|(\d?(?:>>|>&|<<<|[<>]))|((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s|;&()<>"'\\])+)/suy;

function* tokensOf(line: string): Generator<Token> {
  let end = 0;
  for (const match of line.matchAll(new RegExp(TOKEN, "gsuy"))) {
    end = match.index + match[0].length;
    const [, , comment, separator, redirection, word] = match;
    if (comment !== undefined) return;
    if (separator !== undefined) yield { kind: "separator", text: separator };
    if (redirection !== undefined) yield { kind: "redirection", text: redirection };
    if (word !== undefined) yield { kind: "word", text: unquoted(word) };
  }
  if (end < line.length) throw new Error(`this is no line of shell: ${line}`);
}

function unquoted(word: string): string {
  return word.replaceAll(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/gsu, (_all, double, single, bare) =>
    double === undefined ? (single ?? bare) : double.replaceAll(/\\(["\\$`])/gu, "$1"),
  );
}

/** What stands before a command and is none of its arguments. */
const BEFORE = new Set(["sudo", "exec", "time", "if", "then", "do", "while", "!", "watch"]);

function called(words: readonly string[]): Words {
  const first = words.findIndex((word) => !BEFORE.has(word) && !/^[A-Za-z_]\w*=/.test(word));
  return first < 0 ? [] : words.slice(first);
}
