import { signsOf } from "./ci.ts";
import { knownVendors } from "./vendors.ts";

/** The signs of ci-info's list. The file that applications load has them inside, see build/bundle.ts, and not the list. */
export function ciSigns(): readonly string[] {
  return signsOf(knownVendors());
}
