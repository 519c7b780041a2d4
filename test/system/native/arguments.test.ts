import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchOf, type NativeKeyPair } from "../../../native/batch.ts";
import { own } from "../../decoder/engine/frames.ts";
import { builtBinding } from "./subject.ts";

const binding = builtBinding();
const batch = batchOf(binding);
const running = binding.paths.findIndex(({ runs }) => runs);

const detached = new Uint8Array(236);
structuredClone(detached.buffer, { transfer: [detached.buffer] });

/** What is no memory of octets that a thread has for itself; of the right length, where it has one. */
const NO_OCTETS: readonly (readonly [string, unknown])[] = [
  ["nothing", undefined],
  ["null", null],
  ["a number", 236],
  ["text", "x".repeat(236)],
  ["a list", new Array(236).fill(0)],
  ["an object that has a length", { length: 236 }],
  ["an ArrayBuffer", new ArrayBuffer(236)],
  ["a DataView", new DataView(new ArrayBuffer(236))],
  ["other numbers", new Uint16Array(236)],
  ["signed ones", new Int8Array(236)],
  ["clamped ones", new Uint8ClampedArray(236)],
  ["doubles", new Float64Array(236)],
  ["memory of all threads", new Uint8Array(new SharedArrayBuffer(236))],
  ["detached memory", detached],
];

describe("a batch refuses with a TypeError", () => {
  it.each(NO_OCTETS)("%s for frames, points, a scalar or a key", (_, value) => {
    const wrong = value as Uint8Array;
    expect(() => batch.match(wrong, [own])).toThrow(TypeError);
    expect(() => batch.x25519(new Uint8Array(32), wrong)).toThrow(TypeError);
    expect(() => batch.x25519(wrong, new Uint8Array(32))).toThrow(TypeError);
    expect(() => batch.match(new Uint8Array(118), [{ ...own, publicKey: wrong }])).toThrow(TypeError);
    expect(() => batch.match(new Uint8Array(118), [own, { ...own, secretKey: wrong }])).toThrow(TypeError);
  });

  it.each([null, undefined, {}, 3, [null], [own, undefined]])("%j for keys", (keys) => {
    expect(() => batch.match(new Uint8Array(118), keys as unknown as NativeKeyPair[])).toThrow(TypeError);
  });

  it("lengths that are not whole frames, points or keys", () => {
    for (const length of [1, 31, 33, 117, 119, 235]) {
      expect(() => batch.match(new Uint8Array(length), [own])).toThrow(TypeError);
      expect(() => batch.x25519(new Uint8Array(length), new Uint8Array(32))).toThrow(TypeError);
      expect(() => batch.x25519(new Uint8Array(32), new Uint8Array(length))).toThrow(TypeError);
      expect(() => batch.match(new Uint8Array(118), [{ ...own, secretKey: new Uint8Array(length) }])).toThrow(
        TypeError,
      );
    }
    expect(() => batch.x25519(new Uint8Array(0), new Uint8Array(32))).toThrow(TypeError);
    expect(() => batch.x25519(new Uint8Array(64), new Uint8Array(32))).toThrow(TypeError);
  });
});

describe("the binding", () => {
  const good = {
    match: [running, new Uint8Array(236), new Uint8Array(128), new Uint8Array(1)],
    x25519: [running, new Uint8Array(32), new Uint8Array(64), new Uint8Array(64)],
  } as const;

  it.each(["match", "x25519"] as const)("calls no path by wrong arguments of %s", (name) => {
    const call = binding[name] as (...all: unknown[]) => void;
    expect(() => call(...good[name])).not.toThrow();
    for (let at = 0; at < 4; at++) {
      for (const [, value] of NO_OCTETS) expect(() => call(...good[name].with(at, value as never))).toThrow(TypeError);
      expect(() => call(...good[name].slice(0, at))).toThrow(TypeError);
    }
    for (const path of [-1, 0.5, 99, 2 ** 32, Number.NaN, "0", {}, [0]])
      expect(() => call(...good[name].with(0, path as never))).toThrow(TypeError);
    for (const [at, { runs }] of binding.paths.entries())
      if (!runs) expect(() => call(...good[name].with(0, at))).toThrow(TypeError);
  });

  it("takes exactly the lengths that fit each other", () => {
    const length = fc.oneof(
      fc.integer({ min: 0, max: 400 }),
      ...[32, 64, 118].map((size) => fc.integer({ min: 0, max: 4 }).map((count) => count * size)),
    );
    const memory = length.map((octets) => new Uint8Array(octets));
    fc.assert(
      fc.property(memory, memory, fc.nat(9), fc.boolean(), (first, second, bits, fits) => {
        const isMatch = first.length % 118 === 0 && second.length % 64 === 0;
        const pairs = (first.length / 118) * (second.length / 64);
        const found = new Uint8Array(isMatch && fits ? Math.ceil(pairs / 8) : bits);
        const isGood = isMatch && found.length === Math.ceil(pairs / 8);
        const call = () => binding.match(running, first, second, found);
        if (isGood) expect(call).not.toThrow();
        else expect(call).toThrow(TypeError);
        const results = new Uint8Array(fits ? second.length : first.length);
        const multiply = () => binding.x25519(running, first, second, results);
        if (first.length === 32 && second.length % 32 === 0 && results.length === second.length)
          expect(multiply).not.toThrow();
        else expect(multiply).toThrow(TypeError);
      }),
      { seed: 15, numRuns: 500 },
    );
  });
});
