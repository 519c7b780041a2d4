import { behind, pointed } from "../assembler/expression.ts";
import { FunctionBody, type FunctionReference } from "../assembler/function.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { f64, i64 } from "../assembler/scalar.ts";
import { LIMBS } from "../field/element.ts";
import type { LaneCount } from "../field/lanes.ts";
import { freeze } from "../field/octets.ts";

/**
 * zeroFree(X, Z), addresses of one lane of both: where Z is 0 modulo p, as a point of low order makes it, X becomes 0
 * and Z 1 modulo p, so that X / Z is 0, as RFC 7748 (section 6.1) has it. A single Z of 0 would else make zero of the
 * product of all Z, and of everybody's shared secret with it.
 *
 * The same arithmetic is done whether it is or not. X and Z loose; Z stays so, as carried limbs, of which it is the
 * difference, are at least 1 below TIGHT (see carry.ts).
 */
export function addZeroFree(module: ModuleBuilder, count: LaneCount): FunctionReference<["i32", "i32"], null> {
  const body = new FunctionBody(["i32", "i32"]);
  const [x, z] = body.parameters;
  const octets = count * 8;
  const any = freeze(body, pointed(z), octets).reduce((all, word) => i64.or(all, word));
  const isZero = body.keep(i64.extend(i64.isZero(any)));
  const keep = body.keep(f64.convert(i64.subtract(i64.constant(1n), isZero)));
  for (let k = 0; k < LIMBS; k++) {
    const limb = behind(pointed(x), k * octets);
    body.store(limb, f64.multiply(f64.load(limb), keep));
  }
  body.store(pointed(z), f64.add(f64.load(pointed(z)), f64.convert(isZero)));
  return module.add(body);
}
