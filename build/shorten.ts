import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { minifySync } from "rolldown/experimental";

/**
 * Takes comments, blanks and line ends out of what tsc wrote, and shortens what functions do and the names of variables in them:
 * together more than half of it. Comments are in the declarations beside; functions keep their names, for whoever reads a stack.
 */
export function shortenOutput(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".js")) continue;
    const path = join(folder, name);
    const options = {
      module: true,
      compress: { keepNames: { function: true, class: true } },
      mangle: { toplevel: false },
      codegen: { removeWhitespace: true },
    } as const;
    const { code, errors } = minifySync(path, readFileSync(path, "utf8"), options);
    if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
    writeFileSync(path, code);
  }
}
