import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FLAGS, type Target, type Unit } from "./targets.ts";

const SOURCES = fileURLToPath(new URL("../../native/src/", import.meta.url));

/** A compiler that is missing, or that refuses. */
export class CompileError extends Error {}

/**
 * Compiles and links the binary of a target, the same octets each time: it holds no path, date or random number.
 *
 * @param binary where it goes; its folder is made.
 * @returns a line for each path that does not overwrite all of the stack that it used.
 * @throws CompileError with what is to be installed where the compiler is missing, with its words where it refuses.
 */
export function compile(target: Target, binary: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "sotto-native-"));
  try {
    const objects = target.units.map((unit) => join(folder, basename(unit.source).replace(/c$/, "o")));
    for (const [i, unit] of target.units.entries()) run(target, [...flagsOf(unit), "-o", objects[i] ?? ""]);
    mkdirSync(dirname(binary), { recursive: true });
    const linking = ["--build-id=none", "--hash-style=gnu", "--strip-all", "-z,noexecstack", "-z,relro", "-z,now"];
    run(target, ["-shared", "-nostdlib", ...linking.map((flag) => `-Wl,${flag}`), "-o", binary, ...objects]);
    return objects.flatMap((object) => burningProblems(readFileSync(object.replace(/o$/, "su"), "utf8")));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function flagsOf({ source, flags }: Unit): string[] {
  const headers = dirname(createRequire(import.meta.url).resolve("node-api-headers/package.json"));
  const includes = [`-I${SOURCES}`, "-isystem", join(headers, "include")];
  return [...FLAGS, ...flags, ...includes, "-fstack-usage", "-c", join(SOURCES, source)];
}

function run({ compiler, name, packages }: Target, args: readonly string[]): void {
  const { error, status, stderr } = spawnSync(compiler, args, { encoding: "utf8", env: environment() });
  if (error !== undefined && "code" in error && error.code === "ENOENT") {
    throw new CompileError(
      `${compiler}, which compiles for ${name}, is not here: on Debian and Ubuntu, apt install ${packages.join(" ")}`,
    );
  }
  if (error !== undefined) throw error;
  if (status !== 0) throw new CompileError(`${compiler} refuses native/src for ${name}:\n${stderr}`);
}

/** Without variables by which a shell would change what is compiled. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, TMPDIR } = process.env;
  return { PATH, TMPDIR, LC_ALL: "C" };
}

/**
 * What is wrong where a unit has a function `burn`: that has to overwrite as much of the stack as all the others take
 * together. No chain of calls, in which none is twice, takes more.
 *
 * @param use what gcc says with -fstack-usage: a line for each function, its place, octets and how they are known.
 */
function burningProblems(use: string): string[] {
  const functions = use
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"))
    .map(([place = "", octets = "", how = ""]) => ({ name: place.replace(/^.*:/, ""), octets: Number(octets), how }));
  const burn = functions.find(({ name }) => name === "burn");
  if (burn === undefined) return [];
  const unbounded = functions.filter(({ how }) => how === "dynamic").map(({ name }) => name);
  const used = functions.filter((one) => one !== burn).reduce((sum, { octets }) => sum + octets, 0);
  return [
    ...unbounded.map((name) => `nobody knows how much stack ${name} takes`),
    ...(used > burn.octets ? [`burn overwrites ${burn.octets} octets of the stack, used are ${used}`] : []),
  ];
}
