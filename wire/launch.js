// The one way in for every sotto command. Plain JavaScript that old Nodes can parse, since its first job is to tell
// them that they are too old. In a checkout it runs the TypeScript sources, packed it runs dist/.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import * as module from "node:module";
import { Socket } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

// From here on Node runs TypeScript as it is and lets hooks choose an export condition.
const SOURCE_NODE = [22, 18];
const EXIT_USAGE = 2;
const LIFELINE = "SOTTO_LIFELINE";

/**
 * Runs a command: `main(argv)` of the package's cli, whose result is the exit code.
 *
 * @param {string} binUrl `import.meta.url` of the file in the package's `bin/`.
 */
export function launch(binUrl) {
  const folder = dirname(dirname(fileURLToPath(binUrl)));
  const command = Object.keys(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).bin)[0];
  const sources = join(folder, "cli.ts");
  if (!existsSync(sources)) return launchBuilt(command, folder);
  if (isAtLeast(SOURCE_NODE)) return run(command, importSources(sources));
  const newer = nodeOfCheckout(sources);
  if (newer === null) return refuse(command, SOURCE_NODE, " from its sources; run npm ci, which brings one");
  return relay(newer);
}

function launchBuilt(command, folder) {
  const needed = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
    .engines.node.match(/\d+/g)
    .map(Number);
  if (!isAtLeast(needed)) return refuse(command, needed, "");
  return run(command, import(pathToFileURL(join(folder, "dist", "cli.js")).href));
}

function isAtLeast([major, minor = 0]) {
  const [haveMajor, haveMinor] = process.versions.node.split(".").map(Number);
  return haveMajor > major || (haveMajor === major && haveMinor >= minor);
}

function refuse(command, needed, where) {
  console.error(`${command}: needs Node ${needed.join(".")} or newer${where}; this is Node ${process.versions.node}`);
  process.exitCode = EXIT_USAGE;
}

function importSources(sources) {
  dieWithLauncher();
  module.registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: [...context.conditions, "sotto-source"] }),
  });
  return import(pathToFileURL(sources).href);
}

function run(command, cli) {
  // Whoever reads our output may stop reading, as head does; that is no error.
  process.stdout.on("error", (error) => process.exit(error.code === "EPIPE" ? 0 : 1));
  cli
    .then(({ main }) => main(process.argv.slice(2)))
    .then((code) => {
      process.exitCode = code;
    })
    .catch((error) => {
      process.exitCode = report(command, error);
    });
}

// One line for the person; the stack only for whoever asks.
function report(command, error) {
  if (typeof error.exitCode === "number" && String(error.code).startsWith("commander.")) {
    return error.exitCode === 0 ? 0 : EXIT_USAGE;
  }
  if (process.argv.includes("--debug")) console.error(error.stack);
  else console.error(`${command}: ${String(error.message).split("\n")[0]}`);
  return error.exitCode ?? 1;
}

function nodeOfCheckout(sources) {
  try {
    const binary = join(dirname(module.createRequire(sources).resolve("node/package.json")), "bin", "node");
    return existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
}

// The machine's Node is too old for the sources, the checkout's own is not: hand over to it. The pipe on descriptor 3
// closes with this process even when it is killed, so that no server is ever left behind.
function relay(binary) {
  const child = spawn(binary, process.argv.slice(1), {
    stdio: ["inherit", "inherit", "inherit", "pipe"],
    env: { ...process.env, [LIFELINE]: "3" },
  });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function dieWithLauncher() {
  if (process.env[LIFELINE] !== "3") return;
  delete process.env[LIFELINE];
  const lifeline = new Socket({ fd: 3, readable: true, writable: false });
  lifeline.on("close", () => process.kill(process.pid, "SIGKILL")).resume();
  lifeline.unref();
}
