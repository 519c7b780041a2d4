import { readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { requirePackages } from "../network/packages.ts";
import { Road } from "./road.ts";
import { GRANTED, KEY, UNTROUBLED, User, WEEKLY, WEEKLY_TEXT } from "./user.ts";
import { timesRun, watch } from "./watching.ts";

/** Seconds after which nobody is believed to hold a lock that was not renewed. */
const DEAD_SECONDS = 6 * 60;

/** Half a minute is longer than any step of a test, and shorter than a lock's life. */
const MARGIN_SECONDS = 30;

beforeAll(() => requirePackages({ strace: "strace" }));

/** A user whose report is due while another process, in a container with the same home, has the sender's lock. */
async function besideAnother(secondsAgo: number) {
  const road = await Road.toServer();
  const user = await User.make();
  const env = { ...GRANTED, SOTTO_SERVER: road.address };
  const lock = join(user.state.path, "sender.lock");
  // The first run finds no state folder to lock.
  await user.run(["count=runs", "close"], { env });
  await writeFile(lock, "another", { mode: 0o600 });
  const renewed = Date.now() / 1000 - secondsAgo;
  await utimes(lock, renewed, renewed);
  return { road, user, env, lock };
}

describe("the sender's lock", () => {
  it("of another process that lives: no program starts a sender, and a sender ends without a word and without a name", async () => {
    const { road, user, env, lock } = await besideAnother(DEAD_SECONDS - MARGIN_SECONDS);
    const before = await stat(lock);
    const watched = await watch(user.argv(WEEKLY, "close"), { ...user.environment, ...env });
    expect(watched).toMatchObject({ ...UNTROUBLED, network: [], processes: [] });
    expect(await user.runSender(env)).toEqual({ code: null, signal: "SIGKILL", printed: "" });
    expect(road.queries).toEqual([]);
    expect(await user.find(/due-weekly\.json$/)).toHaveLength(1);
    expect([await readFile(lock, "utf8"), (await stat(lock)).mtimeMs]).toEqual(["another", before.mtimeMs]);
  });

  it.each([
    ["that died", DEAD_SECONDS + MARGIN_SECONDS],
    ["that renewed it by a clock which ran ahead", -DEAD_SECONDS - MARGIN_SECONDS],
  ])("of another process %s is taken over, and the report is sent", async (_, secondsAgo) => {
    const { road, user, env } = await besideAnother(secondsAgo);
    const watched = await watch(user.argv(WEEKLY, "close"), { ...user.environment, ...env });
    expect(watched).toMatchObject(UNTROUBLED);
    expect(timesRun(watched, "/sender/main.ts")).toBe(1);
    expect(road.texts(KEY)).toEqual([WEEKLY_TEXT]);
    expect(await user.find(/\.lock/)).toEqual([]);
  });
});
