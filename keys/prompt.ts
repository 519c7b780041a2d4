import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";
import type { ReadStream, WriteStream } from "node:tty";
import { PassphraseError } from "./errors.ts";

/** A terminal on which a person is asked. */
export interface Terminal {
  readonly input: ReadStream;
  /** Standard error, so that what a command prints can be redirected. */
  readonly output: WriteStream;
}

/** The terminal of this process; null where nobody sits at its standard input or sees its standard error. */
export function processTerminal(): Terminal | null {
  const { stdin: input, stderr: output } = process;
  return input.isTTY && output.isTTY ? { input, output } : null;
}

/**
 * Asks for one line and shows none of it.
 *
 * @throws PassphraseError `SOTTO_PASSPHRASE_CANCELED` when the person ends the input or presses Ctrl-C.
 */
export async function askSecret(
  { input, output }: Terminal,
  question: string,
  isWhole: (typed: string) => boolean = () => true,
): Promise<string> {
  try {
    // readline writes back what is typed; nothing of it may be seen.
    const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
    return await readLine(input, hidden, () => output.write(question), isWhole);
  } finally {
    output.write("\n");
  }
}

/**
 * Asks for one line, which is shown as it is typed.
 *
 * @throws PassphraseError `SOTTO_PASSPHRASE_CANCELED`.
 */
export async function askLine({ input, output }: Terminal, question: string): Promise<string> {
  try {
    return await readLine(input, output, (lines) => {
      lines.setPrompt(question);
      lines.prompt();
    });
  } catch (error) {
    // The cursor is still behind the question.
    output.write("\n");
    throw error;
  }
}

/** Asks a question that only `yes` answers with yes. Whoever ends the input says no. */
export async function confirm(terminal: Terminal, question: string): Promise<boolean> {
  try {
    return (await askLine(terminal, `${question} Type yes to go on: `)).trim() === "yes";
  } catch (error) {
    if (error instanceof PassphraseError) return false;
    throw error;
  }
}

function readLine(
  input: ReadStream,
  output: Writable,
  ask: (lines: Interface) => void,
  isWhole: (typed: string) => boolean = () => true,
): Promise<string> {
  return new Promise((resolve, reject) => {
    // terminal: true turns the terminal's own echo off. Only then may the question be seen: some answer at once.
    const lines = createInterface({ input, output, terminal: true, historySize: 0 });
    ask(lines);
    let typed = "";
    let answer: string | null = null;
    lines.on("line", (text) => {
      // At the end of the input readline takes for a line what nobody has sent off.
      if (answer === null && !input.readableEnded) {
        typed += typed === "" ? text : `\n${text}`;
        if (!isWhole(typed)) return;
        answer = typed;
      }
      lines.close();
    });
    lines.once("SIGINT", () => lines.close());
    lines.once("close", () => {
      if (answer !== null) resolve(answer);
      else reject(new PassphraseError("SOTTO_PASSPHRASE_CANCELED", "canceled; nothing was changed"));
    });
    // It ends but once, and that may have been before.
    if (input.readableEnded) lines.close();
  });
}
