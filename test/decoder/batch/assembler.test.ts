import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Expression, fixed } from "../../../decoder/batch/assembler/expression.ts";
import { FunctionBody } from "../../../decoder/batch/assembler/function.ts";
import { signedLeb128, unsignedLeb128 } from "../../../decoder/batch/assembler/leb128.ts";
import { ModuleBuilder } from "../../../decoder/batch/assembler/module.ts";
import { f64, i32, i64 } from "../../../decoder/batch/assembler/scalar.ts";
import { f64x2, i64x2, v128 } from "../../../decoder/batch/assembler/vector.ts";
import { hexOf } from "../../wire/octets.ts";
import { RUNS } from "../../wire/property.ts";

const hex = (octets: readonly number[]) => hexOf(Uint8Array.from(octets));

describe("LEB128", () => {
  it("is as the DWARF standard's examples and WebAssembly's ends have it", () => {
    for (const [value, octets] of Object.entries({
      0: "00",
      2: "02",
      127: "7f",
      128: "8001",
      129: "8101",
      12857: "b964",
    })) {
      expect(hex(unsignedLeb128(Number(value)))).toBe(octets);
    }
    expect(hex(unsignedLeb128(624_485))).toBe("e58e26");
    expect(hex(unsignedLeb128(2 ** 32 - 1))).toBe("ffffffff0f");
    for (const [value, octets] of [
      [2n, "02"],
      [-2n, "7e"],
      [127n, "ff00"],
      [-127n, "817f"],
      [128n, "8001"],
      [-128n, "807f"],
      [129n, "8101"],
      [-129n, "ff7e"],
      [63n, "3f"],
      [64n, "c000"],
      [-64n, "40"],
      [-65n, "bf7f"],
      [-(2n ** 63n), "8080808080808080807f"],
      [2n ** 63n - 1n, "ffffffffffffffffff00"],
    ] as const) {
      expect(hex(signedLeb128(value))).toBe(octets);
    }
  });

  it("is read back, signed and unsigned, and never longer than it needs to be", () => {
    const read = (octets: readonly number[]) =>
      octets.reduce((sum, octet, at) => sum + (BigInt(octet & 0x7f) << BigInt(7 * at)), 0n);
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (natural, integer) => {
        expect(read(unsignedLeb128(natural))).toBe(BigInt(natural));
        const octets = signedLeb128(integer);
        expect(BigInt.asIntN(7 * octets.length, read(octets))).toBe(integer);
        const shorter = 7 * (octets.length - 1);
        expect(shorter > 0 && BigInt.asIntN(shorter, integer) === integer).toBe(false);
      }),
      { ...RUNS, numRuns: 2000 },
    );
  });
});

describe("a module", () => {
  it("has the octets of the specification's binary format", () => {
    const module = new ModuleBuilder();
    const body = new FunctionBody(["i32", "i32"]);
    const kept = body.keep(i32.add(...body.parameters));
    body.give(kept);
    module.export("add", module.add(body, "i32"));
    module.data(64, Uint8Array.of(1, 2, 3));
    expect(hexOf(module.encode(65_537))).toBe(
      [
        "0061736d01000000",
        "010701" + "60027f7f017f",
        "030201" + "00",
        "050301" + "0002",
        "071002" + "03616464" + "0000" + "066d656d6f7279" + "0200",
        "0a0f01" + "0d" + "01017f" + "2000" + "2001" + "6a" + "2102" + "2002" + "0b",
        "0b0a01" + "00" + "41c0000b" + "03010203",
      ].join(""),
    );
  });

  it("calls, loops, branches, stores, clears, and is given types of its own", () => {
    const module = new ModuleBuilder();
    const triangle = new FunctionBody(["i32"]);
    const sum = triangle.variable("i32");
    const left = triangle.variable("i32");
    left.set(triangle.parameters[0]);
    triangle.repeat(() => {
      sum.set(i32.add(sum.value, left.value));
      left.set(i32.subtract(left.value, i32.constant(1)));
      return left.value;
    });
    triangle.give(sum.value);
    const triangleOf = module.add(triangle, "i32");

    const storing = new FunctionBody(["i32", "i32"]);
    const [address, value] = storing.parameters;
    storing.store({ base: address, offset: 8 }, value);
    const store = module.add(storing);

    const main = new FunctionBody(["i32"]);
    const [n] = main.parameters;
    const area = main.call(triangleOf, n);
    main.run(store, i32.constant(64), area);
    main.storeOctet(fixed(80), i32.constant(0x1ff));
    main.store(fixed(84), i32.constant(-1));
    main.clear(i32.constant(85), i32.constant(2));
    main.when(i32.equal(area, i32.constant(15)), () => main.store(fixed(88), i32.constant(7)));
    module.export("main", module.add(main));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode(100)));
    const words = new Uint32Array((exports.memory as WebAssembly.Memory).buffer, 64, 7);
    (exports.main as (n: number) => void)(5);
    expect([...words]).toEqual([0, 0, 15, 0, 0xff, 0xff0000ff, 7]);
    (exports.main as (n: number) => void)(6);
    expect([...words].slice(2)).toEqual([21, 0, 0xff, 0xff0000ff, 7]);
  });
});

/** A function of two words of 64 bits in memory, whose result is stored behind them. */
function computed(make: (a: Expression<"i64">, b: Expression<"i64">) => Expression<"i32" | "i64" | "f64" | "v128">) {
  const module = new ModuleBuilder();
  const body = new FunctionBody([]);
  body.store(fixed(64), make(i64.load(fixed(32)), i64.load(fixed(40))));
  module.export("run", module.add(body));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode(128)));
  const view = new DataView((exports.memory as WebAssembly.Memory).buffer);
  return (a: bigint, b: bigint): bigint => {
    view.setBigUint64(32, a, true);
    view.setBigUint64(40, b, true);
    view.setBigUint64(64, 0n, true);
    view.setBigUint64(72, 0n, true);
    (exports.run as () => void)();
    return view.getBigUint64(64, true) | (view.getBigUint64(72, true) << 64n);
  };
}

describe("instructions", () => {
  const word = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.constantFrom(0n, 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 63n, 2n ** 64n - 1n),
  );
  const asU64 = (value: bigint) => BigInt.asUintN(64, value);
  const asU32 = (value: bigint) => BigInt.asUintN(32, value);
  const twice = (value: bigint) => value | (value << 64n);
  const low = i64.wrap;
  const cases: [string, Parameters<typeof computed>[0], (a: bigint, b: bigint) => bigint][] = [
    ["i64 add", i64.add, (a, b) => asU64(a + b)],
    ["i64 subtract", i64.subtract, (a, b) => asU64(a - b)],
    ["i64 multiply", i64.multiply, (a, b) => asU64(a * b)],
    ["i64 and", i64.and, (a, b) => a & b],
    ["i64 or", i64.or, (a, b) => a | b],
    ["i64 xor", i64.xor, (a, b) => a ^ b],
    ["i64 shift left", (a) => i64.shiftLeft(a, 13), (a) => asU64(a << 13n)],
    ["i64 shift right", (a) => i64.shiftRight(a, 51), (a) => a >> 51n],
    ["i64 rotate right", (a) => i64.rotateRight(a, 24), (a) => asU64((a >> 24n) | (a << 40n))],
    ["i64 less", i64.lessUnsigned, (a, b) => (a < b ? 1n : 0n)],
    ["i64 is zero", i64.isZero, (a) => (a === 0n ? 1n : 0n)],
    ["i64 constant", (a) => i64.xor(a, i64.constant(2n ** 64n - 3n)), (a) => a ^ (2n ** 64n - 3n)],
    ["i64 load octet", () => i64.loadOctet(fixed(41)), (_, b) => (b >> 8n) & 0xffn],
    ["i64 extend", (a) => i64.extend(low(a)), asU32],
    ["i32 add", (a, b) => i32.add(low(a), low(b)), (a, b) => asU32(a + b)],
    ["i32 subtract", (a, b) => i32.subtract(low(a), low(b)), (a, b) => asU32(a - b)],
    ["i32 multiply", (a, b) => i32.multiply(low(a), low(b)), (a, b) => asU32(a * b)],
    [
      "i32 divide",
      (a, b) => i32.divideUnsigned(low(a), i32.or(low(b), i32.constant(1))),
      (a, b) => asU32(a) / (asU32(b) | 1n),
    ],
    ["i32 and", (a, b) => i32.and(low(a), low(b)), (a, b) => asU32(a & b)],
    ["i32 xor", (a, b) => i32.xor(low(a), low(b)), (a, b) => asU32(a ^ b)],
    ["i32 shift right", (a) => i32.shiftRight(low(a), i32.constant(7)), (a) => asU32(a) >> 7n],
    ["i32 rotate left", (a) => i32.rotateLeft(low(a), 18), (a) => asU32((a << 18n) | (asU32(a) >> 14n))],
    ["i32 less", (a, b) => i32.lessUnsigned(low(a), low(b)), (a, b) => (asU32(a) < asU32(b) ? 1n : 0n)],
    [
      "i32 greater",
      (a, b) => i32.greaterSigned(low(a), low(b)),
      (a, b) => (BigInt.asIntN(32, a) > BigInt.asIntN(32, b) ? 1n : 0n),
    ],
    ["i32 least", (a, b) => i32.least(low(a), low(b)), (a, b) => (asU32(a) < asU32(b) ? asU32(a) : asU32(b))],
    ["i32 load octet", () => i32.loadOctet(fixed(35)), (a) => (a >> 24n) & 0xffn],
    ["convert", (a) => i64.truncate(f64.convert(i64.shiftRight(a, 12))), (a) => a >> 12n],
    ["i64x2 add", (a, b) => i64x2.add(i64x2.splat(a), i64x2.splat(b)), (a, b) => twice(asU64(a + b))],
    ["i64x2 subtract", (a, b) => i64x2.subtract(i64x2.splat(a), i64x2.splat(b)), (a, b) => twice(asU64(a - b))],
    ["i64x2 shift left", (a) => i64x2.shiftLeft(i64x2.splat(a), 4), (a) => twice(asU64(a << 4n))],
    ["i64x2 shift right", (a) => i64x2.shiftRight(i64x2.splat(a), 51), (a) => twice(a >> 51n)],
    ["v128 load", () => v128.load(fixed(32)), (a, b) => a | (b << 64n)],
    ["v128 and", (a, b) => v128.and(i64x2.splat(a), i64x2.splat(b)), (a, b) => twice(a & b)],
    ["v128 or", (a, b) => v128.or(i64x2.splat(a), i64x2.splat(b)), (a, b) => twice(a | b)],
    [
      "i64x2 select",
      (a, b) => i64x2.select(i64x2.splat(a), i64x2.splat(b), i64x2.splat(i64.constant(-1n))),
      (a) => twice(a),
    ],
    [
      "i64x2 select none",
      (a, b) => i64x2.select(i64x2.splat(a), i64x2.splat(b), i64x2.splat(i64.constant(0n))),
      (_, b) => twice(b),
    ],
  ];

  it.each(cases)("%s", (_, make, expected) => {
    const run = computed(make);
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(run(a, b)).toBe(expected(a, b));
      }),
      { ...RUNS, numRuns: 100 },
    );
  });

  it("on doubles are JavaScript's own, but for the multiply-add, which rounds once", () => {
    const small = fc.integer({ min: -(2 ** 26), max: 2 ** 26 });
    const double = (a: Expression<"i64">) => f64.convert(a);
    const sum = computed((a, b) => f64x2.first(f64x2.add(f64x2.splat(double(a)), f64x2.splat(double(b)))));
    const difference = computed((a, b) => f64x2.first(f64x2.subtract(f64x2.splat(double(a)), f64x2.splat(double(b)))));
    const product = computed((a, b) => f64.multiply(double(a), double(b)));
    const bits = (value: number) => new DataView(Float64Array.of(value).buffer).getBigUint64(0, true);
    fc.assert(
      fc.property(small, small, (a, b) => {
        const [x, y] = [asU64(BigInt(a)), asU64(BigInt(b))];
        expect(sum(x, y)).toBe(bits(a + b));
        expect(difference(x, y)).toBe(bits(a - b));
        expect(product(x, y)).toBe(bits(a * b));
      }),
      { ...RUNS, numRuns: 200 },
    );
  });
});
