import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeChildProcess } from "./builtin.ts";

/** The sender's program; this file is at the top of the package so that the address holds in sources and when bundled. */
const SENDER = "./sender/main";

/**
 * Whether the program that is running can run the sender, too. In Electron, a single executable and other runtimes it is
 * the application itself that would start again.
 */
export function canStartSender(execPath: string, versions: Readonly<Record<string, string | undefined>>): boolean {
  const isNode = /^node(js)?[0-9.-]*(\.exe)?$/i.test(basename(execPath));
  return isNode && versions.electron === undefined && versions.bun === undefined && versions.deno === undefined;
}

/**
 * Starts the sender, and forgets it: it has no descriptor of this process, no terminal, another working folder, and none
 * of this process's own flags. Never throws.
 *
 * @param workingFolder where it looks for opt-out files.
 */
export function startSender(workingFolder: string | null): void {
  if (!canStartSender(process.execPath, process.versions)) return;
  const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env;
  // Running from sources, this file is TypeScript, and so is the sender.
  const isSource = import.meta.url.endsWith(".ts");
  const flags = isSource ? ["--conditions=sotto-source"] : [];
  const sender = fileURLToPath(new URL(`${SENDER}${isSource ? ".ts" : ".js"}`, import.meta.url));
  const child = nodeChildProcess().spawn(process.execPath, [...flags, sender, workingFolder ?? ""], {
    cwd: process.platform === "win32" ? (process.env.SystemRoot ?? "C:\\") : "/",
    detached: true,
    env,
    stdio: "ignore",
    windowsHide: true,
  });
  // A process that cannot be started says so later, and an event without a listener would throw.
  child.once("error", () => {});
  child.unref();
}
