import fc from "fast-check";
import nacl from "tweetnacl";
import { describe, expect, it } from "vitest";
import { type Expression, fixed, type Place } from "../../../decoder/batch/assembler/expression.ts";
import { FunctionBody } from "../../../decoder/batch/assembler/function.ts";
import { ModuleBuilder } from "../../../decoder/batch/assembler/module.ts";
import { i64 } from "../../../decoder/batch/assembler/scalar.ts";
import { blake2b24 } from "../../../decoder/batch/tail/blake2b.ts";
import { poly1305 } from "../../../decoder/batch/tail/poly1305.ts";
import { hsalsa20, salsa20Head, words } from "../../../decoder/batch/tail/salsa20.ts";
import { sodiumHash } from "../../wire/libsodium.ts";
import { fromHex, hexOf, utf8 } from "../../wire/octets.ts";
import { octets } from "../../wire/property.ts";

/** tweetnacl's functions below its boxes, which its types leave out. */
const low = (
  nacl as unknown as {
    lowlevel: {
      crypto_core_hsalsa20(out: Uint8Array, input: Uint8Array, key: Uint8Array, constant: Uint8Array): void;
      crypto_stream_salsa20(out: Uint8Array, at: number, n: number, nonce: Uint8Array, key: Uint8Array): void;
      crypto_onetimeauth(
        out: Uint8Array,
        at: number,
        message: Uint8Array,
        from: number,
        n: number,
        key: Uint8Array,
      ): void;
    };
  }
).lowlevel;

const SIGMA = utf8("expand 32-byte k");
const RUNS = { seed: 0x5077, numRuns: 500 };
const INPUT = fixed(64);
const OUTPUT = fixed(4096);

/** A function of octets, computed by code that is emitted as a frame's tail is. */
function emitted(make: (body: FunctionBody, input: Place) => readonly Expression<"i32" | "i64">[], length: number) {
  const module = new ModuleBuilder();
  const body = new FunctionBody([]);
  let at = OUTPUT.offset;
  for (const word of make(body, INPUT)) {
    body.store(fixed(at), word);
    at += word.type === "i32" ? 4 : 8;
  }
  module.export("run", module.add(body));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode(8192)));
  const memory = new Uint8Array((exports.memory as WebAssembly.Memory).buffer);
  return (...inputs: Uint8Array[]): Uint8Array => {
    memory.fill(0xaa);
    memory.set(Buffer.concat(inputs), INPUT.offset);
    (exports.run as () => void)();
    return memory.slice(OUTPUT.offset, OUTPUT.offset + length);
  };
}

const longWords = (body: FunctionBody, place: Place, count: number) =>
  Array.from({ length: count }, (_, at) => body.keep(i64.load({ ...place, offset: place.offset + 8 * at })));

describe("HSalsa20 and the Salsa20 block", () => {
  it("are tweetnacl's, for any key and input", () => {
    const key = (body: FunctionBody, place: Place) => {
      const all = words(place, 12).map((word) => body.keep(word));
      return { key: all.slice(0, 8), input: all.slice(8) };
    };
    const core = emitted((body, place) => {
      const { key: k, input } = key(body, place);
      return hsalsa20(body, k, input);
    }, 32);
    const head = emitted((body, place) => {
      const { key: k, input } = key(body, place);
      return salsa20Head(body, k, input.slice(0, 2));
    }, 32);
    fc.assert(
      fc.property(octets(32), octets(16), (k, input) => {
        const expected = new Uint8Array(32);
        low.crypto_core_hsalsa20(expected, input, k, SIGMA);
        expect(core(k, input)).toEqual(expected);
        const block = new Uint8Array(64);
        low.crypto_stream_salsa20(block, 0, 64, input.subarray(0, 8), k);
        expect(head(k, input)).toEqual(block.slice(0, 32));
      }),
      RUNS,
    );
  });
});

describe("BLAKE2b of two keys", () => {
  it("is libsodium's, for any octets", () => {
    const hash = emitted((body, place) => blake2b24(body, longWords(body, place, 8)), 24);
    fc.assert(
      fc.property(octets(64), (message) => {
        expect(hash(message)).toEqual(sodiumHash(message, 24));
      }),
      RUNS,
    );
  });
});

/** Vectors of RFC 8439: section 2.5.2, and of appendix A.3 those with numbers. */
const POLY1305_VECTORS = [
  {
    name: "2.5.2",
    key: "85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b",
    message: hexOf(utf8("Cryptographic Forum Research Group")),
    tag: "a8061dc1305136c6c22b8baf0c0127a9",
  },
  { name: "A.3 #1", key: "00".repeat(32), message: "00".repeat(64), tag: "00".repeat(16) },
  {
    name: "A.3 #4",
    key: "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0",
    message: hexOf(
      utf8(
        "'Twas brillig, and the slithy toves\nDid gyre and gimble in the wabe:\n" +
          "All mimsy were the borogoves,\nAnd the mome raths outgrabe.",
      ),
    ),
    tag: "4541669a7eaaee61e708dc7cbcc5eb62",
  },
  { name: "A.3 #5", key: `02${"00".repeat(31)}`, message: "ff".repeat(16), tag: `03${"00".repeat(15)}` },
  {
    name: "A.3 #6",
    key: `02${"00".repeat(15)}${"ff".repeat(16)}`,
    message: `02${"00".repeat(15)}`,
    tag: `03${"00".repeat(15)}`,
  },
  {
    name: "A.3 #7",
    key: `01${"00".repeat(31)}`,
    message: `${"ff".repeat(16)}f0${"ff".repeat(15)}11${"00".repeat(15)}`,
    tag: `05${"00".repeat(15)}`,
  },
  {
    name: "A.3 #8",
    key: `01${"00".repeat(31)}`,
    message: `${"ff".repeat(16)}fb${"fe".repeat(15)}${"01".repeat(16)}`,
    tag: "00".repeat(16),
  },
  { name: "A.3 #9", key: `02${"00".repeat(31)}`, message: `fd${"ff".repeat(15)}`, tag: `fa${"ff".repeat(15)}` },
  {
    name: "A.3 #10",
    key: `01000000000000000400000000000000${"00".repeat(16)}`,
    message:
      "e33594d7505e43b900000000000000003394d7505e4379cd01000000000000000000000000000000000000000000000001000000000000000000000000000000",
    tag: "14000000000000005500000000000000",
  },
  {
    name: "A.3 #11",
    key: `01000000000000000400000000000000${"00".repeat(16)}`,
    message: "e33594d7505e43b900000000000000003394d7505e4379cd010000000000000000000000000000000000000000000000",
    tag: `13${"00".repeat(15)}`,
  },
];

describe("Poly1305", () => {
  const tagger = (length: number) =>
    emitted((body, place) => {
      const key = longWords(body, place, 4) as [
        Expression<"i64">,
        Expression<"i64">,
        Expression<"i64">,
        Expression<"i64">,
      ];
      return poly1305(body, key, { ...place, offset: place.offset + 32 }, length);
    }, 16);

  it.each(POLY1305_VECTORS)("computes RFC 8439's vector $name", ({ key, message, tag }) => {
    expect(hexOf(tagger(message.length / 2)(fromHex(key), fromHex(message)))).toBe(tag);
  });

  it("is tweetnacl's of a frame's ciphertext, also where sums are near 2^130 - 5", () => {
    const ofCiphertext = tagger(66);
    const many = (length: number) =>
      fc.oneof(
        octets(length),
        fc.array(fc.constantFrom(0x00, 0xff, 0xfb, 0xfe, 0x01, 0x04), { minLength: length, maxLength: length }),
      );
    fc.assert(
      fc.property(many(32), many(66), (key, message) => {
        const expected = new Uint8Array(16);
        const [k, m] = [Uint8Array.from(key), Uint8Array.from(message)];
        low.crypto_onetimeauth(expected, 0, m, 0, 66, k);
        expect(ofCiphertext(k, m)).toEqual(expected);
      }),
      { ...RUNS, numRuns: 3000 },
    );
  });
});
