/** `npm run build:native`: the binaries of @sotto/native, for all machines that there are some for. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { CompileError, compile } from "./compile.ts";
import { problemsOf } from "./inspect.ts";
import { TARGETS } from "./targets.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

try {
  for (const target of TARGETS) {
    const binary = join(ROOT, "native", "prebuilds", `${target.name}.node`);
    const problems = [...compile(target, binary), ...problemsOf(binary)];
    if (problems.length > 0) throw new CompileError(`${target.name} is not as it has to be: ${problems.join("; ")}`);
    const octets = readFileSync(binary);
    const sum = createHash("sha256").update(octets).digest("hex");
    process.stdout.write(`${relative(ROOT, binary)}  ${octets.length} octets  sha256 ${sum}\n`);
  }
} catch (error) {
  if (!(error instanceof CompileError)) throw error;
  process.stderr.write(`build:native: ${error.message}\n`);
  process.exitCode = 1;
}
