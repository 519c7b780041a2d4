/**
 * Packs every package, looks at what is in the tarballs and whether npm would publish them as they are, installs them into an
 * empty folder as a stranger would, has their types checked, and runs what they bring, by npx too: each
 * command and each public entry on this Node, and wire's and the client's also on Node 22 and on the machine's own Node,
 * which is the oldest that they support. The client's library is run as an application does.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { problemsOfTarball } from "./contents.ts";
import { runLibrary, runSender } from "./library.ts";
import { RESOLUTIONS, typeProblems } from "./types.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PACKAGES = ["wire", "keys", "client", "resolver", "native", "decoder"];
const RUN_ON_OLD_NODE = ["wire", "client"];
const WORKSPACES = PACKAGES.flatMap((name) => ["--workspace", name]);
const VERSION: string = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version;

const folder = mkdtempSync(join(tmpdir(), "sotto-pack-"));
try {
  packAll();
  checkTarballs();
  checkPublishing();
  installPacked();
  for (const how of RESOLUTIONS) {
    const problems = typeProblems(folder, PACKAGES, how);
    expect(`types of every entry under moduleResolution ${how.moduleResolution}`, problems === "", problems);
  }
  checkNpx();
  checkLinkedCommands();
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

function packAll(): void {
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder, ...WORKSPACES], {
    cwd: ROOT,
    stdio: "inherit",
  });
}

function tarballOf(name: string): string {
  const found = readdirSync(folder).find((file) => file.startsWith(`sotto-${name}-`) && file.endsWith(".tgz"));
  if (found === undefined) throw new Error(`${name} was not packed`);
  return join(folder, found);
}

function checkTarballs(): void {
  const { repository } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  for (const name of PACKAGES) {
    const problems = problemsOfTarball(tarballOf(name), name, repository);
    expect(`what @sotto/${name} packs and says of itself`, problems.length === 0, problems.join("; "));
  }
}

/** npm mends some of what is wrong with a package.json when it publishes, and says so. Nobody is asked or told anything. */
function checkPublishing(): void {
  const args = ["publish", "--dry-run", "--offline", ...WORKSPACES];
  const { status, stderr } = spawnSync("npm", args, { cwd: ROOT, encoding: "utf8" });
  const mended = stderr.split("\n").filter((line) => /auto-corrected|errors corrected|"\w+\[?.*" /.test(line));
  expect("npm publish would take all of them as they are", status === 0 && mended.length === 0, stderr);
}

/** As a stranger tries a command: by npx, of tarballs, in a folder of its own. */
function checkNpx(): void {
  const elsewhere = mkdtempSync(join(tmpdir(), "sotto-npx-"));
  try {
    const packages = ["client", "wire"].flatMap((name) => ["--package", tarballOf(name)]);
    const args = ["exec", "--yes", "--prefer-offline", ...packages, "--", "sotto-client", "--version"];
    const { stdout, stderr } = spawnSync("npm", args, { cwd: elsewhere, encoding: "utf8" });
    expect("npx runs sotto-client from its tarball", stdout === `${VERSION}\n`, stdout + stderr);
    expect("npx leaves nothing in the folder", readdirSync(elsewhere).length === 0, readdirSync(elsewhere).join());
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
}

/** What npx and scripts of npm call: the links that npm makes of `bin`, each with the version that it says. */
function checkLinkedCommands(): void {
  for (const [command] of PACKAGES.flatMap(commandsOf)) {
    const { stdout, stderr } = spawnSync(join(folder, "node_modules", ".bin", command), ["--version"], {
      encoding: "utf8",
    });
    expect(`${command} --version, by its link`, stdout === `${VERSION}\n`, stdout + stderr);
  }
}

function installPacked(): void {
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
