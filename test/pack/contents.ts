import { spawnSync } from "node:child_process";

/** What a package's own package.json says. */
interface Manifest {
  readonly [field: string]: unknown;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly man?: string;
}

/** What everybody who installs a package should find said of it. */
const SAID: Readonly<Record<string, (value: unknown) => boolean>> = {
  description: (value) => typeof value === "string" && value.length > 20,
  keywords: (value) => Array.isArray(value) && value.length >= 3,
  license: (value) => value === "Apache-2.0",
  type: (value) => value === "module",
  engines: (value) => /^>=\d+(\.\d+)?$/.test((value as { node?: string } | undefined)?.node ?? ""),
  publishConfig: (value) => (value as { access?: string } | undefined)?.access === "public",
  // Nothing of ours runs when it is installed.
  scripts: (value) => value === undefined,
  private: (value) => value === undefined,
};

/** What no package holds: sources that users cannot run, tests, and what tools leave. */
const STRANGE = /(^|\/)(test|node_modules|compiled)\/|tsbuildinfo|tsconfig|(?<!\.d)\.ts$|(^|\/)\.|\.map$/;

/**
 * Looks at a packed package.
 *
 * @param folder of the package in the repository, `client`.
 * @param repository what the root's package.json says of the repository, if it says anything.
 * @returns what is wrong with it.
 */
export function problemsOfTarball(tarball: string, folder: string, repository: object | undefined): string[] {
  const files = new Set(
    tar("--list", "--file", tarball)
      .trim()
      .split("\n")
      .map((path) => path.replace(/^package\//, "")),
  );
  const manifest: Manifest = JSON.parse(tar("--extract", "--to-stdout", "--file", tarball, "package/package.json"));
  const expected = repository === undefined ? undefined : { ...repository, directory: folder };
  const pointed = [...Object.values(manifest.bin ?? {}), ...(manifest.man === undefined ? [] : [manifest.man])];
  const needed = [
    "README.md",
    // The client is to stay small, and is never installed without wire, which has the text.
    ...(folder === "client" ? [] : ["LICENSE"]),
    ...(manifest.bin === undefined ? [] : [manifest.man ?? "a manual page"]),
    ...pointed,
    ...pathsIn(manifest.exports),
  ].map((path) => path.replace(/^\.\//, ""));
  return [
    ...Object.entries(SAID)
      .filter(([field, isRight]) => !isRight(manifest[field]))
      .map(([field]) => `${field} is ${JSON.stringify(manifest[field])}`),
    ...(JSON.stringify(manifest.repository) === JSON.stringify(expected) ? [] : ["repository is not the root's"]),
    ...needed.filter((path) => !files.has(path)).map((path) => `${path} is missing`),
    ...[...files].filter((path) => STRANGE.test(path)).map((path) => `${path} is in it`),
  ];
}

/** Every file that `exports` leads a user to; the condition for a checkout is not theirs. */
function pathsIn(exported: unknown): string[] {
  if (typeof exported === "string") return [exported];
  const conditions = Object.entries(exported as Record<string, unknown>);
  return conditions.filter(([name]) => name !== "sotto-source").flatMap(([, value]) => pathsIn(value));
}

function tar(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("tar", ["--gzip", ...args], { encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
