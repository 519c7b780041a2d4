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
 * What {@link isCi} says, where that is plain without the list of vendors: to read and go through it takes a tenth of what a
 * usual run may take.
 *
 * @param signs of that list, by {@link signsOf}.
 * @returns null where a variable is set that a vendor looks at.
 */
export function isCiAtFirstSight(environment: Environment, signs: readonly string[]): boolean | null {
  if (environment.CI === "false") return false;
  if (COMMON_VARIABLES.some((name) => isSet(environment, name))) return true;
  return signs.some((sign) => isSet(environment, sign) || isHeld(sign, environment)) ? null : false;
}

/**
 * What is there wherever a rule of the list holds: a variable's name, or one with a text that it has in it, `NODE~/app`.
 * Pure.
 */
export function signsOf(vendors: readonly CiVendor[]): string[] {
  return [...new Set(vendors.flatMap(({ env }) => (Array.isArray(env) ? env : [env]).flatMap(signsIn)))];
}

/** Between a variable's name, which has none, and its text. */
const HOLDING = "~";

function isHeld(sign: string, environment: Environment): boolean {
  const at = sign.indexOf(HOLDING);
  return at >= 0 && environment[sign.slice(0, at)]?.includes(sign.slice(at + 1)) === true;
}

function signsIn(sign: unknown): string[] {
  if (typeof sign === "string") return [sign];
  const { env, includes, any, ...others } = asRecord(sign) ?? {};
  if (typeof env === "string") return [`${env}${HOLDING}${includes}`];
  if (Array.isArray(any)) return any.map(String);
  return Object.entries(others).map(([name, value]) => `${name}${HOLDING}${value}`);
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
