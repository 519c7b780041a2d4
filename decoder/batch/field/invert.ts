import { type Expression, pointed } from "../assembler/expression.ts";
import { FunctionBody, type FunctionReference } from "../assembler/function.ts";
import type { MemoryMap } from "../assembler/memory.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { i32 } from "../assembler/scalar.ts";
import { elementOctets, FieldCode } from "./fieldcode.ts";
import type { LaneCount } from "./lanes.ts";

type Address = Expression<"i32">;

/** A function of addresses of elements; the first is the result's, which may be one of the others too. */
export type ElementFunction<P extends readonly "i32"[]> = FunctionReference<P, null>;

/** multiply(product, a, b): one tight, the other loose; the product tight. */
export function addMultiply(module: ModuleBuilder, memory: MemoryMap, count: LaneCount) {
  const body = new FunctionBody(["i32", "i32", "i32"]);
  const [product, a, b] = body.parameters;
  const field = new FieldCode(count, body, memory);
  field.store(pointed(product), field.carry(field.multiplyLoose(field.load(pointed(a)), field.load(pointed(b)))));
  return module.add(body);
}

/** power(result, a, n): a^(2^n) for n of 1 and more; both tight. */
export function addRepeatedSquare(module: ModuleBuilder, memory: MemoryMap, count: LaneCount) {
  const square = new FunctionBody(["i32", "i32"]);
  const field = new FieldCode(count, square, memory);
  field.store(pointed(square.parameters[0]), field.carry(field.square(field.load(pointed(square.parameters[1])))));
  const squareOnce = module.add(square);

  const body = new FunctionBody(["i32", "i32", "i32"]);
  const [result, a, n] = body.parameters;
  const left = body.variable("i32");
  left.set(n);
  const from = body.variable("i32");
  from.set(a);
  body.repeat(() => {
    body.run(squareOnce, result, from.value);
    from.set(result);
    left.set(i32.subtract(left.value, i32.constant(1)));
    return left.value;
  });
  return module.add(body);
}

/**
 * invert(result, a): a^(p - 2), which is 1 / a, and 0 for 0 (Fermat); both tight, at different addresses.
 *
 * p - 2 = 2^255 - 21. The chain of 254 squarings and 11 multiplications is that of D. J. Bernstein, "Curve25519: new
 * Diffie-Hellman speed records" (2006). In it, e_n is a^(2^n - 1).
 */
export function addInvert(
  module: ModuleBuilder,
  memory: MemoryMap,
  count: LaneCount,
  multiply: ElementFunction<["i32", "i32", "i32"]>,
  power: ElementFunction<["i32", "i32", "i32"]>,
): ElementFunction<["i32", "i32"]> {
  const body = new FunctionBody(["i32", "i32"]);
  const [result, a] = body.parameters;
  const scratch = () => i32.constant(memory.reserveSecret(elementOctets(count)));
  const eleven = scratch();
  const run = scratch();
  const long = scratch();
  const other = scratch();
  const squared = (target: Address, from: Address, times: number) => body.run(power, target, from, i32.constant(times));
  const times = (target: Address, x: Address, y: Address) => body.run(multiply, target, x, y);

  squared(other, a, 1);
  squared(run, other, 2);
  times(run, a, run);
  times(eleven, other, run);
  squared(other, eleven, 1);
  times(run, run, other); // e_5
  squared(other, run, 5);
  times(run, other, run); // e_10
  squared(long, run, 10);
  times(long, long, run); // e_20
  squared(other, long, 20);
  times(long, other, long); // e_40
  squared(long, long, 10);
  times(run, long, run); // e_50
  squared(long, run, 50);
  times(long, long, run); // e_100
  squared(other, long, 100);
  times(long, other, long); // e_200
  squared(long, long, 50);
  times(run, long, run); // e_250
  squared(run, run, 5);
  times(result, run, eleven);
  return module.add(body);
}
