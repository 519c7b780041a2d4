/**
 * Holds a batch against libsodium, by sodium-native, on more points than CI has time for, and runs the million iterations of
 * RFC 7748:
 *
 *     npm run points -- [--engine native|wasm] [--path "AVX2, 4 lanes"|"4 lanes"] [--points 1000000] [--iterations 1000000]
 *
 * Scalars and points are random and new each time, and in each chunk some points are extreme or of low order, at random
 * places. Ends with 1, and prints scalar and point, where a result differs.
 */
import { randomBytes, randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { toHex } from "@sotto/wire";
import { BATCH_NAMES, type Batch, type BatchName } from "../../decoder/batch/batch.ts";
import { nativeBatch, nativePaths } from "../../decoder/batch/native.ts";
import { wasmBatch } from "../../decoder/batch/wasmbatch.ts";
import { compileBatch } from "../../decoder/batch/wasmcode.ts";
import { RFC_ITERATIONS } from "../../test/decoder/batch/rfc7748.ts";
import { cut, extremePoints, joined, lowOrderPoints } from "../../test/system/native/points.ts";
import { sodiumScalarMult } from "../../test/wire/libsodium.ts";

/** Points of a call, and in how many of them chance puts a special one. Neither is a multiple of the lanes. */
const CHUNK = 4_099;
const SPECIAL = 61;

const LOADERS: Readonly<Record<BatchName, (path?: string) => Promise<Batch>>> = {
  native: async (path) => await nativeBatch(path ?? ((await nativePaths()).runs[0] as string)),
  wasm: async (path = "2") => wasmBatch(compileBatch(/4/.test(path) ? 4 : 2)),
};

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "native" },
    path: { type: "string" },
    points: { type: "string", default: "1000000" },
    iterations: { type: "string", default: "1000000" },
  },
});

const batch = await batchOf(values.engine);
console.log(`${batch.name}: ${batch.path}; Node ${process.versions.node}`);
if (!comparePoints(Number(values.points)) || !iterate(Number(values.iterations))) process.exitCode = 1;

async function batchOf(name: string): Promise<Batch> {
  const known = BATCH_NAMES.find((one) => one === name);
  if (known === undefined) throw new Error(`'${name}' is none of the batches ${BATCH_NAMES.join(", ")} that there are`);
  return await LOADERS[known](values.path);
}

function comparePoints(count: number): boolean {
  const special = [...extremePoints(), ...lowOrderPoints()];
  const started = performance.now();
  let different = 0;
  let zeros = 0;
  for (let done = 0; done < count; done += CHUNK) {
    const scalar = new Uint8Array(randomBytes(32));
    const points = cut(new Uint8Array(randomBytes(32 * Math.min(CHUNK, count - done))));
    for (let i = 0; i < SPECIAL; i++)
      points[randomInt(points.length)] = special[randomInt(special.length)] ?? new Uint8Array(32);
    const results = cut(batch.x25519(scalar, joined(points)));
    for (const [i, point] of points.entries()) {
      const expected = sodiumScalarMult(scalar, point);
      if (expected.every((octet) => octet === 0)) zeros++;
      if (Buffer.compare(results[i] ?? new Uint8Array(), expected) === 0) continue;
      different++;
      console.log(`differs from libsodium: scalar ${toHex(scalar)}, point ${toHex(point)}`);
    }
  }
  console.log(
    `${count.toLocaleString("en-US")} points, ${zeros.toLocaleString("en-US")} of them of low order: ` +
      `${different} differ from libsodium (${secondsSince(started)} s)`,
  );
  return different === 0;
}

/** RFC 7748, section 5.2: k, u = X25519(k, u), k. */
function iterate(times: number): boolean {
  const started = performance.now();
  let k: Uint8Array = new Uint8Array(32);
  k[0] = 9;
  let u = k;
  let isRight = true;
  for (let i = 1; i <= times; i++) {
    [k, u] = [batch.x25519(k, u), k];
    const expected = RFC_ITERATIONS.get(i);
    if (expected === undefined) continue;
    const isSame = toHex(k) === expected;
    isRight &&= isSame;
    console.log(`after ${i.toLocaleString("en-US")} iterations ${isSame ? "as" : "NOT as"} in RFC 7748, section 5.2`);
  }
  console.log(`${times.toLocaleString("en-US")} iterations (${secondsSince(started)} s)`);
  return isRight;
}

function secondsSince(started: number): string {
  return ((performance.now() - started) / 1_000).toFixed(1);
}
