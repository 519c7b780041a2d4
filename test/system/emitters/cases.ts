import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Namespace } from "../network/namespace.ts";
import type { Emitter } from "./copies.ts";

/** A machine as an emitter finds it. Paths are those of the vectors: the home is /home/ada, the working folder is below it. */
export interface Case {
  readonly name: string;
  /** The administrator's file; null: there is none. */
  readonly administrator: string | null;
  readonly environment: Readonly<Record<string, string>>;
  /** Path of an opt-out file; null: there is none. */
  readonly optOut: string | null;
  /** The consent file; null: there is none. */
  readonly consent: string | null;
  /** What the emitter is to report. */
  readonly text: string;
}

export const HOME = "/home/ada";
export const CONSENT = `${HOME}/.config/sotto/consent.json`;
const WORK = `${HOME}/work/deep`;

/** Writes the files of each case below a folder of its own. */
export async function layOut(folder: string, cases: readonly Case[]): Promise<void> {
  const write = async (path: string, text: string) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  };
  for (const [i, { administrator, optOut, consent }] of cases.entries()) {
    const place = join(folder, String(i));
    await mkdir(join(place, WORK), { recursive: true });
    if (administrator !== null) await write(join(place, "policy"), administrator);
    if (optOut !== null) await write(join(place, optOut), "");
    if (consent !== null) await write(join(place, CONSENT), consent);
  }
}

/**
 * Runs an emitter in every case, by one shell, since a namespace is entered slowly.
 *
 * @param folder what `layOut` wrote.
 * @param nameserver the resolver that it would ask.
 * @returns the name and exit code of each case, in order.
 */
export async function runCases(
  namespace: Namespace,
  emitter: Emitter,
  folder: string,
  cases: readonly Case[],
  nameserver: string,
): Promise<[string, number][]> {
  const lines = cases.map(({ administrator, environment, text }, i) => {
    const place = join(folder, String(i));
    const variables = { PATH: "/usr/bin:/bin", HOME: join(place, HOME), ...environment };
    const set = Object.entries(variables).map(([name, value]) => quoted(`${name}=${value}`));
    const policy = quoted(emitter.policy);
    return [
      administrator === null ? `[ ! -e ${policy} ] || rm ${policy}` : `cp ${quoted(join(place, "policy"))} ${policy}`,
      `cd ${quoted(join(place, WORK))}`,
      `env -i ${set.join(" ")} ${emitter.argv(text).map(quoted).join(" ")} 2>/dev/null`,
      "echo $?",
    ].join("\n");
  });
  const script = [...lines, `rm -f ${quoted(emitter.policy)}`, ""].join("\n");
  const { stdout, stderr } = await namespace.run(["sh", "-s"], { input: script, nameserver });
  const codes = stdout.split("\n").filter((line) => line !== "");
  if (codes.length !== cases.length) throw new Error(`${codes.length} of ${cases.length} cases ran: ${stderr}`);
  return cases.map(({ name }, i) => [name, Number(codes[i])]);
}

/** A word for a POSIX shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
