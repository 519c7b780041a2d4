import { KEY_OCTETS } from "@sotto/wire";
import { type Expression, pointed } from "../assembler/expression.ts";
import { FunctionBody, type FunctionReference } from "../assembler/function.ts";
import type { MemoryMap } from "../assembler/memory.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { i32 } from "../assembler/scalar.ts";
import { elementOctets, FieldCode } from "../field/fieldcode.ts";
import { addInvert, addMultiply, addRepeatedSquare } from "../field/invert.ts";
import type { LaneCount } from "../field/lanes.ts";
import { addFreeze } from "../field/octets.ts";
import type { BatchLayout } from "../wasm/layout.ts";
import { KEY_PAIR_OCTETS } from "../wasm/layout.ts";
import { addLadder } from "./ladder.ts";
import { addZeroFree } from "./zerofree.ts";

type I32 = Expression<"i32">;

/**
 * X25519 of the slots of a group: group(first, slots, keys, shared). Slot number s is the vector of points s / keys
 * under key s % keys; those from `first` on are computed, as many as `slots`, 1 at least. 32 octets for each lane of
 * each go to `shared`.
 *
 * All share one inversion (P. L. Montgomery, "Speeding the Pollard and elliptic curve methods of factorization", 1987,
 * section 10.3.1): of the products P_i = Z_0 ... Z_i only the last is inverted. 1 / P_i times P_(i - 1) is 1 / Z_i, and
 * times Z_i is 1 / P_(i - 1). No Z may be zero: see zerofree.ts.
 *
 * Bounds: X and Z loose, products, inverses and results tight, as a product needs one of either.
 */
export function addGroup(
  module: ModuleBuilder,
  memory: MemoryMap,
  count: LaneCount,
  layout: BatchLayout,
): FunctionReference<["i32", "i32", "i32", "i32"], null> {
  const ladder = addLadder(module, memory, count);
  const zeroFree = addZeroFree(module, count);
  const multiply = addMultiply(module, memory, count);
  const power = addRepeatedSquare(module, memory, count);
  const invert = addInvert(module, memory, count, multiply, power);
  const freeze = addFreeze(module, count);

  const body = new FunctionBody(["i32", "i32", "i32", "i32"]);
  const [first, slots, keys, shared] = body.parameters;
  const size = elementOctets(count);
  const numbered = (array: number, at: I32, octets = size): I32 =>
    body.keep(i32.add(i32.constant(array), i32.multiply(at, i32.constant(octets))));
  const lanes = Array.from({ length: count }, (_, lane) => i32.constant(8 * lane));
  const [inverse, other] = [i32.constant(layout.inverse), i32.constant(layout.other)];

  const field = new FieldCode(count, body, memory);
  const one = [1, 0, 0, 0, 0].map((limb) => field.lanes.double(limb));
  field.store(pointed(i32.constant(layout.products)), one);
  const at = body.variable("i32");
  at.set(i32.constant(0));
  const next = () => i32.add(at.value, i32.constant(1));
  body.repeat(() => {
    const slot = body.keep(i32.add(first, at.value));
    const vector = body.keep(i32.divideUnsigned(slot, keys));
    const key = body.keep(i32.subtract(slot, i32.multiply(vector, keys)));
    const [x, z] = [numbered(layout.x, at.value), numbered(layout.z, at.value)];
    body.run(ladder, numbered(layout.keys, key, KEY_PAIR_OCTETS), numbered(layout.points, vector), x, z);
    for (const lane of lanes) body.run(zeroFree, i32.add(x, lane), i32.add(z, lane));
    body.run(multiply, numbered(layout.products, next()), numbered(layout.products, at.value), z);
    at.set(next());
    return i32.lessUnsigned(at.value, slots);
  });
  body.run(invert, inverse, numbered(layout.products, slots));
  body.repeat(() => {
    at.set(i32.subtract(at.value, i32.constant(1)));
    const [x, z] = [numbered(layout.x, at.value), numbered(layout.z, at.value)];
    body.run(multiply, other, inverse, numbered(layout.products, at.value));
    body.run(multiply, inverse, inverse, z);
    body.run(multiply, x, other, x);
    const octets = body.keep(i32.add(shared, i32.multiply(at.value, i32.constant(count * KEY_OCTETS))));
    for (const [lane, offset] of lanes.entries()) {
      body.run(freeze, i32.add(octets, i32.constant(lane * KEY_OCTETS)), i32.add(x, offset));
    }
    return at.value;
  });
  return module.add(body);
}
