import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dateOfDay, weekOf } from "@sotto/wire";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { binOf } from "../../e2e/command.ts";
import { rawField } from "../../wire/definitions.ts";
import { decoded } from "../client/decoded.ts";
import { Road } from "../client/road.ts";
import { GRANTED, KEY, TODAY, UNTROUBLED, User, WEEKLY } from "../client/user.ts";
import { Program } from "../network/program.ts";
import { compileSources, installationFile, PROJECT, PythonProgram } from "./python.ts";

const NODE_ACTS = [WEEKLY, "count=runs", "close"];
const PYTHON_ACTS = ['report=weekly:{"python":"3.11.2"}', "count=runs", "close"];
const NODE_TEXT = '{"p":"3.12.1"}';
const PYTHON_TEXT = '{"p":"3.11.2"}';

const SPOOLED = /^spool\/[a-z-]+\/[0-9a-f]{64}\.json$/;

/** When the pace allows another flush. */
const LATER_MINUTES = 20;

beforeAll(compileSources);

/** A user with a Node program of one project and a Python program of another, and a road to a real server. */
async function scene() {
  const road = await Road.toServer();
  const user = await User.make();
  const python = await PythonProgram.of(user);
  return { road, user, python, env: { ...GRANTED, SOTTO_SERVER: road.address } };
}

/** Has both programs make a report due while somebody else has the sender's lock. */
async function bothDue({ user, python, env }: Awaited<ReturnType<typeof scene>>): Promise<void> {
  const lock = join(user.state.path, "sender.lock");
  expect(await user.run(["count=runs", "close"], { env })).toEqual(UNTROUBLED);
  await writeFile(lock, "somebody");
  expect(await user.run(NODE_ACTS, { env })).toEqual(UNTROUBLED);
  expect(await python.run(PYTHON_ACTS, env)).toEqual(UNTROUBLED);
  await user.quiet();
  expect((await user.find(/due-weekly\.json$/)).length).toBe(2);
  // Its holder died.
  await utimes(lock, 0, 0);
}

describe("a Node program and a Python program of two projects on one host", () => {
  it.each(["Node's", "Python's"])(
    "have one sender: %s seals the reports of both, and either sends them",
    async (whose) => {
      const both = await scene();
      const { road, user, python, env } = both;
      await bothDue(both);
      const startNode = () => user.startSender(env);
      const startPython = () => python.startSender(env);
      const [first, second] = whose === "Node's" ? [startNode, startPython] : [startPython, startNode];
      first();
      // It has sent one name, and waits before the other for longer than a test does.
      const isHalfSent = async () =>
        (await user.find(SPOOLED)).length === 1 && (await user.find(/\.state\.json$/)).length > 0;
      await vi.waitUntil(isHalfSent, { timeout: 60_000, interval: 20 });
      expect(await user.find(/due-weekly\.json$/)).toEqual([]);
      expect(await user.read(/^pace\.json$/)).toMatchObject({ flushes: [{ names: 2 }] });
      user.endProcesses();
      await user.quiet();
      await user.later(LATER_MINUTES);
      await second().closed;
      await user.quiet();
      expect((await decoded(road, KEY, 2)).toSorted()).toEqual([PYTHON_TEXT, NODE_TEXT]);
      expect(road.reports.length).toBe(2);
      expect(await user.find(SPOOLED)).toEqual([]);
      for (const project of ["left-pad", PROJECT]) {
        const state = await user.read(new RegExp(`^installations/[0-9a-f]{16}/${project}/state\\.json$`));
        expect(state).toMatchObject({ firstDay: TODAY, reports: { weekly: { reported: [weekOf(TODAY)] } } });
        expect(await user.read(new RegExp(`^history/${project}/.*\\.state\\.json$`))).toEqual({
          version: 1,
          frames: ["acknowledged"],
        });
      }
      // What one has sealed the other can open, and tell of.
      for (const name of road.reports) {
        const argv = [process.execPath, binOf("sotto-client"), "open", name];
        const opened = new Program([], argv, { cwd: "/", env: user.environment });
        expect(await opened.closed).toEqual({ code: 0, signal: null });
        expect(opened.output).toContain("Proved:");
        expect(await python.command("open", name)).toMatchObject({
          code: 0,
          printed: expect.stringContaining("Proved:"),
        });
      }
      // A run of either finds its window reported.
      expect(await user.run(NODE_ACTS, { env })).toEqual(UNTROUBLED);
      expect(await python.run(PYTHON_ACTS, env)).toEqual(UNTROUBLED);
      expect(await user.find(/due-weekly\.json$/)).toEqual([]);
    },
  );

  it("have one pace: what one seals just after the other has sent waits, and is sent by a later sender of either", async () => {
    const { road, user, python, env } = await scene();
    expect(await python.run(PYTHON_ACTS, env)).toEqual(UNTROUBLED);
    await user.quiet();
    expect(road.texts(KEY)).toEqual([PYTHON_TEXT]);
    expect(await user.run(NODE_ACTS, { env })).toEqual(UNTROUBLED);
    await user.quiet();
    // Sealed, and too early to be sent.
    expect(road.texts(KEY)).toEqual([PYTHON_TEXT]);
    expect((await user.find(/^spool\/left-pad\/[0-9a-f]{64}\.json$/)).length).toBe(1);
    expect(await user.find(/^next\.json$/)).toHaveLength(1);
    await user.later(LATER_MINUTES);
    expect(await python.run(PYTHON_ACTS, env)).toEqual(UNTROUBLED);
    await user.quiet();
    expect(road.texts(KEY)).toEqual([PYTHON_TEXT, NODE_TEXT]);
    expect(await user.find(/^spool\/.*\/.|^next\.json$/)).toEqual([]);
    expect(await user.read(/^pace\.json$/)).toMatchObject({ flushes: [{ names: 1 }, { names: 1 }] });
  });

  it("have one preference: a no to all by one's command silences both, and deletes what both have", async () => {
    for (const whose of ["Node's", "Python's"]) {
      const both = await scene();
      const { road, user, python, env } = both;
      await bothDue(both);
      await rm(join(user.state.path, "sender.lock"));
      if (whose === "Node's") {
        const argv = [process.execPath, binOf("sotto-client"), "disable", "--all"];
        expect(await new Program([], argv, { cwd: "/", env: user.environment }).closed).toMatchObject({ code: 0 });
      } else expect(await python.command("disable", "--all")).toMatchObject({ code: 0 });
      expect(user.decision()).toMatchObject({ version: 1, host: { decision: "denied", day: TODAY } });
      for (const folder of ["installations", "spool", "history"]) {
        expect([whose, folder, existsSync(join(user.state.path, folder))]).toEqual([whose, folder, false]);
      }
      const files = user.files();
      expect(await user.run(NODE_ACTS, { env })).toEqual(UNTROUBLED);
      expect(await python.run(PYTHON_ACTS, env)).toEqual(UNTROUBLED);
      expect(user.processes()).toEqual([]);
      expect(user.files()).toEqual(files);
      expect(road.queries).toEqual([]);
      expect(await python.command("status", PROJECT)).toMatchObject({
        code: 0,
        printed: expect.stringMatching(/^right-pad: off\n {2}Why +your no to all projects/),
      });
    }
  });

  it("have decisions apart: a yes to one is none to the other", async () => {
    const { road, user, python } = await scene();
    const env = { SOTTO_SERVER: road.address };
    expect(await python.command("enable", "--definition", python.definition)).toMatchObject({ code: 0 });
    expect(await user.run(NODE_ACTS, { env })).toEqual(UNTROUBLED);
    expect(existsSync(user.state.path)).toBe(false);
    // Its own flush sends, since it is asked to, and nobody waits a minute for a test.
    expect(await python.run([...PYTHON_ACTS.slice(0, 2), "flush"], env)).toEqual(UNTROUBLED);
    expect(road.texts(KEY)).toEqual([PYTHON_TEXT]);
    const told = { "counts.runs": expect.any(String), "weekly.python": expect.any(String) };
    expect(user.decision()?.projects).toEqual({ [PROJECT]: { decision: "granted", day: TODAY, fields: told } });
  });

  it("stop each other's sender: a no by Node's command ends Python's while it waits for an answer", async () => {
    const { road, user, python, env } = await scene();
    road.fate = ({ type }) => (type === "A" ? "held" : "answered");
    expect(await python.run(PYTHON_ACTS, env)).toEqual(UNTROUBLED);
    await road.asked("A");
    expect(python.senders().length).toBe(1);
    const argv = [process.execPath, binOf("sotto-client"), "disable", PROJECT];
    expect(await new Program([], argv, { cwd: "/", env: user.environment }).closed).toMatchObject({ code: 0 });
    await user.quiet();
    road.clear();
    expect(await user.find(/right-pad/)).toEqual([]);
  });

  it("write the same of the same: definition, counts, and what is due", async () => {
    const expires = dateOfDay(TODAY + 300);
    const members = { expires, description: 'Größe → \u{1f600} \\ "x"\u0061.' };
    const fields = {
      version: rawField("v", "version", members),
      choice: rawField("c", "choice", { ...members, values: ["b", "a"], epsilon: 1e-7 }),
      size: rawField("s", "bucket", { ...members, bounds: [-0.5, 1, 1e21, 1.5e300] }),
      platform: rawField("p", "platform", { ...members, values: ["linux-x64"] }),
    };
    const runs = rawField("r", "counter", { ...members, max: 5, values: ["10", "2"] });
    const reports = {
      weekly: { window: "week", description: "x", fields, rotate: ["choice", "size"] },
      counts: { window: "day", description: "x", fields: { runs } },
    };
    const said = { version: " v1.02.3-rc", choice: "c", size: 7, platform: 3, nothing: 1 };
    const acts = [`report=weekly:${JSON.stringify(said)}`, "count=runs:2", "count=runs:10", "count=runs", "close"];
    const [one, other] = [await User.make({ reports }), await User.make()];
    const python = await PythonProgram.of(other, { project: "left-pad", reports });
    // No sender: it would take what is due.
    for (const user of [one, other]) await lockSender(user);
    expect(await one.run(acts, { env: GRANTED })).toEqual(UNTROUBLED);
    expect(await python.run(acts, GRANTED)).toEqual(UNTROUBLED);
    // Numbers may be spelled otherwise (1e-07).
    const written = (user: User, file: string) =>
      readFileSync(installationFile(user, "left-pad", file), "utf8")
        .trimEnd()
        .split("\n")
        .map(respelled);
    for (const file of ["definition.json", `counts-${TODAY}.ndjson`]) {
      expect(written(other, file)).toEqual(written(one, file));
    }
    const [left, right] = [one, other].map((user) =>
      JSON.parse(readFileSync(installationFile(user, "left-pad", "due-weekly.json"), "utf8")),
    );
    expect({ ...left, id: "" }).toEqual({ ...right, id: "" });
    expect(right.values).toEqual({ version: "1.2.3", choice: "other", size: 1, platform: false });
  });
});

/** Somebody else has the sender's lock. */
async function lockSender(user: User): Promise<void> {
  await mkdir(user.state.path, { recursive: true });
  await writeFile(join(user.state.path, "sender.lock"), "somebody");
}

/** JSON as Node writes it; the order of members stays. */
function respelled(text: string): string {
  return JSON.stringify(JSON.parse(text));
}
