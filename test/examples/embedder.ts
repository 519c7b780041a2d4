import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { compiled, type Finished } from "../e2e/command.ts";

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What is typed in the examples is found here, as after `npm install` in an embedder's own folder. */
const BIN = join(ROOT, "node_modules", ".bin");

/** An embedder's machine: a home of its own, and a folder in which our packages are installed. */
export interface Embedder {
  readonly home: string;
  /** Where the program is; its `node_modules` is the repository's. */
  readonly folder: string;
}

/** Makes an embedder's machine that goes with the test. */
export async function newEmbedder(): Promise<Embedder> {
  const machine = await mkdtemp(join(tmpdir(), "sotto-embedder-"));
  // A sender that is ending may still be writing.
  onTestFinished(() => rm(machine, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  const [home, folder] = [join(machine, "home"), join(machine, "program")];
  await mkdir(home);
  await mkdir(folder);
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return { home, folder };
}

/**
 * The variables of a process on that machine, and no others: the person's own wish not to be tracked, and that this runs
 * in CI, must not decide a test. The condition has our packages run from their sources.
 */
export function environmentOf({ home }: Embedder, more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const path = [BIN, dirname(process.execPath), process.env.PATH ?? ""].join(":");
  return { HOME: home, PATH: path, NODE_OPTIONS: "--conditions=sotto-source", ...compiled(), ...more };
}

/** A process that was started on an embedder's machine, and ends with the test. */
export interface Started {
  readonly child: ChildProcess;
  /** Everything that it printed to standard output. */
  stdout(): string;
  readonly finished: Promise<Finished>;
}

/** Starts a command on an embedder's machine, without a terminal. */
export function start(
  embedder: Embedder,
  [command = "", ...args]: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Started {
  const child = spawn(command, args, {
    cwd: embedder.folder,
    env: environmentOf(embedder, environment),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (output.stderr += text));
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const finished = once(child, "close").then(([code]) => ({ code: code as number | null, ...output }));
  return { child, stdout: () => output.stdout, finished };
}

/** Runs a command on an embedder's machine to its end. */
export async function run(
  embedder: Embedder,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  return await start(embedder, words, environment).finished;
}

/** Milliseconds from one look to the next: the first, and the longest. */
const PAUSES = [250, 3000] as const;

/**
 * Looks until something is there, less and less often: a look may be a command, which costs more than what it waits for.
 *
 * @param look null for "not yet".
 * @param seconds to wait at most.
 */
export async function until<T>(what: string, look: () => Promise<T | null>, seconds: number): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (let pause: number = PAUSES[0]; Date.now() < end; pause = Math.min(1.5 * pause, PAUSES[1])) {
    const found = await look();
    if (found !== null) return found;
    await sleep(pause);
  }
  throw new Error(`${what}: not within ${seconds} s`);
}
