import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeKeyFile } from "@sotto/keys";
import type { KeyPair } from "@sotto/wire";
import { paint, say } from "./screen.ts";

/**
 * Where the demo's page stays. In the checkout, since browsers that come as snaps cannot read the system's temporary
 * folder; in a place that git does not look at, and where the next demo takes the place of this one.
 */
export const KEPT = fileURLToPath(new URL("../../node_modules/.cache/sotto-demo/", import.meta.url));

/** What is in it. */
export const PAGE = join(KEPT, "report.html");

/** Puts there what a project's decoder needs. */
export async function keep(keyPair: KeyPair, definition: string): Promise<void> {
  await rm(KEPT, { recursive: true, force: true });
  await mkdir(KEPT, { recursive: true, mode: 0o700 });
  await writeKeyFile(join(KEPT, "django.key"), keyPair, { passphrase: null });
  await writeFile(join(KEPT, "sotto.json"), definition);
}

/** Shows a command of the decoder and runs it there. @returns what it printed, both streams together. */
export async function runDecoder(...args: readonly string[]): Promise<string> {
  show(["sotto-decoder", ...args]);
  const bin = fileURLToPath(new URL("../../decoder/bin/sotto-decoder.js", import.meta.url));
  const child = spawn(process.execPath, [bin, ...args], { cwd: KEPT, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (printed += text));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`sotto-decoder ${args[0]} ended with ${code}: ${printed}`);
  return printed;
}

/** A command as a person types it, broken before an option where it is too long. */
function show(words: readonly string[]): void {
  const lines: string[] = [];
  let line = "  $";
  for (const [at, word] of words.entries()) {
    const pair = word.startsWith("--") ? `${word} ${words[at + 1] ?? ""}` : word;
    if (line.length + pair.length > 74 && word.startsWith("--")) {
      lines.push(`${line} \\`);
      line = "     ";
    }
    line += ` ${word}`;
  }
  for (const text of [...lines, line]) say(paint("cyan", text));
}
