import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededOctets } from "../../e2e/frames.ts";
import { P } from "../../wire/curve25519.ts";
import { builtBinding } from "./subject.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const SOURCES = fileURLToPath(new URL("../../../native/src/", import.meta.url));
const FLAGS = ["-std=gnu17", "-ffp-contract=off", "-fno-strict-aliasing", "-Wno-psabi", `-I${SOURCES}`, `-I${HERE}`];
const QEMU = ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"];

const LIMBS = [0, 1, 2, 3, 4];

/** Limbs of an element, as the head of its field says, both ends included. */
const DOUBLES = { field: "field_double.h", low: -(2n ** 50n) - 9728n, high: 2n ** 50n + 9728n };
const INTEGERS = { field: "field_ifma.h", low: 0n, high: 2n ** 51n + 2n ** 16n - 1n };

const fields = [
  { name: "IFMA, emulated", lanes: "lanes_emulated.h", flags: ["-Og"], compiler: "gcc", runner: [], ...INTEGERS },
  {
    name: "NEON, under qemu",
    lanes: "lanes_neon.h",
    flags: ["-O3"],
    compiler: "aarch64-linux-gnu-gcc",
    runner: QEMU,
    ...DOUBLES,
  },
  {
    name: "IFMA",
    lanes: "lanes_ifma.h",
    flags: ["-O3", "-mavx512f", "-mavx512vl", "-mavx512ifma"],
    compiler: "gcc",
    runner: [],
    ...INTEGERS,
  },
  { name: "AVX2", lanes: "lanes_avx2.h", flags: ["-O3", "-mavx2", "-mfma"], compiler: "gcc", runner: [], ...DOUBLES },
].filter(({ name }) => builtBinding().paths.every(({ feature, runs }) => feature !== name || runs));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sotto-native-arithmetic-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(fields)("the field on $name", ({ lanes, field, flags, compiler, runner, low, high }) => {
  it("is right for limbs as large and as small as they get, and keeps results within its bounds", () => {
    const program = join(folder, `${lanes}.program`);
    const sign = low < 0n ? ["-DSIGNED"] : [];
    const chosen = [`-DLANES_H="${lanes}"`, `-DFIELD_H="${field}"`, ...sign];
    execFileSync(compiler, [...FLAGS, ...flags, ...chosen, "-o", program, join(HERE, "field.c")]);
    const pairs = pairsBetween(low, high);
    const input = BigInt64Array.from(pairs.flatMap(([a, b]) => [...a, ...b]));
    const [command = "", ...args] = [...runner, program];
    const output = execFileSync(command, args, { input: new Uint8Array(input.buffer), maxBuffer: 64e6 });
    const said = new BigInt64Array(new Uint8Array(output).buffer);
    const expected = pairs.flatMap(([a, b]) => resultsOf(numberOf(a), numberOf(b)));
    expect(said.length).toBe(expected.length * 9);
    for (const [i, value] of expected.entries()) {
      const limbs = [...said.subarray(9 * i, 9 * i + 5)];
      const octets = [...said.subarray(9 * i + 5, 9 * i + 9)].map((word) => BigInt.asUintN(64, word));
      const where = `result ${i % 6} of ${pairs[Math.floor(i / 6)]?.join(" | ")}`;
      expect(modulo(numberOf(limbs)), where).toBe(value);
      expect(
        octets.reduce((sum, word, at) => sum + (word << BigInt(64 * at)), 0n),
        where,
      ).toBe(value);
      expect(
        limbs.filter((limb) => limb < low || limb > high),
        where,
      ).toEqual([]);
    }
  });
});

it("Poly1305 is right where its sum is around a multiple of the prime, and everywhere else", () => {
  const program = join(folder, "poly1305");
  execFileSync("gcc", [...FLAGS, "-O2", "-o", program, join(HERE, "poly1305.c")]);
  const inputs = [...polyKeys()].flatMap((key) => [...polyTexts()].map((text) => Buffer.concat([key, text])));
  const output = execFileSync(program, [], { input: Buffer.concat(inputs) });
  expect(output.length).toBe(inputs.length * 16);
  for (const [i, input] of inputs.entries())
    expect(output.toString("hex", 16 * i, 16 * i + 16), input.toString("hex")).toBe(poly1305(input));
});

/** Limbs at the ends of their range, all patterns of them with all others; then ends and zeros mixed, and random ones. */
function pairsBetween(low: bigint, high: bigint): (readonly [bigint[], bigint[]])[] {
  const sides = [low, low + 1n, -1n, 0n, 1n, high - 1n, high].filter((limb) => limb >= low && limb <= high);
  const extreme = Array.from({ length: 2 ** 5 }, (_, bits) => LIMBS.map((k) => ((bits >> k) & 1 ? high : low)));
  const mixed = (seed: string) => [...seededOctets(seed, 5)].map((octet) => sides[octet % sides.length] ?? 0n);
  const random = (seed: string) => {
    const octets = seededOctets(seed, 40);
    return LIMBS.map((k) => low + (octets.readBigUInt64LE(8 * k) % (high - low + 1n)));
  };
  // As many of each as are a multiple of the lanes of any path.
  return [
    ...extreme.flatMap((a) => extreme.map((b) => [a, b] as const)),
    ...Array.from({ length: 400 }, (_, i) => [mixed(`first ${i}`), mixed(`second ${i}`)] as const),
    ...Array.from({ length: 400 }, (_, i) => [random(`first ${i}`), random(`second ${i}`)] as const),
  ];
}

/** What field.c does, on integers. */
function resultsOf(a: bigint, b: bigint): bigint[] {
  return [a * b, a * a, a * b + b * b, a * b - b * b, (a - b) * b, a * a + 121_665n * (a - b)].map(modulo);
}

function numberOf(limbs: readonly bigint[]): bigint {
  return limbs.reduce((sum, limb, k) => sum + limb * 2n ** BigInt(51 * k), 0n);
}

function modulo(value: bigint): bigint {
  return ((value % P) + P) % P;
}

/** Keys whose r is zero, small, or all that clamping leaves, and random ones; s of zeros and of ones. */
function* polyKeys(): Iterable<Buffer> {
  for (const r of [0, 1, 2, 5, 255])
    for (const s of [0, 255]) yield Buffer.concat([Buffer.from([r]), Buffer.alloc(15), Buffer.alloc(16, s)]);
  for (const s of [0, 255]) yield Buffer.concat([Buffer.alloc(16, 255), Buffer.alloc(16, s)]);
  for (let i = 0; i < 20; i++) yield seededOctets(`poly key ${i}`, 32);
}

/** Blocks of ones, of zeros, and, where r is 1, such as add up to around one, two and four times 2^130 - 5. */
function* polyTexts(): Iterable<Buffer> {
  for (const octet of [0, 255]) yield Buffer.alloc(66, octet);
  for (let last = 240; last < 256; last++)
    yield Buffer.concat([Buffer.alloc(48, 255), Buffer.from([last]), Buffer.alloc(17, 255)]);
  // Four blocks have 2^128 each: their sum is 2^130 and what the blocks hold, so these are from p - 1 to p + 20.
  for (let first = 0; first < 20; first++) yield Buffer.concat([Buffer.from([first]), Buffer.alloc(65)]);
  for (let i = 0; i < 20; i++) yield seededOctets(`poly text ${i}`, 66);
}

/** RFC 8439, section 2.5.1, on integers. */
function poly1305(input: Buffer): string {
  const number = (octets: Uint8Array) => octets.reduceRight((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
  const r = number(input.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  const text = input.subarray(32);
  let sum = 0n;
  for (let at = 0; at < text.length; at += 16) {
    const block = text.subarray(at, at + 16);
    sum = ((sum + number(block) + (1n << BigInt(8 * block.length))) * r) % (2n ** 130n - 5n);
  }
  const tag = (sum + number(input.subarray(16, 32))) % 2n ** 128n;
  return Buffer.from(tag.toString(16).padStart(32, "0"), "hex").reverse().toString("hex");
}
