import { FRAME_OCTETS, HEAD_OCTETS, KEY_OCTETS } from "@sotto/wire";
import type { Expression } from "../assembler/expression.ts";
import { pointed } from "../assembler/expression.ts";
import { FunctionBody, type FunctionReference } from "../assembler/function.ts";
import { MemoryMap } from "../assembler/memory.ts";
import { ModuleBuilder } from "../assembler/module.ts";
import { i32 } from "../assembler/scalar.ts";
import { addGroup } from "../curve/sharedinversion.ts";
import { elementOctets } from "../field/fieldcode.ts";
import type { LaneCount } from "../field/lanes.ts";
import { addUnpack } from "../field/octets.ts";
import { addFrameTail } from "../tail/frametail.ts";
import { type BatchLayout, GROUP_SLOTS, KEY_PAIR_OCTETS, reserveLayout } from "./layout.ts";

type I32 = Expression<"i32">;
type Group = FunctionReference<["i32", "i32", "i32", "i32"], null>;

/** A batch's module, not compiled yet, and where its caller finds what. */
export interface EmittedBatch {
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly layout: BatchLayout;
}

/**
 * Emits the module of a batch: one memory, and
 *
 * - match(frames, keys), both 1 at least: tries the keys on the frames of the input, and gives how many fit;
 * - x25519(points), 1 at least: X25519 of the first key's scalar and the points of the input.
 *
 * Both leave no secret in the memory.
 */
export function emitBatch(count: LaneCount): EmittedBatch {
  const module = new ModuleBuilder();
  const memory = new MemoryMap();
  const layout = reserveLayout(memory, count);
  const unpackAll = addUnpackAll(module, count, layout);
  const group = addGroup(module, memory, count, layout);
  module.export("match", addMatch(module, memory, { count, layout, unpackAll, group }));
  module.export("x25519", addX25519(module, memory, { count, layout, unpackAll, group }));
  for (const { at, octets } of memory.data) module.data(at, octets);
  return { octets: module.encode(memory.octets), layout };
}

interface Parts {
  readonly count: LaneCount;
  readonly layout: BatchLayout;
  readonly unpackAll: FunctionReference<["i32", "i32", "i32"], null>;
  readonly group: Group;
}

/**
 * unpackAll(first, stride, points): reads coordinates, each a stride behind the one before. Where the last vector is
 * not full, its last one is repeated.
 */
function addUnpackAll(module: ModuleBuilder, count: LaneCount, { points }: BatchLayout): Parts["unpackAll"] {
  const unpack = addUnpack(module, count);
  const body = new FunctionBody(["i32", "i32", "i32"]);
  const [first, stride, number] = body.parameters;
  forEach(body, vectorsOf(body, number, count), (vector) => {
    const element = body.keep(i32.add(i32.constant(points), i32.multiply(vector, i32.constant(elementOctets(count)))));
    for (let lane = 0; lane < count; lane++) {
      const at = body.keep(i32.add(i32.multiply(vector, i32.constant(count)), i32.constant(lane)));
      const last = body.keep(i32.subtract(number, i32.constant(1)));
      const octets = i32.add(first, i32.multiply(i32.least(at, last), stride));
      body.run(unpack, i32.add(element, i32.constant(8 * lane)), octets);
    }
  });
  return module.add(body);
}

function addMatch(module: ModuleBuilder, memory: MemoryMap, { count, layout, unpackAll, group }: Parts) {
  const fits = addFrameTail(module);
  const body = new FunctionBody(["i32", "i32"]);
  const [frames, keys] = body.parameters;
  const found = body.variable("i32");
  const input = i32.constant(layout.input);
  body.run(unpackAll, i32.constant(layout.input + HEAD_OCTETS), i32.constant(FRAME_OCTETS), frames);
  const slots = body.keep(i32.multiply(vectorsOf(body, frames, count), keys));
  forEachGroup(body, slots, (first, some) => {
    body.run(group, first, some, keys, i32.constant(layout.shared));
    forEach(body, some, (inGroup) => {
      const slot = body.keep(i32.add(first, inGroup));
      const vector = body.keep(i32.divideUnsigned(slot, keys));
      const key = body.keep(i32.subtract(slot, i32.multiply(vector, keys)));
      const publicKey = i32.add(
        i32.constant(layout.keys + KEY_OCTETS),
        i32.multiply(key, i32.constant(KEY_PAIR_OCTETS)),
      );
      for (let lane = 0; lane < count; lane++) {
        const frame = body.keep(i32.add(i32.multiply(vector, i32.constant(count)), i32.constant(lane)));
        const result = i32.add(i32.multiply(inGroup, i32.constant(count)), i32.constant(lane));
        const secret = i32.add(i32.constant(layout.shared), i32.multiply(result, i32.constant(KEY_OCTETS)));
        body.when(i32.lessUnsigned(frame, frames), () => {
          const at = i32.add(input, i32.multiply(frame, i32.constant(FRAME_OCTETS)));
          const fit = body.call(fits, at, publicKey, secret);
          body.storeOctet(pointed(i32.add(i32.multiply(frame, keys), key), layout.output), fit);
          found.set(i32.add(found.value, fit));
        });
      }
    });
  });
  clearSecrets(body, memory);
  body.give(found.value);
  return module.add(body, "i32");
}

function addX25519(module: ModuleBuilder, memory: MemoryMap, { count, layout, unpackAll, group }: Parts) {
  const body = new FunctionBody(["i32"]);
  const [points] = body.parameters;
  body.run(unpackAll, i32.constant(layout.input), i32.constant(KEY_OCTETS), points);
  forEachGroup(body, vectorsOf(body, points, count), (first, some) => {
    const results = i32.add(i32.constant(layout.output), i32.multiply(first, i32.constant(count * KEY_OCTETS)));
    body.run(group, first, some, i32.constant(1), results);
  });
  clearSecrets(body, memory);
  return module.add(body);
}

/** How many vectors hold so many points. */
function vectorsOf(body: FunctionBody, points: I32, count: LaneCount): I32 {
  return body.keep(i32.divideUnsigned(i32.add(points, i32.constant(count - 1)), i32.constant(count)));
}

/** Does something with 0 to number - 1; the number is 1 at least. */
function forEach(body: FunctionBody, number: I32, statements: (at: I32) => void): void {
  const at = body.variable("i32");
  at.set(i32.constant(0));
  body.repeat(() => {
    statements(at.value);
    at.set(i32.add(at.value, i32.constant(1)));
    return i32.lessUnsigned(at.value, number);
  });
}

/** Does something with each group of slots: the first, and how many. */
function forEachGroup(body: FunctionBody, slots: I32, statements: (first: I32, some: I32) => void): void {
  const first = body.variable("i32");
  first.set(i32.constant(0));
  body.repeat(() => {
    const left = body.keep(i32.subtract(slots, first.value));
    statements(first.value, body.keep(i32.least(left, i32.constant(GROUP_SLOTS))));
    first.set(i32.add(first.value, i32.constant(GROUP_SLOTS)));
    return i32.lessUnsigned(first.value, slots);
  });
}

function clearSecrets(body: FunctionBody, memory: MemoryMap): void {
  for (const { at, octets } of memory.secrets) body.clear(i32.constant(at), i32.constant(octets));
}
