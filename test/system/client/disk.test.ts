import { chmod, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { fill } from "../faults/ballast.ts";
import { mountTmpfs, remount } from "../faults/server.ts";
import { requirePackages } from "../network/packages.ts";
import { Road } from "./road.ts";
import { GRANTED, KEY, UNTROUBLED, User, WEEKLY, WEEKLY_TEXT } from "./user.ts";
import { timesRun, watch } from "./watching.ts";

const ACTS = [WEEKLY, "count=runs", "close"];
const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];

/** Pages that are left: for no whole file, for all of a run's, for some of its sender's, and for almost all of them. */
const ROOMS = [0, 3, 6, 8, 10] as const;

beforeAll(() => requirePackages({ strace: "strace" }));

describe("a home that the program cannot write to", () => {
  it("read-only: the program notices nothing and starts no sender; when it is writable again, it reports", async () => {
    const road = await Road.toServer();
    const disk = mountTmpfs("1m");
    const user = await User.make({}, disk);
    const env = { ...user.environment, ...GRANTED, SOTTO_SERVER: road.address };
    remount(disk, "ro");
    const watched = await watch(user.argv(...ACTS), env);
    expect(watched).toMatchObject({ ...UNTROUBLED, network: [], processes: [] });
    expect(user.files()).toEqual([]);
    remount(disk, "rw");
    expect(timesRun(await watch(user.argv(...ACTS), env), "/sender/main.ts")).toBe(1);
    expect(road.texts(KEY)).toEqual([WEEKLY_TEXT]);
  });

  it("somebody else's: the program notices nothing, and starts no sender", async () => {
    const user = await User.make();
    await chmod(dirname(user.home), 0o755);
    await mkdir(join(user.home, ".local"), { mode: 0o755 });
    const env = { ...user.environment, ...GRANTED };
    expect(await user.run(ACTS, { env, wrapper: NOBODY })).toEqual(UNTROUBLED);
    expect(user.processes()).toEqual([]);
    expect(user.files()).toEqual([".local"]);
  });
});

describe("a disk that is full", () => {
  it("at any file: no run notices anything, one sender is started at most, and with room there is one report", async () => {
    const waiting = [...ROOMS];
    const started = new Map<number, number>();
    const work = async () => {
      for (let pages = waiting.shift(); pages !== undefined; pages = waiting.shift()) {
        started.set(pages, await sendersStarted(pages));
      }
    };
    await Promise.all([work(), work()]);
    // Where a sender could not even say that it was started, none is.
    expect(ROOMS.map((pages) => started.get(pages))).toEqual([0, 0, 1, 1, 1]);
  });
});

/** Runs the program twice with so many pages free, then with room. @returns how many senders the first two started. */
async function sendersStarted(pages: number): Promise<number> {
  const road = await Road.toServer();
  const disk = mountTmpfs("256k");
  const user = await User.make({}, disk);
  const env = { ...user.environment, ...GRANTED, SOTTO_SERVER: road.address };
  const ballast = fill(disk, pages);
  let senders = 0;
  for (let run = 0; run < 2; run++) {
    const watched = await watch(user.argv(...ACTS), env, { onlyStarts: true });
    expect(watched, `${pages} pages`).toMatchObject(UNTROUBLED);
    senders += timesRun(watched, "/sender/main.ts");
  }
  await rm(ballast);
  await user.later(20);
  const after = await watch(user.argv(...ACTS), env, { onlyStarts: true });
  expect(after, `${pages} pages`).toMatchObject(UNTROUBLED);
  expect(road.texts(KEY), `${pages} pages`).toEqual([WEEKLY_TEXT]);
  expect(await user.find(/due-|^spool\/left-pad\/./), `${pages} pages`).toEqual([]);
  return senders;
}
