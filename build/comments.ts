import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { minifySync } from "rolldown/experimental";

/**
 * Takes comments, blanks and line ends out of what tsc wrote: almost half of it. Comments are in the declarations beside; names
 * stay, for whoever reads a stack.
 */
export function stripComments(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".js")) continue;
    const path = join(folder, name);
    const options = { compress: false, mangle: false, codegen: { removeWhitespace: true }, module: true } as const;
    const { code, errors } = minifySync(path, readFileSync(path, "utf8"), options);
    if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
    writeFileSync(path, code);
  }
}
