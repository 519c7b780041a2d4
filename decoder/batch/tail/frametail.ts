import { BOX_OCTETS, HEAD_OCTETS, KEY_OCTETS } from "@sotto/wire";
import type { Expression } from "../assembler/expression.ts";
import { behind, pointed } from "../assembler/expression.ts";
import { FunctionBody, type FunctionReference } from "../assembler/function.ts";
import type { ModuleBuilder } from "../assembler/module.ts";
import { i32, i64 } from "../assembler/scalar.ts";
import { blake2b24 } from "./blake2b.ts";
import { poly1305 } from "./poly1305.ts";
import { hsalsa20, salsa20Head, words } from "./salsa20.ts";

type I64 = Expression<"i64">;

/** Octets of a tag of Poly1305. */
const TAG_OCTETS = 16;

const CIPHERTEXT_OCTETS = BOX_OCTETS - KEY_OCTETS - TAG_OCTETS;

/**
 * What is left of a frame once its shared secret is known: fits(frame, public key, shared secret), all three addresses,
 * gives 1 where the tag is the ciphertext's, and 0 where it is not or the secret is all zero.
 *
 * As libsodium's `crypto_box_seal_open`: the key is HSalsa20(shared secret, 0) and the nonce BLAKE2b-192(ephemeral
 * public key || public key); XSalsa20 takes them to HSalsa20(key, first 16 octets of the nonce) and a stream, the first
 * 32 octets of which are the key of Poly1305. Tag and secret are looked at as a whole, not up to where they differ.
 */
export function addFrameTail(module: ModuleBuilder): FunctionReference<["i32", "i32", "i32"], "i32"> {
  const body = new FunctionBody(["i32", "i32", "i32"]);
  const [frame, publicKey, secret] = body.parameters;
  const ephemeral = pointed(frame, HEAD_OCTETS);
  const tag = behind(ephemeral, KEY_OCTETS);
  const longWords = (place: typeof tag, count: number) =>
    Array.from({ length: count }, (_, at) => body.keep(i64.load(behind(place, 8 * at))));

  const zero = Array.from({ length: 4 }, () => i32.constant(0));
  const key = hsalsa20(body, words(pointed(secret), 8), zero);
  const nonce = blake2b24(body, [...longWords(ephemeral, 4), ...longWords(pointed(publicKey), 4)]).flatMap((word) => [
    body.keep(i64.wrap(word)),
    body.keep(i64.wrap(i64.shiftRight(word, 32))),
  ]);
  const head = salsa20Head(body, hsalsa20(body, key, nonce.slice(0, 4)), nonce.slice(4));
  const macKey = [0, 2, 4, 6].map((at) => {
    const [low, high] = head.slice(at, at + 2) as [Expression<"i32">, Expression<"i32">];
    return body.keep(i64.or(i64.extend(low), i64.shiftLeft(i64.extend(high), 32)));
  });
  const computed = poly1305(body, macKey as [I64, I64, I64, I64], behind(tag, TAG_OCTETS), CIPHERTEXT_OCTETS);
  const [tag0, tag1] = longWords(tag, 2) as [I64, I64];
  const difference = i64.or(i64.xor(computed[0], tag0), i64.xor(computed[1], tag1));
  const anyOfSecret = longWords(pointed(secret), 4).reduce((any, word) => i64.or(any, word));
  body.give(i32.and(i64.isZero(difference), i32.xor(i64.isZero(anyOfSecret), i32.constant(1))));
  return module.add(body, "i32");
}
