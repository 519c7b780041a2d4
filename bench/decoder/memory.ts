import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { toHex } from "@sotto/wire";
import { figure, printTable } from "../table.ts";
import type { BenchLog } from "./log.ts";

/** Octets that opening may take, however long the log is. */
const MAX_PEAK = 300e6;

/** What memory.child.ts prints. */
interface Measured {
  readonly opened: number;
  readonly seconds: number;
  readonly engine: string;
  readonly threads: number;
  /** Octets. */
  readonly peak: number;
  /** After the first tenth. */
  readonly peakOfTenth: number;
}

/**
 * Opens many frames, a segment read from disk and checked again and again, and prints what memory that took at most.
 *
 * @returns a line if that is too much.
 */
export function measureMemory({ path, own }: BenchLog, frames: number): string[] {
  const child = fileURLToPath(new URL("memory.child.ts", import.meta.url));
  const output = execFileSync(
    process.execPath,
    ["--conditions=sotto-source", child, path, toHex(own.secretKey), String(frames)],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  const { opened, seconds, engine, threads, peak, peakOfTenth }: Measured = JSON.parse(output);
  console.log("\nMemory of a process that reads the segment from disk, checks it and opens it, again and again\n");
  printTable(
    ["", "frames", "opened", "frames/s", "peak, MB", "after a tenth, MB"],
    [
      [
        `${engine}, ${threads} threads`,
        frames.toLocaleString("en-US"),
        opened.toLocaleString("en-US"),
        figure(frames / seconds),
        figure(peak / 1e6),
        figure(peakOfTenth / 1e6),
      ],
    ],
  );
  return peak < MAX_PEAK ? [] : [`the peak is ${figure(peak / 1e6)} MB, not below ${figure(MAX_PEAK / 1e6)}`];
}
