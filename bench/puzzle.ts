/** What the puzzle costs whom: the client once a report, a flooder once a frame, the collector once a query. */
import { randomBytes, randomInt } from "node:crypto";
import { BOX_OCTETS, DEFAULT_BITS, makeFrame, solve, verify } from "@sotto/wire";
import { figure, median, printTable } from "./table.ts";

const SOLUTIONS = 60;
const CHECKS = 200_000;

const times: number[] = [];
for (let i = 0; i < SOLUTIONS; i++) {
  const box = randomBytes(BOX_OCTETS);
  const begin = performance.now();
  solve(47, box, DEFAULT_BITS, randomInt(2 ** 24));
  times.push(performance.now() - begin);
}
const mean = times.reduce((sum, time) => sum + time, 0) / SOLUTIONS;
const slowest = [...times].sort((a, b) => a - b)[Math.floor(SOLUTIONS * 0.95)] ?? Number.NaN;

const frames = Array.from({ length: 1000 }, () => makeFrame(47, 0, randomBytes(BOX_OCTETS)));
const begin = performance.now();
for (let i = 0; i < CHECKS; i++) verify(frames[i % frames.length] as Uint8Array, DEFAULT_BITS);
const check = (performance.now() - begin) / CHECKS;

const beginJunk = performance.now();
for (let i = 0; i < CHECKS; i++) makeFrame(47, i, randomBytes(BOX_OCTETS));
const junk = (performance.now() - beginJunk) / CHECKS;

console.log(`The puzzle at ${DEFAULT_BITS} bits on one core, ${SOLUTIONS} solutions\n`);
printTable(
  ["who", "microseconds", "times a check"],
  [
    ["client, median report", figure(1000 * median(times)), figure(median(times) / check)],
    ["client, one report in twenty takes more than", figure(1000 * slowest), figure(slowest / check)],
    ["flooder, mean frame", figure(1000 * mean), figure(mean / check)],
    ["flooder without a solution, a frame of junk", figure(1000 * junk), figure(junk / check)],
    ["collector, a check", figure(1000 * check), "1"],
  ],
);
console.log(`\nA solved frame costs a flooder ${figure(mean / junk)} times what junk costs.`);
