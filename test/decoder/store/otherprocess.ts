import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";

const STORE = JSON.stringify(new URL("../../../decoder/duckdb/duckdbstore.ts", import.meta.url).href);

function argumentsOf(script: string): string[] {
  const module = `import { DuckDbStore } from ${STORE};\n${script}`;
  return ["--conditions=sotto-source", "--input-type=module", "--eval", module];
}

/** Opens a store in another process, which then waits to be killed. */
export async function openElsewhere(path: string, readOnly: boolean): Promise<{ kill(): Promise<void> }> {
  const script = `
    await DuckDbStore.open(${JSON.stringify(path)}, { readOnly: ${readOnly} });
    process.stdout.write("open");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, argumentsOf(script), { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return {
    async kill() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

/** Runs a script that has DuckDbStore in another process; @returns what it wrote. */
export async function runElsewhere(script: string, ...before: string[]): Promise<string> {
  const [command = "", ...args] = [...before, process.execPath, ...argumentsOf(script)];
  return (await promisify(execFile)(command, args)).stdout;
}
