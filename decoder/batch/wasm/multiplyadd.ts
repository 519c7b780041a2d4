import { FunctionBody } from "../assembler/function.ts";
import { ModuleBuilder } from "../assembler/module.ts";
import { f64x2 } from "../assembler/vector.ts";

/** a * b + c, as some machine computes it. */
export type MultiplyAdd = (a: number, b: number, c: number) => number;

/**
 * Whether a multiply-add rounds once, at the end, as what is built on it needs: relaxed SIMD leaves it to the machine,
 * and one without the instruction rounds the product first, which would be silently wrong.
 *
 * (1 + 2^-30)(1 - 2^-30) = 1 - 2^-60 is 1 when it is rounded; and a product of two limbs that has 102 bits loses the
 * lower half of them.
 */
export function isFused(multiplyAdd: MultiplyAdd): boolean {
  const limb = 2 ** 51 - 1;
  return (
    multiplyAdd(1 + 2 ** -30, 1 - 2 ** -30, -1) === -(2 ** -60) &&
    multiplyAdd(limb, limb, -(2 ** 102 - 2 ** 52)) === 1 &&
    multiplyAdd(-limb, limb, 2 ** 102 - 2 ** 52) === -1
  );
}

/** A module of one function, multiplyAdd(a, b, c), by the instruction on vectors that the batch uses. */
export function emitMultiplyAdd(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const body = new FunctionBody(["f64", "f64", "f64"]);
  const [a, b, c] = body.parameters;
  body.give(f64x2.first(f64x2.multiplyAdd(f64x2.splat(a), f64x2.splat(b), f64x2.splat(c))));
  module.export("multiplyAdd", module.add(body, "f64"));
  return module.encode(0);
}
