import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { minifySync } from "rolldown/experimental";

/**
 * Takes comments, blanks and line ends out of what tsc wrote, and shortens the names of variables inside functions: together
 * half of it. Comments are in the declarations beside; functions keep their names, for whoever reads a stack.
 */
export function shortenOutput(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".js")) continue;
    const path = join(folder, name);
    const options = {
      compress: false,
      mangle: { toplevel: false },
      codegen: { removeWhitespace: true },
      module: true,
    } as const;
    const { code, errors } = minifySync(path, readFileSync(path, "utf8"), options);
    if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
    writeFileSync(path, code);
  }
}
