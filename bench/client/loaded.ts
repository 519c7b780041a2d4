import { spawnSync } from "node:child_process";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const WATCHER = `
const { registerHooks } = process.getBuiltinModule("node:module");
const files = [];
registerHooks({ load(url, context, next) { files.push(url); return next(url, context); } });
process.on("exit", () => process._rawDebug(JSON.stringify(files)));
`;

/** What a program loads of its packages: how many files, and their octets. */
export interface Loaded {
  readonly files: number;
  readonly octets: number;
}

/** Runs a program and looks at what it loads. */
export function measureLoaded(folder: string, program: string, environment: Record<string, string>): Loaded {
  const watcher = join(folder, "watcher.mjs");
  writeFileSync(watcher, WATCHER);
  const { stderr } = spawnSync(process.execPath, ["--import", watcher, program], {
    cwd: folder,
    env: environment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const urls: string[] = JSON.parse(stderr);
  const files = urls.filter((url) => url.includes("/node_modules/")).map((url) => fileURLToPath(url));
  return { files: files.length, octets: files.reduce((sum, path) => sum + statSync(path).size, 0) };
}
