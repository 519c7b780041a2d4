import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { VERSION } from "@sotto/wire/help";
import type { Command } from "commander";
import { manualPage } from "./page.ts";
import { SURROUNDINGS } from "./surroundings.ts";

/**
 * Writes the manual page of a package's program to `man/` in its folder, where its package.json names it.
 * It is compressed, as systems keep their own, since the client is to stay small.
 *
 * @throws Error for a program whose surroundings nobody described.
 */
export function writeManual(folder: string, program: Command): void {
  const surroundings = SURROUNDINGS[program.name()];
  if (surroundings === undefined) throw new Error(`build/man/surroundings.ts does not know ${program.name()}`);
  mkdirSync(join(folder, "man"), { recursive: true });
  const page = gzipSync(manualPage(program, VERSION, surroundings), { level: 9 });
  writeFileSync(join(folder, "man", `${program.name()}.1.gz`), page);
}
