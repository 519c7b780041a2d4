import { createInterface } from "node:readline";
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
export async function askSecret({ input, output }: Terminal, question: string): Promise<string> {
  output.write(question);
  try {
    // readline writes back what is typed; nothing of it may be seen.
    return await readLine(input, new Writable({ write: (_chunk, _encoding, done) => done() }));
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
  return await readLine(input, output, question);
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

function readLine(input: ReadStream, output: Writable, question = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    // terminal: true turns the terminal's own echo off.
    const lines = createInterface({ input, output, terminal: true, historySize: 0 });
    lines.setPrompt(question);
    lines.prompt();
    let line: string | null = null;
    lines.once("line", (text) => {
      // At the end of the input readline takes for a line what nobody has sent off.
      if (!input.readableEnded) line = text;
      lines.close();
    });
    lines.once("SIGINT", () => lines.close());
    lines.once("close", () => {
      if (line !== null) resolve(line);
      else reject(new PassphraseError("SOTTO_PASSPHRASE_CANCELED", "canceled; nothing was changed"));
    });
    // It ends but once, and that may have been before.
    if (input.readableEnded) lines.close();
  });
}
