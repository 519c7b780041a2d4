import { type ChildProcess, spawn } from "node:child_process";

/** How a program ended. A program that could not even be started has code 127, as a shell would say. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProgramOptions {
  readonly cwd?: string;
  /** The whole environment, not an addition to ours. Default: ours. */
  readonly env?: NodeJS.ProcessEnv;
  /** Text for standard input; without it standard input is /dev/null. */
  readonly input?: string;
  /** How many of the last characters of each output stream are kept. */
  readonly keep?: number;
}

/** Daemons may run for a whole soak test: only the end of what they print is worth keeping. */
const KEPT_CHARACTERS = 64 * 1024;

/** Time from SIGTERM to SIGKILL, in milliseconds. */
const GRACE_MS = 3000;

/** A child process whose last output is at hand for error messages and which can always be stopped. */
export class Program {
  /** The program's own command line, without what wraps it into a namespace. */
  readonly argv: readonly string[];
  readonly child: ChildProcess;
  /** Settles, and never rejects, when the process is gone. */
  readonly exited: Promise<Exit>;
  /** As `exited`, but after the last output was read too: waits for whoever inherited the pipes. */
  readonly closed: Promise<Exit>;
  stdout = "";
  stderr = "";
  #running = true;

  constructor(wrapper: readonly string[], argv: readonly string[], options: ProgramOptions = {}) {
    const keep = options.keep ?? KEPT_CHARACTERS;
    const [command, ...rest] = [...wrapper, ...argv];
    if (command === undefined) throw new TypeError("no command given");
    this.argv = argv;
    const child = spawn(command, rest, {
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { env: options.env }),
    });
    this.child = child;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout = (this.stdout + text).slice(-keep);
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr = (this.stderr + text).slice(-keep);
    });
    // A program may end without having read its input; the broken pipe says nothing that its exit does not.
    child.stdin?.on("error", () => {});
    child.stdin?.end(options.input);
    const notStarted = new Promise<Exit>((settle) => {
      child.once("error", (error) => {
        if (child.pid !== undefined) return;
        this.stderr += error.message;
        settle({ code: 127, signal: null });
      });
    });
    const ended = (event: "exit" | "close") =>
      new Promise<Exit>((settle) => {
        child.once(event, (code, signal) => settle({ code, signal }));
      });
    this.exited = Promise.race([ended("exit"), notStarted]).then((exit) => {
      this.#running = false;
      return exit;
    });
    this.closed = Promise.race([ended("close"), notStarted]);
  }

  get name(): string {
    return this.argv[0] ?? "";
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.name} was not started: ${this.output}`);
    return this.child.pid;
  }

  get running(): boolean {
    return this.#running;
  }

  /** The last of what it printed on both streams. */
  get output(): string {
    return `${this.stdout}${this.stderr}`.trim();
  }

  /** Sends a signal, if the process still runs (a dead one's pid may already be somebody else's). */
  kill(signal: NodeJS.Signals): void {
    if (this.#running) this.child.kill(signal);
  }

  /** Ends the process: politely, then not. Harmless if it is gone already. */
  async stop(graceMs: number = GRACE_MS): Promise<Exit> {
    this.kill("SIGTERM");
    const timer = setTimeout(() => this.kill("SIGKILL"), graceMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }
}
