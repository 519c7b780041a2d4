/**
 * Packs every package, installs the tarballs into an empty folder as a stranger would, and runs what they bring: each
 * command and each public entry on this Node, and wire's and the client's also on Node 22 and on the machine's own Node,
 * which is the oldest that they support. The client's library is run as an application does.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runLibrary, runSender } from "./library.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PACKAGES = ["wire", "keys", "client", "resolver", "native", "decoder"];
const RUN_ON_OLD_NODE = ["wire", "client"];

const folder = mkdtempSync(join(tmpdir(), "sotto-pack-"));
try {
  installPacked();
  const here = { name: `Node ${process.versions.node}`, binary: process.execPath };
  for (const name of PACKAGES) checkPackage(name, here);
  const machine = machineNode();
  for (const name of PACKAGES) checkOnOlder(name, machine);
  const between = installNode22();
  for (const name of RUN_ON_OLD_NODE) checkPackage(name, between);
  for (const node of [here, between, machine]) await checkLibrary(node);
  console.log("pack:check passed");
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface NodeBinary {
  readonly name: string;
  readonly binary: string;
}

function installPacked(): void {
  const workspaces = PACKAGES.flatMap((name) => ["--workspace", name]);
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder, ...workspaces], {
    cwd: ROOT,
    stdio: "inherit",
  });
  const tarballs = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  writeFileSync(join(folder, "package.json"), '{ "name": "stranger", "private": true, "type": "module" }\n');
  const quiet = ["--no-audit", "--no-fund", "--silent"];
  execFileSync("npm", ["install", ...quiet, ...tarballs.map((name) => `./${name}`)], { cwd: folder, stdio: "inherit" });
}

/** Node 22, from the npm package that brings our Node 24, in a folder of its own. */
function installNode22(): NodeBinary {
  const home = join(folder, "node22");
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), '{ "private": true }\n');
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--silent", "node@22"], { cwd: home, stdio: "inherit" });
  const binary = join(home, "node_modules", "node", "bin", "node");
  const version = spawnSync(binary, ["--version"], { encoding: "utf8" }).stdout;
  expect("Node 22 is installed", version.startsWith("v22."), version);
  return { name: `Node ${version.trim().slice(1)}`, binary };
}

async function checkLibrary(node: NodeBinary): Promise<void> {
  const { problem } = runLibrary(folder, node.binary);
  expect(`@sotto/client opens, counts, reports and closes on ${node.name}`, problem === null, problem ?? "");
  const sender = await runSender(folder, node.binary);
  expect(`its sender seals and asks on ${node.name}`, sender.problem === null, sender.problem ?? "");
}

function checkPackage(name: string, node: NodeBinary): void {
  const names = run(node, [
    "--input-type=module",
    "-e",
    `console.log(Object.keys(await import("@sotto/${name}")).length)`,
  ]);
  expect(`import of @sotto/${name} on ${node.name}`, names.status === 0 && Number(names.stdout) > 0, names.stderr);
  for (const [command, path] of commandsOf(name)) {
    const help = run(node, [path, "--help"]);
    expect(
      `${command} --help on ${node.name}`,
      help.status === 0 && help.stdout.includes(`Usage: ${command}`),
      help.stderr,
    );
    const nonsense = run(node, [path, "nonsense"]);
    expect(`${command} nonsense on ${node.name} ends with 2`, nonsense.status === 2, String(nonsense.status));
    if (command === "sotto-client") checkSealing(path, node);
  }
}

/** The client's real work, sealing and the puzzle, without a network. The key is that of the test vectors. */
function checkSealing(client: string, node: NodeBinary): void {
  const key = "sotto1p74xsnkj3pnmjl62dgk7uh0ce6t5ua4hqx8r7g4pcn8jv7zhpusqaajx9x";
  const args = ["send", "--dry-run", "--key", key, "--zone", "r.example.net", "--bits", "6", '{"a":1}'];
  const { stdout, stderr } = run(node, [client, ...args]);
  expect(`sotto-client seals on ${node.name}`, /^([a-z2-7]{63}\.){3}r\.example\.net\.\n$/.test(stdout), stderr);
}

/** Packages for newer Nodes must say so in one line; the others must simply work. */
function checkOnOlder(name: string, node: NodeBinary): void {
  if (RUN_ON_OLD_NODE.includes(name)) {
    checkPackage(name, node);
    return;
  }
  for (const [command, path] of commandsOf(name)) {
    const { status, stdout, stderr } = run(node, [path, "--help"]);
    const told = status === 2 && stdout === "" && /^sotto-\w+: needs Node 22\.18 or newer; [^\n]+\n$/.test(stderr);
    expect(`${command} on ${node.name} says what it needs`, told, stderr);
  }
}

function commandsOf(name: string): [string, string][] {
  const installed = join(folder, "node_modules", "@sotto", name);
  const { bin = {} } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  return Object.entries(bin as Record<string, string>).map(([command, path]) => [command, join(installed, path)]);
}

function run(node: NodeBinary, args: readonly string[]) {
  return spawnSync(node.binary, args, { cwd: folder, encoding: "utf8" });
}

/** The machine's own Node: the first one on the path that no node_modules brought. */
function machineNode(): NodeBinary {
  for (const directory of (process.env.PATH ?? "").split(delimiter)) {
    if (directory.includes("node_modules")) continue;
    const binary = join(directory, "node");
    const { status, stdout } = spawnSync(binary, ["--version"], { encoding: "utf8" });
    if (status === 0 && stdout.startsWith("v20."))
      return { name: `the machine's Node ${stdout.trim().slice(1)}`, binary };
  }
  throw new Error("pack:check needs the machine's Node to be Node 20, the oldest that wire and client support");
}

function expect(what: string, holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(`${what}: ${otherwise}`);
  console.log(`ok  ${what}`);
}
