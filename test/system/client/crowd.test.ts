import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { weekOf } from "@sotto/wire";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../e2e/scene.ts";
import { requirePackages } from "../network/packages.ts";
import { Road } from "./road.ts";
import { GRANTED, KEY, TODAY, UNTROUBLED, User, WEEKLY, WEEKLY_TEXT } from "./user.ts";
import { timesRun, watch } from "./watching.ts";

const PROCESSES = 50;

/** Runs a program so often at once; each makes a file of its number when it has opened, and one if it fails. */
const CROWD = `meeting=$1; shift
for number in $(seq ${PROCESSES}); do
  ("$@" "touch=$meeting/ready-$number" "await=$meeting/go" close || : >"$meeting/failed-$number") &
done
wait`;

beforeAll(() => requirePackages({ strace: "strace" }));

describe(`${PROCESSES} processes at once`, () => {
  it("seal one report, start one sender, and count every one of them", async () => {
    const road = await Road.toServer();
    const user = await User.make();
    const meeting = await temporaryFolder();
    const env = { ...user.environment, ...GRANTED, SOTTO_SERVER: road.address };
    const argv = ["sh", "-c", CROWD, "sh", meeting, ...user.argv(WEEKLY, "count=runs")];
    const watching = watch(argv, env, { onlyStarts: true });
    await vi.waitUntil(async () => (await readdir(meeting)).length === PROCESSES, { timeout: 120_000 });
    // Nobody has written anything yet, and all do now.
    expect(user.files()).toEqual([]);
    await writeFile(join(meeting, "go"), "");
    const watched = await watching;
    expect(watched).toMatchObject(UNTROUBLED);
    expect((await readdir(meeting)).filter((name) => name.startsWith("failed"))).toEqual([]);
    expect(timesRun(watched, "/program.ts")).toBe(PROCESSES);
    expect(timesRun(watched, "/sender/main.ts")).toBe(1);
    expect(road.texts(KEY)).toEqual([WEEKLY_TEXT]);
    expect(user.stateFiles()).toEqual([
      "history/clock.json",
      `history/left-pad/${TODAY}-HASH.json`,
      `history/left-pad/${TODAY}-HASH.state.json`,
      `left-pad/counts-${TODAY}.ndjson`,
      "left-pad/definition.json",
      "left-pad/state.json",
      "pace.json",
      "zones.json",
    ]);
    expect(await user.read(/installations.*\/state\.json$/)).toMatchObject({
      reports: { weekly: { reported: [weekOf(TODAY)] } },
    });
    const [counts = ""] = await user.find(/\/counts-\d+\.ndjson$/);
    const lines = (await readFile(counts, "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(Array(PROCESSES).fill({ counts: { runs: 1 } }));
  });
});
