import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished, vi } from "vitest";

/** What a command printed, and how it ended. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where Node finds and keeps our compiled sources (see vitest.config.ts), for a process with an environment of its own. */
export function compiled(): Readonly<Record<string, string>> {
  const { NODE_COMPILE_CACHE } = process.env;
  return NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };
}

/** The checked-in file behind a command. */
export function binOf(command: string): string {
  const folder = command.replace("sotto-", "");
  return fileURLToPath(new URL(`../../${folder}/bin/${command}.js`, import.meta.url));
}

/** How a command is run. */
export interface RunOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Runs one of our commands to its end, as a process of its own. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  // The person's own wish not to be tracked must not decide a test.
  const { DO_NOT_TRACK: _, ...environment } = process.env;
  const child = spawn(process.execPath, [binOf(command), ...args], {
    cwd: options.cwd,
    env: { ...environment, ...options.env },
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (output.stderr += text));
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...output };
}

/** A server process that has said that it is ready. */
export interface Serving {
  readonly process: ChildProcess;
  readonly readyLine: string;
  /** Everything it printed so far. */
  output(): string;
  /** Its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Ends it with a signal and waits for its end. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts `sotto-resolver serve` as a process of its own and waits for its ready line.
 *
 * @param first a module that it loads before everything else.
 */
export async function startResolver(args: readonly string[], first?: string): Promise<Serving> {
  const imports = first === undefined ? [] : [`--import=data:text/javascript,${encodeURIComponent(first)}`];
  const child = spawn(process.execPath, [...imports, binOf("sotto-resolver"), "serve", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const ended = once(child, "exit").then(([code]) => code as number | null);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const ready = new Promise<string>((resolve, reject) => {
    const read = (text: string) => {
      output += text;
      const line = output.split("\n").find((candidate) => candidate.startsWith("sotto-resolver ready:"));
      if (line !== undefined) resolve(line);
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    ended.then(() => reject(new Error(`sotto-resolver ended: ${output}`)), reject);
  });
  return {
    process: child,
    readyLine: await ready,
    output: () => output,
    ended,
    stop: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

/** Far more than anything takes that is waited for, on a machine that is busy with much else. */
export const PATIENCE = { timeout: 60_000 };

/** Waits until everything that a server has stored is sealed, and published where nothing holds it back. */
export async function untilSealed(data: string): Promise<void> {
  await vi.waitUntil(async () => (await readdir(join(data, "journal"))).length === 0, PATIENCE);
}

/** A port that nobody listens on, over UDP or TCP, at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
