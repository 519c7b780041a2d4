/**
 * How many frames a second each engine tries, beside libsodium itself: the bare function in a loop, in the same run.
 * One frame in a hundred is ours, as in a log that many projects share.
 */
import { type Engine, engineOf, Scan } from "@sotto/decoder";
import { boxOf, dayOf, generateKeyPair, type SealedFrame, seal } from "@sotto/wire";
import sodium from "sodium-native";
import { figure, median, printTable } from "./table.ts";

const FRAMES = 2000;
const ROUNDS = 7;
const ROUND_MILLISECONDS = 400;

const own = generateKeyPair();
const day = dayOf(Date.now() / 1000);
const frames = Array.from({ length: FRAMES }, (_, index) => {
  const key = index % 100 === 0 ? own : generateKeyPair();
  return (seal('{"a":1}', key.publicKey, { day, bits: 0 })[0] as SealedFrame).frame;
});
const segment = { start: day * 86_400, end: day * 86_400 + 3600 };

/** Tries frames in turn for a while; returns frames a second. */
function rate(tryFrame: (frame: Uint8Array) => void): number {
  const begin = performance.now();
  let tried = 0;
  while (performance.now() - begin < ROUND_MILLISECONDS) {
    for (let i = 0; i < 100; i++) tryFrame(frames[tried++ % FRAMES] as Uint8Array);
  }
  return (tried / (performance.now() - begin)) * 1000;
}

const block = Buffer.alloc(66);
const opening = (engine: Engine) => (frame: Uint8Array) => void engine.open(frame, [own]);
const contestants: [string, (frame: Uint8Array) => void][] = [
  ["libsodium, bare", (frame) => void sodium.crypto_box_seal_open(block, boxOf(frame), own.publicKey, own.secretKey)],
];
const native = await engineOf("sodium-native");
contestants.push(["engine sodium-native", opening(native)]);
const scan = new Scan(native, [own]);
contestants.push(["whole scan, sodium-native", (frame) => void scan.read(frame, segment)]);
contestants.push(["engine tweetnacl", opening(await engineOf("tweetnacl"))]);

const rates = contestants.map(() => [] as number[]);
for (let round = 0; round < ROUNDS; round++) {
  for (const [i, [, tryFrame]] of contestants.entries()) rates[i]?.push(rate(tryFrame));
}
const base = median(rates[0] ?? []);
console.log(`Frames tried a second on one core, median of ${ROUNDS} rounds\n`);
printTable(
  ["engine", "frames/s", "ratio"],
  contestants.map(([name], i) => [name, figure(median(rates[i] ?? [])), (median(rates[i] ?? []) / base).toFixed(2)]),
);
