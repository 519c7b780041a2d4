import { nodeModule } from "../builtin.ts";
import type { CiVendor } from "./ci.ts";

/**
 * ci-info's list, read when it is asked for: to look for the package takes as long as half of all else that a run does, so
 * usual runs do without.
 */
export function knownVendors(): readonly CiVendor[] {
  const require = nodeModule().createRequire(import.meta.url);
  const vendors: readonly CiVendor[] = require("ci-info/vendors.json");
  return vendors;
}
