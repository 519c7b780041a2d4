/** Runs the benchmarks one after the other, each in a process of its own: `npm run bench [opening|puzzle|resolver|flood]`. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const ALL = ["opening", "puzzle", "resolver", "flood"];
const asked = process.argv.slice(2);
const unknown = asked.find((name) => !ALL.includes(name));
if (unknown !== undefined) {
  console.error(`bench: no '${unknown}'; there are ${ALL.join(", ")}`);
  process.exit(2);
}
let failed = 0;
for (const name of asked.length > 0 ? asked : ALL) {
  console.log(`\n--- ${name}   (npm run bench ${name})\n`);
  const path = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const { status } = spawnSync(process.execPath, ["--conditions=sotto-source", path], { stdio: "inherit" });
  if (status !== 0) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
