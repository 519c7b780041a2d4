import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { residentOctets } from "../test/e2e/memory.ts";

const BIN = fileURLToPath(new URL("../resolver/bin/sotto-resolver.js", import.meta.url));

/** What a server under load may take to finish what is under way. */
const STOP_MILLISECONDS = 60_000;

/** `sotto-resolver serve` as a process of its own on loopback, at a port that the system chose. */
export class ServerProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #printed: { errors: string };
  readonly #exit: Promise<unknown>;

  private constructor(child: ChildProcess, port: number, printed: { errors: string }) {
    this.#child = child;
    this.port = port;
    this.#printed = printed;
    this.#exit = once(child, "close");
  }

  /** Starts it and waits for its ready line. */
  static async start(args: readonly string[]): Promise<ServerProcess> {
    const endpoints = ["--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"];
    const child = spawn(process.execPath, [BIN, "serve", ...endpoints, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    const printed = { errors: "" };
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      printed.errors += text;
    });
    const port = await new Promise<number>((resolve, reject) => {
      let output = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        const [, number] = /ready: .*DNS 127\.0\.0\.1:(\d+) /.exec(output) ?? [];
        if (number !== undefined) resolve(Number(number));
      });
      child.on("close", () => reject(new Error(`sotto-resolver did not start: ${printed.errors}`)));
      child.on("error", reject);
    });
    return new ServerProcess(child, port, printed);
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** All that it printed to its standard error. */
  get errors(): string {
    return this.#printed.errors;
  }

  /** Octets of main memory; null when it is gone. */
  memory(): number | null {
    try {
      return residentOctets(this.#child.pid ?? 0);
    } catch {
      return null;
    }
  }

  /** Tells it to stop; returns how it ended, "0" when as it should. */
  async stop(): Promise<string> {
    this.#child.kill("SIGTERM");
    const deadline = setTimeout(() => this.#child.kill("SIGKILL"), STOP_MILLISECONDS);
    await this.#exit;
    clearTimeout(deadline);
    return String(this.#child.signalCode ?? this.#child.exitCode);
  }
}
