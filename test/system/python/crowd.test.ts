import { readdir, readFile, writeFile } from "node:fs/promises";
import { weekOf } from "@sotto/wire";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../e2e/scene.ts";
import { Road } from "../client/road.ts";
import { GRANTED, KEY, TODAY, UNTROUBLED, User, WEEKLY, WEEKLY_TEXT } from "../client/user.ts";
import { Program } from "../network/program.ts";
import { compileSources, installationFile, PROJECT, PythonProgram } from "./python.ts";

const PROCESSES = 20;

/** Runs a program so often at once; each makes a file of its number when it has opened, and one if it fails. */
const CROWD = `meeting=$1; shift
for number in $(seq ${PROCESSES}); do
  ("$@" "touch=$meeting/ready-$number" "await=$meeting/go" close || : >"$meeting/failed-$number") &
done
wait`;

beforeAll(compileSources);

describe(`${PROCESSES} Python processes at once`, () => {
  it("make one report, and count every one of them", async () => {
    const road = await Road.toServer();
    const user = await User.make();
    const python = await PythonProgram.of(user);
    const meeting = await temporaryFolder();
    const argv = ["sh", "-c", CROWD, "sh", meeting, ...python.argv(WEEKLY, "count=runs")];
    const env = { ...python.environment, ...GRANTED, SOTTO_SERVER: road.address };
    const crowd = new Program([], argv, { cwd: "/", env });
    await vi.waitUntil(async () => (await readdir(meeting)).length === PROCESSES, { timeout: 120_000 });
    // Nobody has written anything yet, and all do now.
    expect(user.files()).toEqual([]);
    await writeFile(`${meeting}/go`, "");
    expect(await crowd.closed).toEqual({ code: 0, signal: null });
    expect(crowd.output).toBe("");
    await user.quiet();
    expect((await readdir(meeting)).filter((name) => name.startsWith("failed"))).toEqual([]);
    expect(road.texts(KEY)).toEqual([WEEKLY_TEXT]);
    const state = JSON.parse(await readFile(installationFile(user, PROJECT, "state.json"), "utf8"));
    expect(state.reports.weekly.reported).toEqual([weekOf(TODAY)]);
    const lines = (await readFile(installationFile(user, PROJECT, `counts-${TODAY}.ndjson`), "utf8")).trimEnd();
    expect(lines.split("\n")).toEqual(Array(PROCESSES).fill('{"counts":{"runs":1}}'));
  });
});

describe("a Python program that forks", () => {
  it("counts each process once, and what the parent has counted not twice", async () => {
    const road = await Road.toServer();
    const user = await User.make();
    const python = await PythonProgram.of(user);
    const env = { ...GRANTED, SOTTO_SERVER: road.address };
    expect(await python.run(["count=runs", "fork=runs", "count=runs"], env)).toEqual(UNTROUBLED);
    await user.quiet();
    const lines = (await readFile(installationFile(user, PROJECT, `counts-${TODAY}.ndjson`), "utf8")).trimEnd();
    expect(lines.split("\n")).toEqual(['{"counts":{"runs":1}}', '{"counts":{"runs":2}}']);
  });
});
