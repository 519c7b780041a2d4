import { syncBuiltinESMExports } from "node:module";
import { mock } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { askPerson } from "../../../client/telemetry/question.ts";

/**
 * Asks as the client does: `patience.ts MILLISECONDS` says how long it waits, and without a number it waits as long as
 * the client does, by a clock that this program turns and tells of.
 */
const [, , given] = process.argv;
const terminal = { input: process.stdin, output: process.stdout };
const say = (text: string) => process.stdout.write(`${text}\n`);

if (given === undefined) {
  mock.timers.enable({ apis: ["setTimeout"] });
  // What was imported by name is still the real one.
  syncBuiltinESMExports();
  const asking = askPerson(terminal, "A question.\n");
  let milliseconds = 0;
  let isOver = false;
  const whenOver = asking.then((answer) => {
    isOver = true;
    say(`${answer} after ${milliseconds}`);
  });
  // The prompt is shown, and the wait begun.
  for (let turns = 0; turns < 100; turns++) await turn();
  for (const step of [59_999, 1]) {
    if (isOver) break;
    milliseconds += step;
    mock.timers.tick(step);
    for (let turns = 0; turns < 100; turns++) await turn();
  }
  await whenOver;
} else say(`${await askPerson(terminal, "A question.\n", Number(given))} in the end`);
