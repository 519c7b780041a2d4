import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../e2e/scene.ts";
import { Road } from "./road.ts";
import { GRANTED, KEY, TODAY, User, WEEKLY, WEEKLY_TEXT } from "./user.ts";

const HOMES = 4;
const ROUNDS = 2;
const PROGRAMS = 3;

/** Milliseconds that a program takes to write down what it has, and a sender to seal and send it, and a little more. */
const PROGRAM_MOST = 25;
const SENDER_MOST = 60;

/** When a lock is dead, and somebody may start a sender again. */
const LATER_MINUTES = 20;

/** Longer than the wait after a fourth attempt: so many senders may have died while they asked. */
const MUCH_LATER_MINUTES = 5 * 24 * 60;

/** Runs in good health until nothing waits any more, at most. */
const LAST_RUNS = 5;

describe(`kill -9 of ${PROGRAMS} programs and their sender at a random moment, ${ROUNDS} times in each of ${HOMES} homes`, () => {
  it("never makes two reports of one window, nor none, and leaves what can be read", async () => {
    const killed = { programs: 0, senders: 0 };
    await Promise.all(Array.from({ length: HOMES / 2 }, () => liveIn(HOMES / 2)));
    expect(killed.programs).toBeGreaterThan(0);
    expect(killed.senders).toBeGreaterThan(0);

    async function liveIn(homes: number): Promise<void> {
      for (let home = 0; home < homes; home++) {
        const road = await Road.toServer();
        const user = await User.make();
        const env = { ...GRANTED, SOTTO_SERVER: road.address };
        const ended: boolean[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          ended.push(...(await killPrograms(user, env)));
          // Whatever these have started.
          user.endProcesses();
          await user.quiet();
          await expectReadable(user);
          await user.later(LATER_MINUTES);
          if (await killSender(user, env)) killed.senders++;
          await expectReadable(user);
          await user.later(LATER_MINUTES);
        }
        const runs = ended.filter(Boolean).length;
        killed.programs += ended.length - runs;
        for (let run = 0; run < LAST_RUNS && !(await isDone(user)); run++) {
          await user.run([WEEKLY, "close"], { env });
          await user.quiet();
          await user.later(MUCH_LATER_MINUTES);
        }
        expect(await isDone(user)).toBe(true);
        // One more, which finds what the dead left behind.
        await user.runSender(env);
        expect(road.texts(KEY)).toEqual([WEEKLY_TEXT]);
        const counted = await expectReadable(user);
        expect([counted >= runs, counted <= ended.length]).toEqual([true, true]);
        expect(await user.find(/\.new-/)).toEqual([]);
      }
    }
  });
});

/** Kills programs that are about to close. @returns of each, whether it had ended before. */
async function killPrograms(user: User, env: Readonly<Record<string, string>>): Promise<boolean[]> {
  const folder = await temporaryFolder();
  const one = async (_: unknown, number: number) => {
    const closing = join(folder, String(number));
    const program = user.start([WEEKLY, "count=runs", `touch=${closing}`, "close"], { env });
    await vi.waitUntil(() => existsSync(closing), { timeout: 60_000, interval: 1 });
    await sleep(Math.random() * PROGRAM_MOST);
    program.kill("SIGKILL");
    return (await program.closed).signal === null;
  };
  return await Promise.all(Array.from({ length: PROGRAMS }, one));
}

/** Kills a sender some time after it took its lock, more often early than late. @returns whether it had not ended before. */
async function killSender(user: User, env: Readonly<Record<string, string>>): Promise<boolean> {
  const lock = join(user.state.path, "sender.lock");
  const sender = user.startSender(env);
  const isAtWork = () =>
    !sender.running || Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0) < 60_000;
  await vi.waitUntil(isAtWork, { timeout: 60_000, interval: 1 });
  await sleep(Math.random() ** 2 * SENDER_MOST);
  sender.kill("SIGKILL");
  await sender.closed;
  // One that ends by itself, by the same signal, removes its lock before.
  return existsSync(lock);
}

/** Whether the report was made and nothing waits. Programs may all have died after they counted, and before they said it. */
async function isDone(user: User): Promise<boolean> {
  const waiting = await user.find(/due-weekly\.json$|^spool\/left-pad\/./);
  const [state] = await user.find(/^installations\/.*\/state\.json$/);
  if (waiting.length > 0 || state === undefined) return false;
  const { reports } = JSON.parse(await readFile(state, "utf8"));
  return reports.weekly?.reported.length > 0;
}

/** Fails if a file that is not half written cannot be read. @returns how many runs were counted. */
async function expectReadable(user: User): Promise<number> {
  let runs = 0;
  for (const path of await user.find(/[^/]+\.(json|ndjson)$/)) {
    if (basename(path).startsWith(".")) continue;
    const text = await readFile(path, "utf8");
    // A program may have died between making the file of counts and writing to it.
    const texts = path.endsWith(".ndjson") ? text.split("\n").filter((line) => line !== "") : [text];
    for (const one of texts) {
      expect(() => JSON.parse(one), `${path}: ${text}`).not.toThrow();
      if (path.endsWith(`counts-${TODAY}.ndjson`)) runs += JSON.parse(one).counts.runs;
    }
  }
  return runs;
}
