import { asRecord } from "./record.ts";

/** Environment variables; `process.env`, or what a test says. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A CI vendor's signs as ci-info's `vendors.json` lists them. */
export interface CiVendor {
  /** A variable's name, or an object that says more; a list when all of them must hold. */
  readonly env: unknown;
}

/** Variables that many CI systems set, and that ci-info takes for a sign by themselves. */
const COMMON_VARIABLES = [
  "BUILD_ID",
  "BUILD_NUMBER",
  "CI",
  "CI_APP_ID",
  "CI_BUILD_ID",
  "CI_BUILD_NUMBER",
  "CI_NAME",
  "CONTINUOUS_INTEGRATION",
  "RUN_ID",
];

/**
 * Whether a CI job runs the program, by the rules of the package ci-info.
 *
 * ci-info itself looks at `process.env` once, when it is loaded, so it cannot be asked about another environment, nor
 * about one that the program has changed since. Its list of vendors can. `CI=false` says no, whatever else is set.
 */
export function isCi(environment: Environment, vendors: readonly CiVendor[]): boolean {
  if (environment.CI === "false") return false;
  if (COMMON_VARIABLES.some((name) => isSet(environment, name))) return true;
  return vendors.some(({ env }) => (Array.isArray(env) ? env : [env]).every((sign) => holds(sign, environment)));
}

/**
 * Whether anything is set that {@link isCi} looks at. It goes through the variables that are set, of which there are few;
 * to read and go through the list of vendors takes a tenth of what a usual run may take.
 *
 * @param signs of that list, by {@link signsOf}.
 */
export function mayBeCi(environment: Environment, signs: string): boolean {
  for (const name in environment) {
    const value = environment[name] ?? "";
    if (value === "") continue;
    // On Windows names are the same in any letter case.
    const sign = ` ${name.toUpperCase()}`;
    if (signs.includes(`${sign} `)) return true;
    const held = sign + HOLDING;
    for (let at = signs.indexOf(held); at >= 0; at = signs.indexOf(held, at + 1)) {
      const begin = at + held.length;
      if (value.includes(signs.slice(begin, signs.indexOf(" ", begin)))) return true;
    }
  }
  return false;
}

/**
 * What is there wherever {@link isCi} says yes, or `CI` no: names of variables, and such with a text that they have in
 * them, `NODE~/app`; each between blanks. Names in upper case. Pure.
 */
export function signsOf(vendors: readonly CiVendor[]): string {
  const theirs = vendors.flatMap(({ env }) => (Array.isArray(env) ? env : [env]).flatMap(signsIn));
  return ` ${[...new Set([...COMMON_VARIABLES, ...theirs])].join(" ")} `;
}

/** Between a variable's name, which has none, and its text. */
const HOLDING = "~";

function signsIn(sign: unknown): string[] {
  if (typeof sign === "string") return [sign.toUpperCase()];
  const { env, includes, any, ...others } = asRecord(sign) ?? {};
  if (typeof env === "string") return [`${env.toUpperCase()}${HOLDING}${includes}`];
  if (Array.isArray(any)) return any.map((name) => String(name).toUpperCase());
  return Object.entries(others).map(([name, value]) => `${name.toUpperCase()}${HOLDING}${value}`);
}

function holds(sign: unknown, environment: Environment): boolean {
  if (typeof sign === "string") return isSet(environment, sign);
  const { env, includes, any, ...others } = asRecord(sign) ?? {};
  if (typeof env === "string") return environment[env]?.includes(String(includes)) ?? false;
  if (Array.isArray(any)) return any.some((name) => isSet(environment, String(name)));
  return Object.entries(others).every(([name, value]) => environment[name] === value);
}

function isSet(environment: Environment, name: string): boolean {
  return (environment[name] ?? "") !== "";
}
