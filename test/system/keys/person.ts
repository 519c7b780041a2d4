import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { binOf } from "../../e2e/command.ts";

/** Debian's, which python3-pexpect is installed for, whatever else is on the PATH. */
const PYTHON = "/usr/bin/python3";
const DRIVER = fileURLToPath(new URL("terminal.py", import.meta.url));

/** Far above what any step takes, scrypt on two busy cores included. */
const STEP_SECONDS = 30;

export const ENTER = "\r";
export const CTRL_C = "\x03";
export const CTRL_D = "\x04";

/** What a person waits for at a terminal, and does as soon as it is there; terminal.py says how. */
export interface Step {
  readonly expect: string;
  readonly send?: string;
  readonly atOnce?: boolean;
  readonly signal?: NodeJS.Signals;
  readonly run?: readonly string[];
}

/** How a command that a person was asked by went. */
export interface Session {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** All that was to be seen, without the sequences that move the cursor. */
  readonly screen: string;
  /** What the commands of `run` printed. */
  readonly runs: readonly string[];
  /** Whether the terminal shows again what is typed. */
  readonly echoes: boolean;
}

/** Where and how a person works. */
export interface Seat {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  /** A program that runs the command, with its arguments. */
  readonly wrapper?: readonly string[];
}

/** Waits for a question and types an answer. */
export function answer(question: string, typed: string): Step {
  return { expect: question, send: `${typed}${ENTER}` };
}

/** Runs one of our commands at a pseudo-terminal of 120 columns, with a person before it who follows a script. */
export async function sit(command: string, args: readonly string[], steps: readonly Step[], seat: Seat) {
  return await sitAt([process.execPath, binOf(command), ...args], steps, seat);
}

/**
 * Runs any program so.
 *
 * @throws Error with the screen, when a step was waited for in vain.
 */
export async function sitAt(argv: readonly string[], steps: readonly Step[], seat: Seat): Promise<Session> {
  const { SOTTO_PASSPHRASE: _, ...environment } = process.env;
  const script = {
    argv: [...(seat.wrapper ?? []), ...argv],
    cwd: seat.cwd,
    env: { ...environment, TERM: "xterm", ...seat.env },
    columns: seat.columns ?? 120,
    steps,
    timeout: STEP_SECONDS,
  };
  const driver = spawn(PYTHON, [DRIVER], { stdio: ["pipe", "pipe", "pipe"] });
  onTestFinished(() => void driver.kill("SIGKILL"));
  driver.stdin.on("error", () => {});
  driver.stdin.end(JSON.stringify(script));
  const [printed, complaints] = await Promise.all([text(driver.stdout), text(driver.stderr), once(driver, "close")]);
  if (complaints !== "") throw new Error(`terminal.py did not run; apt-get install python3-pexpect\n${complaints}`);
  const { exitCode, signal, screen, runs, settings, failure } = JSON.parse(printed);
  const seen = plain(screen);
  if (failure !== null) throw new Error(`${argv.join(" ")}: waited in vain, ${failure}; on the screen:\n${seen}`);
  return { exitCode, signal, screen: seen, runs, echoes: /(^|\s)echo\s/.test(settings) };
}

/** All files below a folder with their contents, to see whether anything changed. */
export async function contentsOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(files.map(async (file) => [file, await readFile(file, "latin1")] as const));
  return Object.fromEntries(contents.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function plain(screen: string): string {
  // What moves the cursor is ESC [ numbers letter (ECMA-48).
  const [first = "", ...others] = screen.replaceAll(/\r+\n/g, "\n").split("\x1b[");
  return first + others.map((part) => part.replace(/^[0-9;?]*[A-Za-z]/, "")).join("");
}
