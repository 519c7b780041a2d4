/**
 * X25519 of the batches a million times, which takes minutes and so is no test:
 *
 *     node --conditions=sotto-source bench/decoder/curve.ts [million]
 *
 * RFC 7748's iteration (section 5.2) as far as its last vector, on random points beside sodium-native, one in a hundred
 * of them with limbs at their ends.
 */
import { randomBytes } from "node:crypto";
import type { Batch } from "../../decoder/batch/batch.ts";
import { wasmBatch } from "../../decoder/batch/wasmbatch.ts";
import { compileBatch } from "../../decoder/batch/wasmcode.ts";
import { sodiumScalarMult } from "../../test/wire/libsodium.ts";

const ITERATED = "7c3911e0ab2586fd864497297e575e6f3bc601c0883c30df5f4dd2d24f665424";
const times = Math.round(Number(process.argv[2] ?? 1) * 1_000_000);
const batches = [2, 4].map((lanes) => wasmBatch(compileBatch(lanes as 2 | 4)));

let failures = 0;
for (const batch of batches) failures += differences(batch);
const [first] = batches as [Batch];
if (times === 1_000_000) {
  const isRight = iterated(first) === ITERATED;
  console.log(`${first.path}: RFC 7748's vector of a million iterations ${isRight ? "fits" : "DOES NOT FIT"}`);
  if (!isRight) failures++;
}
process.exitCode = failures === 0 ? 0 : 1;

/** Random points whose product is not libsodium's. */
function differences(batch: Batch): number {
  const atOnce = 4096;
  let wrong = 0;
  for (let done = 0; done < times; done += atOnce) {
    const scalar = randomBytes(32);
    const points = randomBytes(32 * Math.min(atOnce, times - done));
    for (let at = 0; at < points.length; at += 3200) points.fill(at % 6400 === 0 ? 0xff : 0, at + (at % 29), at + 31);
    const products = batch.x25519(scalar, points);
    for (let at = 0; at < points.length; at += 32) {
      const expected = sodiumScalarMult(scalar, points.subarray(at, at + 32));
      if (Buffer.compare(products.subarray(at, at + 32), expected) !== 0) wrong++;
    }
  }
  console.log(`${batch.path}: ${times.toLocaleString("en-US")} points, ${wrong} differ from libsodium's`);
  return wrong;
}

function iterated(batch: Batch): string {
  let scalar = Uint8Array.of(9, ...new Uint8Array(31));
  let u = scalar;
  for (let round = 0; round < 1_000_000; round++) [scalar, u] = [Uint8Array.from(batch.x25519(scalar, u)), scalar];
  return Buffer.from(scalar).toString("hex");
}
