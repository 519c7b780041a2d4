import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeName } from "@sotto/wire";
import { onTestFinished } from "vitest";
import { Asker, addressIn } from "../../e2e/asker.ts";
import { binOf, type Finished, freePort, type Serving, startResolver } from "../../e2e/command.ts";
import { seededFrame } from "../../e2e/frames.ts";

export const ZONE = "r.example.net";
export const ACK = "198.18.0.7";
export const NAK = "198.18.0.8";

/** A file system of its own, which goes with the test. */
export function mountTmpfs(size: string): string {
  const folder = mkdtempSync(join(tmpdir(), "sotto-faults-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "sotto-faults", folder]);
  onTestFinished(() => {
    execFileSync("umount", ["--lazy", folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

export function remount(folder: string, how: "ro" | "rw"): void {
  execFileSync("mount", ["-o", `remount,${how}`, folder]);
}

/** What a server of these tests is started with. */
export async function serverArguments(data: string): Promise<{ readonly args: string[]; readonly port: number }> {
  const [port, http] = [await freePort(), await freePort()];
  const args = [
    ...["--zone", ZONE, "--listen", `127.0.0.1:${port}`, "--http", `127.0.0.1:${http}`, "--data", data],
    ...["--ack", ACK, "--nak", NAK, "--bits", "0", "--bucket", "3s", "--min-batch", "1", "--publish-after", "0s"],
    ...["--disk-budget", "500G", "--rate-limit", "off"],
  ];
  return { args, port };
}

/** A server under test with who sends it reports. */
export class FaultyServer {
  readonly serving: Serving;
  /** Acknowledged frames in hexadecimal. */
  readonly acknowledged: string[] = [];
  readonly #asker: Asker;
  #sent = 0;

  private constructor(serving: Serving, asker: Asker) {
    this.serving = serving;
    this.#asker = asker;
  }

  static async start(data: string): Promise<FaultyServer> {
    const { args, port } = await serverArguments(data);
    const serving = await startResolver(args);
    const asker = await Asker.open({ address: "127.0.0.1", port });
    onTestFinished(() => asker.close());
    return new FaultyServer(serving, asker);
  }

  /** Sends reports one after the other; gives the address that each got. */
  async report(count: number): Promise<(string | null)[]> {
    const today = Math.floor(Date.now() / 86_400_000);
    const answers: (string | null)[] = [];
    for (let i = 0; i < count; i++) {
      const frame = seededFrame(`faults ${this.#sent++}`, today, 0);
      const address = addressIn(await this.#asker.ask({ name: encodeName(frame, ZONE) }));
      if (address === ACK) this.acknowledged.push(Buffer.from(frame).toString("hex"));
      answers.push(address);
    }
    return answers;
  }

  /** Whether the zone itself still answers. */
  async isServing(): Promise<boolean> {
    const answer = await this.#asker.ask({ name: ZONE, type: "SOA" });
    return answer?.answers?.length === 1;
  }
}

/** Runs the server, expected not to start, as somebody or somewhere else. */
export async function runServe(wrapper: readonly string[], data: string): Promise<Finished> {
  const { args } = await serverArguments(data);
  const [command = "", ...rest] = [...wrapper, process.execPath, binOf("sotto-resolver"), "serve", ...args];
  const child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...output };
}

/** Waits until something holds. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await holds()) return;
    await sleep(200);
  }
  throw new Error(`waited in vain: ${what}`);
}
