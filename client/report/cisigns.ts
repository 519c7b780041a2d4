import { signsOf } from "./ci.ts";
import { knownVendors } from "./vendors.ts";

/** The signs of ci-info's list. The file that applications load has them inside, see build/bundle.ts, and not the list. */
export const CI_SIGNS = signsOf(knownVendors());
