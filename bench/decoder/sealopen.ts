import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { toHex } from "@sotto/wire";
import type { BenchLog } from "./log.ts";
import type { Taken } from "./rates.ts";

const SOURCE = fileURLToPath(new URL("sealopen.c", import.meta.url));

/** The C program that everything is measured beside. */
export class SealOpen {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Compiles it into a folder. */
  static compile(folder: string): SealOpen {
    const path = join(folder, "sealopen");
    const { status, stderr, error } = spawnSync("cc", ["-O2", "-o", path, SOURCE, "-lsodium"], { encoding: "utf8" });
    if (status !== 0) {
      const [reason = ""] = (error?.message ?? stderr).split("\n");
      throw new Error(
        `cc -O2 sealopen.c -lsodium does not work here: ${reason}\n` +
          "The benchmark needs a C compiler and libsodium's headers: on Debian and Ubuntu, apt install gcc libsodium-dev",
      );
    }
    return new SealOpen(path);
  }

  /** Opens a part of a log, cut in as many pieces as there are processes, all at the same time. */
  async open(log: BenchLog, first: number, frames: number, processes: number): Promise<Taken> {
    const piece = Math.floor(frames / processes);
    const pieces = await Promise.all(
      Array.from({ length: processes }, (_, i) => this.#openPiece(log, first + i * piece, piece)),
    );
    return {
      frames: processes * piece,
      opened: pieces.reduce((sum, { opened }) => sum + opened, 0),
      seconds: Math.max(...pieces.map(({ seconds }) => seconds)),
      cpuSeconds: pieces.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    };
  }

  async #openPiece({ path, own }: BenchLog, first: number, frames: number): Promise<Taken> {
    const keys = [toHex(own.publicKey), toHex(own.secretKey)];
    const { stdout } = await promisify(execFile)(this.#path, [path, String(first), String(frames), ...keys]);
    const [opened = 0, seconds = 0, cpuSeconds = 0] = stdout.split(" ").map(Number);
    return { frames, opened, seconds, cpuSeconds };
  }
}
