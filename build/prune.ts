import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Removes what tsc wrote for sources that are gone: it never does, and all of `dist/` is packed. */
export function pruneOutput(folder: string): void {
  const output = join(folder, "dist");
  for (const name of readdirSync(output, { recursive: true, encoding: "utf8" })) {
    const source = name.replace(/\.(js|d\.ts)$/, ".ts");
    if (source !== name && !existsSync(join(folder, source))) rmSync(join(output, name));
  }
}
