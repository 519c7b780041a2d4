import type { Expression, Place } from "../assembler/expression.ts";
import { fixed, pointed } from "../assembler/expression.ts";
import { FunctionBody, type FunctionReference } from "../assembler/function.ts";
import type { MemoryMap } from "../assembler/memory.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { i32, i64 } from "../assembler/scalar.ts";
import { elementOctets, FieldCode } from "../field/fieldcode.ts";
import type { LaneCount, Lanes } from "../field/lanes.ts";

/** The bit of a clamped scalar that is always set, and how many below are never (RFC 7748, section 5). */
const TOP_BIT = 254;
const ZERO_BITS = 3;

/** A point (X : Z) of the curve, as X + Z and X - Z, tight: what the formulas take of it. */
interface Sums {
  readonly plus: Place;
  readonly minus: Place;
}

/**
 * The Montgomery ladder (RFC 7748, section 5), of one scalar and the points of all lanes:
 *
 *     ladder(scalar, u, X, Z)
 *
 * all four addresses: of 32 octets, already clamped; of the points' u coordinates, tight; and of where the result X / Z
 * goes, both loose. Z is 0 modulo p where a point is of low order.
 *
 * Two points go down the scalar's bits. In each step one of them is doubled and the sum of both replaces the other;
 * which is which depends on the bit. Here what was doubled last is in `doubled` and the sum in `added`, so that a step
 * doubles the former where the bit is the same as the one before, the latter where it is not. That choice is made by a
 * mask over both: neither a branch nor an address depends on the scalar.
 *
 * Doubling and adding are functions of their own: V8 takes the longer to optimise a function the larger it is.
 */
export function addLadder(
  module: ModuleBuilder,
  memory: MemoryMap,
  count: LaneCount,
): FunctionReference<["i32", "i32", "i32", "i32"], null> {
  const size = elementOctets(count);
  const element = () => fixed(memory.reserveSecret(size));
  const sums = (): Sums => ({ plus: element(), minus: element() });
  const state = { doubled: sums(), added: sums(), chosen: sums(), u: element() };

  const choose = module.add(selecting(state, memory, count));
  const double = module.add(doubling(state, memory, count));
  const add = module.add(adding(state, memory, count));

  const body = new FunctionBody(["i32", "i32", "i32", "i32"]);
  const [scalar, u, x, z] = body.parameters;
  beginning(body, state, pointed(u), memory, count);
  body.run(double);
  // What a step's bit is compared with: the one above it.
  const above = body.variable("i32");
  above.set(i32.constant(1));
  const bit = body.variable("i32");
  bit.set(i32.constant(TOP_BIT - 1));
  body.repeat(() => {
    const octet = i32.loadOctet(pointed(i32.add(scalar, i32.shiftRight(bit.value, i32.constant(3)))));
    const value = i32.and(i32.shiftRight(octet, i32.and(bit.value, i32.constant(7))), i32.constant(1));
    const current = body.keep(value);
    body.run(add, maskOf(i32.xor(current, above.value)));
    above.set(current);
    body.run(double);
    bit.set(i32.subtract(bit.value, i32.constant(1)));
    return i32.greaterSigned(bit.value, i32.constant(ZERO_BITS - 1));
  });
  // For the bits that are zero only what is doubled is of use in the end.
  body.run(choose, maskOf(above.value));
  body.run(double);
  for (let bits = ZERO_BITS - 1; bits > 0; bits--) {
    body.run(choose, i64.constant(0n));
    body.run(double);
  }
  ending(body, state, { x: pointed(x), z: pointed(z) }, memory, count);
  return module.add(body);
}

interface State {
  readonly doubled: Sums;
  readonly added: Sums;
  readonly chosen: Sums;
  readonly u: Place;
}

/** -1 for 1, 0 for 0. */
function maskOf(bit: Expression<"i32">): Expression<"i64"> {
  return i64.subtract(i64.constant(0n), i64.extend(bit));
}

/**
 * The points u : 1, to be doubled, and to be added to. Limbs of u + 1 are tight: unpacked ones are at most 2^50 + 19.
 */
function beginning(body: FunctionBody, state: State, u: Place, memory: MemoryMap, count: LaneCount): void {
  const field = new FieldCode(count, body, memory);
  const { lanes } = field;
  const [first, ...others] = field.load(u) as [Lanes, ...Lanes[]];
  const one = lanes.double(1);
  const plus = [lanes.add(first, one), ...others];
  const minus = [lanes.subtract(first, one), ...others];
  field.store(state.u, [first, ...others]);
  for (const { plus: plusPlace, minus: minusPlace } of [state.chosen, state.added]) {
    field.store(plusPlace, plus);
    field.store(minusPlace, minus);
  }
}

/**
 * X + Z and X - Z of the doubled point are, added and subtracted, 2 X and 2 Z, which is the same point: no carry
 * needed.
 */
function ending(
  body: FunctionBody,
  { doubled }: State,
  { x, z }: { x: Place; z: Place },
  memory: MemoryMap,
  count: LaneCount,
): void {
  const field = new FieldCode(count, body, memory);
  const plus = field.load(doubled.plus);
  const minus = field.load(doubled.minus);
  field.store(x, field.add(plus, minus));
  field.store(z, field.subtract(plus, minus));
}

/** chosen = added where the mask is -1, doubled where it is 0. */
function select(field: FieldCode, { doubled, added, chosen }: State, mask: Expression<"v128">): void {
  for (const part of ["plus", "minus"] as const) {
    const b = field.load(doubled[part]);
    const either = field.load(added[part]).map((limb, k) => field.lanes.select(limb, b[k] as Lanes, mask));
    field.store(chosen[part], either);
  }
}

/** select(mask): before what is doubled last. */
function selecting(state: State, memory: MemoryMap, count: LaneCount): FunctionBody<["i64"]> {
  const body = new FunctionBody(["i64"]);
  const field = new FieldCode(count, body, memory);
  select(field, state, field.lanes.mask(body.parameters[0]));
  return body;
}

/**
 * doubled = 2 chosen: with AA = (X + Z)^2, BB = (X - Z)^2 and E = AA - BB, X = AA BB and Z = E (AA + 121665 E).
 *
 * Bounds: chosen tight; AA, BB tight, E loose as their difference, the factor of E tight by a carry of its own.
 */
function doubling({ chosen, doubled }: State, memory: MemoryMap, count: LaneCount): FunctionBody<[]> {
  const body = new FunctionBody([]);
  const field = new FieldCode(count, body, memory);
  const squareOfPlus = field.square(field.load(chosen.plus));
  const bb = field.carry(field.square(field.load(chosen.minus)));
  const {
    carried: aa,
    loose: e,
    sum: factor,
  } = field.carryWithA24(squareOfPlus, (carried) => field.subtract(carried, bb));
  const { sum, difference } = field.carrySums(field.multiply(aa, bb), field.multiplyLoose(factor, e));
  field.store(doubled.plus, sum);
  field.store(doubled.minus, difference);
  return body;
}

/**
 * add(mask): chosen as by `select`, and added = doubled + added, whose difference is always the point u : 1. With DA
 * and CB the products of each point's sum with the other's difference, X = (DA + CB)^2 and Z = u (DA - CB)^2.
 *
 * Bounds: all tight, also u; sums and differences of wide products are carried before they are squared.
 */
function adding(state: State, memory: MemoryMap, count: LaneCount): FunctionBody<["i64"]> {
  const body = new FunctionBody(["i64"]);
  const field = new FieldCode(count, body, memory);
  select(field, state, field.lanes.mask(body.parameters[0]));
  const { doubled, added, u } = state;
  const da = field.multiply(field.load(added.minus), field.load(doubled.plus));
  const cb = field.multiply(field.load(added.plus), field.load(doubled.minus));
  const { sum, difference } = field.carrySums(da, cb);
  const x = field.square(sum);
  const z = field.multiply(field.load(u), field.carry(field.square(difference)));
  const next = field.carrySums(x, z);
  field.store(added.plus, next.sum);
  field.store(added.minus, next.difference);
  return body;
}
