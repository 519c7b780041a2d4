import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Road } from "../client/road.ts";
import { GRANTED, KEY, UNTROUBLED, User, WEEKLY, WEEKLY_TEXT } from "../client/user.ts";
import { watch } from "../client/watching.ts";
import { requirePackages } from "../network/packages.ts";
import { compileSources, PROJECT, PYTHON, PythonProgram } from "./python.ts";

const ACTS = [WEEKLY, "count=runs", "close"];
const ON = { SOTTO_TELEMETRY: "on" };

beforeAll(() => {
  requirePackages({ strace: "strace" });
  compileSources();
});

/** How a user or the environment says no, or nothing yet. */
interface Case {
  readonly members?: Record<string, unknown>;
  readonly env?: Readonly<Record<string, string>>;
  readonly prepare?: (user: User, python: PythonProgram) => Promise<unknown>;
}

const CASES: readonly [string, Case][] = [
  ["nobody was asked yet", {}],
  ["nobody was shown the notice yet", { members: { consent: "notice" } }],
  ["a job of CI was not granted", { env: { CI: "true" } }],
  [
    "a person said no, whatever the environment says",
    { env: ON, prepare: async (_, python) => await python.command("disable", PROJECT) },
  ],
  ["DO_NOT_TRACK is set", { env: { ...ON, DO_NOT_TRACK: "1" } }],
  ["there is an opt-out file", { env: ON, prepare: ({ home }) => writeFile(join(home, ".sotto-opt-out"), "") }],
];

describe("a Python program of which nothing may be told", () => {
  it.each(CASES)("uses no network, starts no process and changes no file: %s", async (_, one) => {
    const user = await User.make();
    const python = await PythonProgram.of(user, one.members);
    await one.prepare?.(user, python);
    const files = user.files();
    const watched = await watch(python.argv(...ACTS), { ...python.environment, ...one.env });
    expect(watched).toEqual({ ...UNTROUBLED, network: [], processes: [], writes: [] });
    expect(user.files()).toEqual(files);
  });

  it("and for a developer who debugs prints what would be sent, and else does as little", async () => {
    const user = await User.make();
    const python = await PythonProgram.of(user);
    const watched = await watch(python.argv(...ACTS), { ...python.environment, SOTTO_TELEMETRY: "debug" });
    expect(watched).toMatchObject({ code: 0, network: [], processes: [], writes: [] });
    expect(watched.printed).toBe(
      [
        'sotto: right-pad: counted: {"counts":{"runs":1}}',
        `sotto: right-pad: would send "weekly": ${WEEKLY_TEXT}`,
        'sotto: right-pad: would not send "counts": nothing is due',
      ].join("\n"),
    );
  });

  it("is seen to do all of that once it may", async () => {
    const road = await Road.toServer();
    const user = await User.make();
    const python = await PythonProgram.of(user);
    const env = { ...python.environment, ...GRANTED, SOTTO_SERVER: road.address };
    const watched = await watch(python.argv(...ACTS), env);
    expect(watched).toMatchObject(UNTROUBLED);
    expect(road.texts(KEY)).toEqual([WEEKLY_TEXT]);
    const senders = watched.processes.filter((line) => /^execve\(/.test(line) && line.includes("sotto_client.sender"));
    expect(senders.length).toBe(1);
    for (const call of ["socket(AF_INET", "connect(", "send"]) {
      expect([call, watched.network.some((line) => line.startsWith(call))]).toEqual([call, true]);
    }
  });

  it("loads no cryptography, and nothing of the sender's, in the process of the program", async () => {
    const user = await User.make();
    const python = await PythonProgram.of(user);
    const modules =
      "nacl,hashlib,socket,threading,subprocess,sotto_client.definition.checking,sotto_client.sender.main";
    const env = { ...GRANTED, SOTTO_SERVER: "127.0.0.1:9" };
    expect(await python.run([...ACTS, "loaded=nacl,socket,threading,subprocess"], env)).toEqual({
      ...UNTROUBLED,
      printed: "[]",
    });
    await user.quiet();
    // A usual run: the definition was checked by an earlier one, and nothing is due.
    expect(await python.run([...ACTS, `loaded=${modules}`], env)).toEqual({ ...UNTROUBLED, printed: "[]" });
    expect(PYTHON).toBe("/usr/bin/python3");
  });
});
