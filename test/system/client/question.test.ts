import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { answer, CTRL_C, CTRL_D, ENTER } from "../keys/person.ts";
import { sitBefore } from "./seat.ts";
import { TODAY, User, WEEKLY } from "./user.ts";

const PATIENCE = fileURLToPath(new URL("patience.ts", import.meta.url));

const PROMPT = "[yes/no/never] ";
const ACTS = [WEEKLY, "close", "print=It went on."];

/** What is on record of the project. */
const standing = (user: User) => user.decision()?.projects?.["left-pad" as never] as unknown;

describe("the question at a terminal", () => {
  it("tells what is collected; a yes is obeyed in the same run, and its sender outlives the terminal", async () => {
    const user = await User.make();
    const session = await sitBefore(user, user.argv(...ACTS), [answer(PROMPT, "yes")]);
    expect([session.exitCode, session.echoes]).toEqual([0, true]);
    const [question = "", ...rest] = session.screen.split(PROMPT);
    expect(question).toContain("May left-pad tell its developers how it is used?");
    expect(question).toContain("The version of Python.");
    expect(question).toContain("How often it runs.");
    expect(rest).toEqual(["yes\nIt went on.\n"]);
    expect(standing(user)).toMatchObject({ decision: "granted", day: TODAY, asked: 1 });
    await vi.waitUntil(async () => (await user.find(/^spool\/left-pad\/[0-9a-f]{64}\.json$/)).length === 1, {
      timeout: 30_000,
    });
    expect(user.senders()).toHaveLength(1);
  });

  it.each([
    ["no", ["no"], { decision: "denied", day: TODAY, asked: 1 }, undefined],
    ["n, in capitals and with blanks", [" N "], { decision: "denied", day: TODAY, asked: 1 }, undefined],
    ["never", ["never"], { decision: "denied", day: TODAY, asked: 1 }, { decision: "denied", day: TODAY }],
    ["Enter alone and nonsense, which ask again", ["", "maybe", "no"], { decision: "denied", asked: 1 }, undefined],
  ])("%s keeps nothing but the decision", async (_, typed, project, host) => {
    const user = await User.make();
    const steps = typed.map((text) => answer(PROMPT, text));
    const { exitCode, screen } = await sitBefore(user, user.argv(...ACTS), steps);
    expect([exitCode, screen.endsWith("It went on.\n")]).toEqual([0, true]);
    expect(screen.split(PROMPT)).toHaveLength(typed.length + 1);
    expect(screen.split("Please answer yes, no or never.\n")).toHaveLength(typed.length);
    expect(standing(user)).toMatchObject(project);
    expect(user.decision()?.host).toEqual(host);
    expect(user.files()).toEqual([".config", ".config/sotto", ".config/sotto/consent.json"]);
    expect(user.processes()).toEqual([]);
  });

  it("is not asked by another project after never", async () => {
    const user = await User.make();
    await sitBefore(user, user.argv("close"), [answer(PROMPT, "never")]);
    const before = user.decision();
    await user.define({ project: "right-pad" });
    expect(await sitBefore(user, user.argv(...ACTS))).toMatchObject({ exitCode: 0, screen: "It went on.\n" });
    expect(user.decision()).toEqual(before);
  });

  it("ends the program with Ctrl-C, as anywhere else, and records no answer", async () => {
    const user = await User.make();
    const session = await sitBefore(user, user.argv(...ACTS), [{ expect: PROMPT, send: CTRL_C }]);
    expect([session.exitCode, session.signal, session.echoes]).toEqual([null, "SIGINT", true]);
    expect(session.screen).not.toContain("It went on.");
    expect(standing(user)).toEqual({ asked: 1 });
    expect(existsSync(user.state.path)).toBe(false);
  });

  it("is shown in three runs at most, where Ctrl-D goes on without an answer", async () => {
    const user = await User.make();
    const seen: boolean[] = [];
    for (const steps of [...Array(3).fill([{ expect: PROMPT, send: CTRL_D }]), []]) {
      const { exitCode, screen } = await sitBefore(user, user.argv(...ACTS), steps);
      expect([exitCode, screen.endsWith("It went on.\n")]).toEqual([0, true]);
      seen.push(screen.includes(PROMPT));
    }
    expect(seen).toEqual([true, true, true, false]);
    expect(standing(user)).toEqual({ asked: 3 });
    expect(existsSync(user.state.path)).toBe(false);
  });

  it.each([
    ["standard output is a file", 'exec "$@" >out'],
    ["standard input is no terminal", 'exec "$@" </dev/null'],
    ["it is a job of CI", 'CI=true exec "$@"'],
    ["a variable says no", 'LEFT_PAD_TELEMETRY=off exec "$@"'],
  ])("is not shown when %s", async (_, shell) => {
    const user = await User.make();
    const { exitCode, screen } = await sitBefore(user, user.argv(...ACTS), [], shell);
    const out = existsSync(join(user.home, "out")) ? readFileSync(join(user.home, "out"), "utf8") : "";
    expect([exitCode, screen + out]).toEqual([0, "It went on.\n"]);
    expect(user.decision()).toBeNull();
    expect(existsSync(user.state.path)).toBe(false);
  });
});

describe("a program that reads from the terminal itself", () => {
  it.each([
    ["after it was asked for", [answer(PROMPT, "no"), { ...answer("Name: ", "Ada"), atOnce: true }]],
    ["typed ahead, in one go with the answer", [{ expect: PROMPT, send: `no${ENTER}Ada${ENTER}` }]],
    [
      "typed ahead, before there was a question",
      [{ expect: "Opening.", send: `Ada${ENTER}yes${ENTER}`, atOnce: true }, answer(PROMPT, "no")],
    ],
  ])("gets its line %s", async (_, steps) => {
    const user = await User.make();
    const opening = `echo Opening.; exec "$@"`;
    const { exitCode, screen } = await sitBefore(user, user.argv("read=Name: "), steps, opening);
    expect([exitCode, screen]).toEqual([0, expect.stringContaining('read "Ada"\n')]);
    expect(screen).not.toContain("Please answer");
    expect(standing(user)).toMatchObject({ decision: "denied" });
  });

  it("gets its line after nobody answered the question", async () => {
    const user = await User.make();
    const argv = [process.execPath, "--conditions=sotto-source", PATIENCE, "200"];
    const { exitCode, screen } = await sitBefore(user, argv);
    expect([exitCode, screen]).toEqual([0, `A question.\n${PROMPT}\nnull in the end\n`]);
  });

  it("waits for an answer for a minute", async () => {
    const user = await User.make();
    const argv = [process.execPath, "--conditions=sotto-source", PATIENCE];
    const { exitCode, screen } = await sitBefore(user, argv);
    expect([exitCode, screen]).toEqual([0, `A question.\n${PROMPT}\nnull after 60000\n`]);
  });
});
