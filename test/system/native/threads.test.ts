import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { expectedHits, madeFrames, other, own, slabOf } from "../../decoder/engine/frames.ts";
import { seededOctets } from "../../e2e/frames.ts";
import { expectedProducts, joined, randomPoints } from "./points.ts";
import { builtBinding } from "./subject.ts";

const THREAD = new URL("threads.child.ts", import.meta.url);
const ROUNDS = 40;

const running = builtBinding().paths.filter(({ runs }) => runs);

it.each(running)("threads that use $name at the same time do not disturb each other", async ({ name: path }) => {
  const jobs = ["first", "second", "third"].map((seed) => {
    const frames = madeFrames(seed);
    const scalar = new Uint8Array(seededOctets(`scalar ${seed}`, 32));
    const points = randomPoints(`thread ${seed}`, 150);
    return {
      rounds: ROUNDS,
      path,
      frames: slabOf(frames),
      keys: [{ ...own }],
      matches: expectedHits(frames).map(({ index, key }) => ({ index, key })),
      scalar,
      points: joined(points),
      products: joined(expectedProducts(scalar, points)),
    };
  });
  // One has a key that fits little: what another thread found would be seen.
  const [last] = jobs.slice(-1);
  if (last !== undefined) Object.assign(last, { keys: [{ ...other }], matches: matchesOfOther("third") });
  const threads = jobs.map((workerData) => new Worker(THREAD, { workerData, execArgv: ["--conditions=sotto-source"] }));
  const wrong = await Promise.all(threads.map(async (thread) => (await once(thread, "message"))[0]));
  await Promise.all(threads.map((thread) => thread.terminate()));
  expect(wrong).toEqual([0, 0, 0]);
});

function matchesOfOther(seed: string) {
  return madeFrames(seed).flatMap(({ what }, index) => (what === "another project's" ? [{ index, key: 0 }] : []));
}
