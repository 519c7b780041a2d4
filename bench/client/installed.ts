import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const QUIET = ["--no-audit", "--no-fund", "--silent"];

/** Telemetry clients that users know, in the versions of November 2026. */
export const PEERS = { segment: "@segment/analytics-node@3.1.0", posthog: "posthog-node@5.70.0" } as const;

/** Packs what `npm run build` made, and installs it as a stranger would. @returns the folder. */
export function installSotto(folder: string): string {
  mkdirSync(folder);
  const workspaces = ["wire", "client"].flatMap((name) => ["--workspace", name]);
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder, ...workspaces], {
    cwd: ROOT,
    stdio: "ignore",
  });
  const tarballs = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  return install(
    folder,
    tarballs.map((name) => `./${name}`),
  );
}

/** Installs packages from npm's registry. @returns the folder. */
export function installPeer(folder: string, name: string): string {
  mkdirSync(folder);
  return install(folder, [name]);
}

function install(folder: string, packages: readonly string[]): string {
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  execFileSync("npm", ["install", ...QUIET, ...packages], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  return folder;
}

/** What is installed in a folder. */
export interface Installed {
  /** Octets of all files below node_modules, less npm's own. */
  readonly octets: number;
  readonly packages: number;
  /** The packages and what they take, the largest first. */
  readonly parts: readonly { readonly name: string; readonly octets: number }[];
}

/** Adds up what is installed. */
export function measureInstalled(folder: string): Installed {
  const lock = JSON.parse(readFileSync(join(folder, "node_modules", ".package-lock.json"), "utf8"));
  const places = Object.keys(lock.packages);
  const parts = places.map((place) => ({
    name: place.replace(/^.*node_modules\//, ""),
    octets: octetsIn(join(folder, place)),
  }));
  parts.sort((a, b) => b.octets - a.octets);
  return { octets: parts.reduce((sum, { octets }) => sum + octets, 0), packages: parts.length, parts };
}

/** Octets of the files below a folder; packages below it count as their own. */
function octetsIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== "node_modules")
    .map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? octetsIn(path) : lstatSync(path).size;
    })
    .reduce((sum, octets) => sum + octets, 0);
}
