import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../e2e/scene.ts";
import { Road } from "../client/road.ts";
import { GRANTED, KEY, TODAY, User, WEEKLY, WEEKLY_TEXT } from "../client/user.ts";
import { compileSources, installationFile, PROJECT, PythonProgram } from "./python.ts";

const ROUNDS = 4;
const PROGRAMS = 3;

/** Milliseconds that a program takes to write down what it has, and a sender to seal and send it, and a little more. */
const PROGRAM_MOST = 15;
const SENDER_MOST = 120;

/** Longer than the wait after a fourth attempt: so many senders may have died while they asked. */
const MUCH_LATER_MINUTES = 5 * 24 * 60;
const LATER_MINUTES = 20;

/** Runs in good health until nothing waits any more, at most. */
const LAST_RUNS = 5;

beforeAll(compileSources);

describe(`kill -9 of ${PROGRAMS} Python programs and their sender at a random moment, ${ROUNDS} times`, () => {
  it("never makes two reports of one window, nor none, and leaves what can be read", async () => {
    const road = await Road.toServer();
    const user = await User.make();
    const python = await PythonProgram.of(user);
    const env = { ...GRANTED, SOTTO_SERVER: road.address };
    const ended: boolean[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      ended.push(...(await killPrograms(python, env)));
      user.endProcesses();
      await user.quiet();
      await expectReadable(user);
      await user.later(LATER_MINUTES);
      await noteStart(user);
      python.startSender(env);
      await vi.waitUntil(() => python.senders().length === 0 || existsSync(join(user.state.path, "sender.lock")));
      await sleep(Math.random() ** 2 * SENDER_MOST);
      user.endProcesses();
      await user.quiet();
      await expectReadable(user);
      await user.later(LATER_MINUTES);
    }
    expect(ended).toContain(false);
    for (let run = 0; run < LAST_RUNS && !(await isDone(user)); run++) {
      await python.run([WEEKLY, "close"], env);
      await user.quiet();
      await user.later(MUCH_LATER_MINUTES);
    }
    expect(await isDone(user)).toBe(true);
    // One more, which finds what the dead left behind.
    await python.startSender(env).closed;
    await user.quiet();
    expect(road.texts(KEY)).toEqual([WEEKLY_TEXT]);
    const counted = await expectReadable(user);
    const runs = ended.filter(Boolean).length;
    expect([counted >= runs, counted <= ended.length]).toEqual([true, true]);
    expect(await user.find(/\.new-/)).toEqual([]);
  });
});

/** What a program writes before it starts a sender: without it nobody would come after one that was killed. */
async function noteStart(user: User): Promise<void> {
  if (!existsSync(user.state.path)) return;
  const minute = Math.floor(Date.now() / 60_000) + 10;
  await writeFile(join(user.state.path, "next.json"), JSON.stringify({ version: 1, minute }));
}

/** Kills programs that are about to close. @returns of each, whether it had ended before. */
async function killPrograms(python: PythonProgram, env: Readonly<Record<string, string>>): Promise<boolean[]> {
  const folder = await temporaryFolder();
  const one = async (_: unknown, number: number) => {
    const closing = join(folder, String(number));
    const program = python.start([WEEKLY, "count=runs", `touch=${closing}`, "close"], env);
    await vi.waitUntil(() => existsSync(closing), { timeout: 60_000, interval: 1 });
    await sleep(Math.random() * PROGRAM_MOST);
    program.kill("SIGKILL");
    return (await program.closed).signal === null;
  };
  return await Promise.all(Array.from({ length: PROGRAMS }, one));
}

async function isDone(user: User): Promise<boolean> {
  const waiting = await user.find(/due-weekly\.json$|^spool\/right-pad\/./);
  const [state] = await user.find(/^installations\/.*\/state\.json$/);
  if (waiting.length > 0 || state === undefined) return false;
  const { reports } = JSON.parse(await readFile(state, "utf8"));
  return reports.weekly?.reported.length > 0;
}

/** Fails if a file that is not half written cannot be read. @returns how many runs were counted. */
async function expectReadable(user: User): Promise<number> {
  for (const path of await user.find(/[^/]+\.json$/)) {
    const text = await readFile(path, "utf8");
    if (!basename(path).startsWith(".")) expect(() => JSON.parse(text), `${path}: ${text}`).not.toThrow();
  }
  if (!existsSync(join(user.state.path, "installations"))) return 0;
  const counts = installationFile(user, PROJECT, `counts-${TODAY}.ndjson`);
  const lines = existsSync(counts) ? (await readFile(counts, "utf8")).split("\n") : [];
  return lines.filter((line) => line !== "").reduce((runs, line) => runs + JSON.parse(line).counts.runs, 0);
}
