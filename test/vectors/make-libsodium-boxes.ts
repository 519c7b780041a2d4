/**
 * Makes libsodium-boxes.json with libsodium alone: nothing of ours computes anything that it holds.
 *
 *     node test/vectors/make-libsodium-boxes.ts
 *
 * Boxes have ephemeral keys of their own, so that every run writes other octets; the file is made once and kept.
 */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { encodingsOf, lowOrderCoordinates } from "../wire/curve25519.ts";
import { sodiumHash, sodiumOpen, sodiumPublicKey, sodiumSeal } from "../wire/libsodium.ts";
import { hexOf } from "../wire/octets.ts";

const SIZES = [...Array<number>(40).fill(66), 0, 1, 31, 32, 33, 64, 65, 256];
const HASHED = [0, 1, 64, 127, 128, 129, 256, 300];

const boxes = SIZES.map((size) => {
  const secretKey = randomBytes(32);
  const publicKey = sodiumPublicKey(secretKey);
  const message = randomBytes(size);
  const box = sodiumSeal(message, publicKey);
  if (box === null || sodiumOpen(box, publicKey, secretKey) === null) throw new Error("libsodium refused its own box");
  return { secretKey: hexOf(secretKey), publicKey: hexOf(publicKey), message: hexOf(message), box: hexOf(box) };
});

const hashes = HASHED.map((size) => {
  const input = randomBytes(size);
  return { input: hexOf(input), blake2b192: hexOf(sodiumHash(input, 24)) };
});

const refusedRecipients = lowOrderCoordinates()
  .flatMap(encodingsOf)
  .map((publicKey) => {
    if (sodiumSeal(randomBytes(66), publicKey) !== null) throw new Error("libsodium sealed to a key of low order");
    return hexOf(publicKey);
  });

const origin = "libsodium by sodium-native 5.1.0, test/vectors/make-libsodium-boxes.ts";
const file = new URL("libsodium-boxes.json", import.meta.url);
writeFileSync(file, `${JSON.stringify({ origin, boxes, hashes, refusedRecipients }, null, 2)}\n`);
