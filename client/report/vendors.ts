import { nodeModule } from "../builtin.ts";
import type { CiVendor } from "./ci.ts";

/**
 * ci-info's list, read when it is asked for: a program that reports nothing does not load it. (The file that applications
 * load has it inside, see build/bundle.ts: to look for the package takes as long as all else that a run reads.)
 */
export function knownVendors(): readonly CiVendor[] {
  const require = nodeModule().createRequire(import.meta.url);
  const vendors: readonly CiVendor[] = require("ci-info/vendors.json");
  return vendors;
}
