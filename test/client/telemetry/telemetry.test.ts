// Over 300 lines: the life of one program's telemetry, from the question to the end.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../client/state/file.ts";
import { rawField } from "../../wire/definitions.ts";
import { DEFINITION, filesIn, Machine, MONDAY } from "./scene.ts";

const everything = (telemetry: Parameters<NonNullable<Parameters<Machine["run"]>[0]>>[0]) => {
  telemetry.count("runs");
  telemetry.count("errors", "E_IO", 2);
  telemetry.report("weekly", { python: "3.12.1", command: "build", size: 50, tty: true });
};

describe("a run of a program that nobody allowed anything", () => {
  const refusals: [string, (machine: Machine) => Promise<void> | void][] = [
    ["nobody decided", () => {}],
    ["the user said no", (machine) => machine.deny()],
    ["the user said no to all", (machine) => machine.denyAll()],
    ["DO_NOT_TRACK is set", (machine) => grantedWith(machine, { environment: { DO_NOT_TRACK: "1" } })],
    ["a variable says off", (machine) => grantedWith(machine, { environment: { SOTTO_TELEMETRY: "0" } })],
    ["it is CI", (machine) => grantedWith(machine, { isCi: true })],
  ];
  it.each(refusals)("makes no file or folder and starts nothing: %s", async (_, refuse) => {
    const machine = await Machine.make();
    await refuse(machine);
    await machine.run(everything);
    expect(machine.files().filter((path) => path !== ".config")).toEqual([]);
    expect(machine.started).toEqual([]);
    expect(machine.printed).toBe("");
  });

  it("does nothing below an opt-out file, and does beside it", async () => {
    const machine = await Machine.make();
    await machine.grant();
    const work = join(machine.home, "work");
    mkdirSync(join(work, "deep"), { recursive: true });
    writeFileSync(join(work, ".sotto-opt-out"), "");
    machine.workingFolder = join(work, "deep");
    await machine.run(everything);
    expect(machine.installation()).toEqual({});
    machine.workingFolder = machine.home;
    await machine.run(everything);
    expect(Object.keys(machine.due())).toEqual(["daily", "weekly"]);
  });
});

describe("a run that is granted", () => {
  it("appends what it counted, makes due what it said, and starts a sender once", async () => {
    const machine = await Machine.make();
    await machine.grant();
    await machine.run(everything);
    expect(machine.installation()[`counts-${MONDAY}.ndjson`]).toBe('{"counts":{"runs":1,"errors":{"E_IO":2}}}\n');
    expect(machine.due().weekly).toEqual({
      version: 1,
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      day: MONDAY,
      runner: "terminal",
      platform: "linux-x64",
      session: null,
      values: { python: "3.12.1", command: "build", size: 10, tty: true },
    });
    expect(machine.due().daily).toMatchObject({ values: {} });
    expect(machine.started).toEqual([machine.home]);
  });

  it("makes files that only the user can read, in folders that only the user can enter", async () => {
    const machine = await Machine.make();
    await machine.grant();
    const umask = process.umask(0);
    try {
      await machine.run(everything);
    } finally {
      process.umask(umask);
    }
    for (const path of filesIn(machine.state)) {
      const status = statSync(join(machine.state, path));
      expect([path, status.mode & 0o777]).toEqual([path, status.isDirectory() ? 0o700 : 0o600]);
    }
  });

  it("keeps of what the program says nothing that a report could not hold", async () => {
    const machine = await Machine.make();
    await machine.grant();
    await machine.run((telemetry) => {
      telemetry.count("errors", "/home/alice/secret");
      telemetry.count("unknown", "/home/alice/secret");
      telemetry.report("weekly", {
        python: "3.12.1 /home/alice/secret",
        command: "/home/alice/secret",
        size: 73,
        secret: "/home/alice/secret",
        tty: "/home/alice/secret",
      });
      telemetry.report("unknown", { secret: "/home/alice/secret" });
    });
    expect(JSON.stringify(machine.installation())).not.toContain("alice");
    expect(machine.due().weekly?.values).toEqual({ python: "3.12.1", command: "other", size: 10 });
    expect(machine.installation()[`counts-${MONDAY}.ndjson`]).toBe('{"counts":{"errors":{"other":1}}}\n');
  });

  it("is not asked for what it need not say, and reports nothing that it must say and did not", async () => {
    const machine = await Machine.make();
    await machine.grant();
    await machine.run();
    expect(Object.keys(machine.due())).toEqual(["daily"]);
  });

  it("counts for the day of the count, also when it runs beyond midnight", async () => {
    const machine = await Machine.make();
    await machine.grant();
    await machine.run((telemetry) => {
      telemetry.count("runs");
      machine.later(1);
      telemetry.count("runs", undefined, 3);
    });
    expect(machine.installation()[`counts-${MONDAY}.ndjson`]).toBe('{"counts":{"runs":1}}\n');
    expect(machine.installation()[`counts-${MONDAY + 1}.ndjson`]).toBe('{"counts":{"runs":3}}\n');
  });

  it("writes nothing once it is denied, though it was granted when it began", async () => {
    const machine = await Machine.make();
    await machine.grant();
    const telemetry = machine.open();
    everything(telemetry);
    await machine.deny();
    await telemetry.close();
    expect(machine.installation()).toEqual({});
    expect(machine.started).toEqual([]);
  });

  it("leaves out what the user was not told of, when counting too, until told", async () => {
    const machine = await Machine.make();
    await machine.grant();
    const reports = structuredClone(DEFINITION.reports) as Record<string, { fields: Record<string, unknown> }>;
    Object.assign(reports.weekly?.fields ?? {}, { arch: rawField("a", "choice", { values: ["arm"] }) });
    Object.assign(reports.counts?.fields ?? {}, { crashes: rawField("k", "counter", { max: 9 }) });
    const newer = { ...DEFINITION, reports } as unknown as JsonObject;
    const say = (telemetry: Parameters<typeof everything>[0]) => {
      telemetry.count("crashes");
      telemetry.count("runs");
      telemetry.report("weekly", { arch: "arm", tty: false });
    };
    await machine.run(say, newer);
    expect(machine.due().weekly?.values).toEqual({ tty: false });
    expect(machine.installation()[`counts-${MONDAY}.ndjson`]).toBe('{"counts":{"runs":1}}\n');
    await machine.grant(newer);
    await machine.run(say, newer);
    expect(machine.installation()[`counts-${MONDAY}.ndjson`]).toContain('"crashes":1');
  });

  it("tells no expired field", async () => {
    const machine = await Machine.make();
    await machine.grant();
    machine.later(500);
    await machine.run(everything);
    expect(machine.due()).toEqual({});
    expect(Object.keys(machine.installation())).toEqual(["definition.json"]);
  });

  it("takes a grant by environment for all fields, and keeps no sums that another grant would not find", async () => {
    const machine = await Machine.make();
    machine.environment = { SOTTO_TELEMETRY: "on" };
    await machine.run(everything);
    expect(Object.keys(machine.due())).toEqual(["daily", "weekly"]);
    machine.environment = {};
    await machine.grant();
    await machine.run(everything);
    expect(machine.installation()[`counts-${MONDAY}.ndjson`]?.split("\n")).toHaveLength(3);
  });
});

describe("once per window", () => {
  it("one of many that run at once makes a report due and starts the sender", async () => {
    const machine = await Machine.make();
    await machine.grant();
    const runs = Array.from({ length: 50 }, () => machine.open());
    for (const telemetry of runs) everything(telemetry);
    await Promise.all(runs.map((telemetry) => telemetry.close()));
    expect(machine.started).toHaveLength(1);
    expect(Object.keys(machine.due())).toEqual(["daily", "weekly"]);
    const lines = machine.installation()[`counts-${MONDAY}.ndjson`]?.trim().split("\n");
    expect(lines).toEqual(Array(50).fill('{"counts":{"runs":1,"errors":{"E_IO":2}}}'));
  });

  it("what was reported is not due again before the next window", async () => {
    const machine = await Machine.make();
    await machine.grant();
    await machine.run(everything);
    sealAll(machine, { weekly: [2968], daily: [MONDAY] });
    await machine.run(everything);
    expect(machine.due()).toEqual({});
    machine.later(1);
    await machine.run(everything);
    expect(Object.keys(machine.due())).toEqual(["daily"]);
    machine.later(6);
    await machine.run(everything);
    // The week of the first runs is over, so its counts are due, too.
    expect(Object.keys(machine.due())).toEqual(["counts", "daily", "weekly"]);
  });

  it("a clock that certainly is wrong counts nothing and changes nothing", async () => {
    const machine = await Machine.make();
    await machine.grant();
    machine.now = 1000;
    await machine.run(everything);
    expect(machine.installation()).toEqual({});
    machine.now = 70_000 * 86_400_000;
    await machine.run(everything);
    expect(machine.installation()).toEqual({});
  });

  it("a due report that a sender left behind is a reason to start another, ten minutes later", async () => {
    const machine = await Machine.make();
    machine.now = Date.now();
    await machine.grant();
    await machine.run(everything);
    rmSync(join(machine.state, "next.json"));
    await machine.run(everything);
    expect(machine.started).toHaveLength(1);
    machine.now += 11 * 60_000;
    await machine.run(everything);
    await machine.run(everything);
    expect(machine.started).toHaveLength(2);
  });

  it("any run starts a sender when the minute has come that the last one named", async () => {
    const machine = await Machine.make();
    await machine.grant();
    await machine.run();
    const minute = Math.floor(machine.now / 60_000);
    const next = join(machine.state, "next.json");
    expect(JSON.parse(readFileSync(next, "utf8"))).toEqual({ version: 1, minute: minute + 10 });
    await machine.run();
    expect(machine.started).toHaveLength(1);
    machine.now += 10 * 60_000;
    await machine.run();
    expect(machine.started).toHaveLength(2);
    // A clock that ran far ahead when it was written must not silence for years.
    writeFileSync(next, JSON.stringify({ version: 1, minute: minute + 12 * 1440 }));
    await machine.run();
    expect(machine.started).toHaveLength(3);
  });
});

describe("a copy of the state", () => {
  it("is nobody's: the copy starts anew and the original goes on", async () => {
    const machine = await Machine.make();
    await machine.grant();
    await machine.run(everything);
    sealAll(machine, { weekly: [2968], daily: [MONDAY] });
    const { cpSync, renameSync } = await import("node:fs");
    cpSync(machine.state, `${machine.state}.copy`, { recursive: true });
    renameSync(machine.state, `${machine.state}.first`);
    renameSync(`${machine.state}.copy`, machine.state);
    await machine.run(everything);
    const due = filesIn(machine.state).filter((path) => path.includes("/due-"));
    expect(due.map((path) => path.replace(/.*\//, ""))).toEqual(["due-daily.json", "due-weekly.json"]);
    rmSync(machine.state, { recursive: true });
    renameSync(`${machine.state}.first`, machine.state);
    await machine.run(everything);
    expect(machine.due()).toEqual({});
  });
});

describe("debug", () => {
  it("prints what would be sent and counted, and keeps and starts nothing", async () => {
    const machine = await Machine.make();
    machine.environment = { SOTTO_TELEMETRY: "debug" };
    await machine.run(everything);
    expect(machine.printed.split("\n")).toEqual([
      'sotto: left-pad: counted: {"counts":{"runs":1,"errors":{"E_IO":2}}}',
      'sotto: left-pad: would send "weekly": {"p":"3.12.1","c":"build","s":1,"t":true}',
      'sotto: left-pad: would send "daily": {"u":"terminal"}',
      'sotto: left-pad: would not send "counts": nothing is due',
      "",
    ]);
    expect(machine.files()).toEqual([]);
    expect(machine.started).toEqual([]);
  });

  it("is silent under DO_NOT_TRACK", async () => {
    const machine = await Machine.make();
    machine.environment = { SOTTO_TELEMETRY: "debug", DO_NOT_TRACK: "1" };
    await machine.run(everything);
    expect(machine.printed).toBe("");
  });
});

describe("a project that the zone asks to be silent", () => {
  it("counts and says nothing, and has somebody look again in another week", async () => {
    const machine = await Machine.make();
    await machine.grant();
    await machine.run(everything);
    const before = machine.installation();
    const root = join(machine.state, "installations");
    const definition = filesIn(root).find((path) => path.endsWith("definition.json")) as string;
    const copy = JSON.parse(readFileSync(join(root, definition), "utf8"));
    writeFileSync(join(root, definition), JSON.stringify({ ...copy, stopped: 2968 }));
    machine.now += 3_600_000;
    rmSync(join(machine.state, "next.json"));
    await machine.run(everything);
    expect(machine.installation()[`counts-${MONDAY}.ndjson`]).toBe(before[`counts-${MONDAY}.ndjson`]);
    expect(machine.started).toHaveLength(1);
    machine.later(7);
    await machine.run(everything);
    expect(Object.keys(machine.installation()).some((name) => name === `counts-${MONDAY + 7}.ndjson`)).toBe(false);
    expect(machine.started).toHaveLength(2);
  });
});

describe("a session", () => {
  it("is one number for runs within ten minutes, and another after", async () => {
    const machine = await Machine.make();
    const reports = {
      once: { window: "day", description: "x", fields: { session: rawField("s", "session") } },
      twice: {
        window: "day",
        description: "x",
        fields: { session: rawField("s", "session"), tty: rawField("t", "boolean") },
      },
    };
    const definition = { ...DEFINITION, reports } as unknown as JsonObject;
    await machine.grant(definition);
    await machine.run(() => {}, definition);
    machine.now += 8 * 60_000;
    await machine.run((telemetry) => telemetry.report("twice", { tty: true }), definition);
    const { once, twice } = machine.due();
    expect(once?.session).toMatch(/^[a-z2-7]{8}$/);
    expect(twice?.session).toBe(once?.session);
    machine.now += 11 * 60_000;
    await machine.run(() => {}, definition);
    expect(JSON.parse(machine.installation()["session.json"] ?? "{}").id).not.toBe(once?.session);
  });

  it("is kept for nobody whose definition has none", async () => {
    const machine = await Machine.make();
    await machine.grant();
    await machine.run(everything);
    expect(Object.keys(machine.installation())).not.toContain("session.json");
  });
});

describe("what goes wrong", () => {
  it("never reaches the program, and a process that failed twice does not try again", async () => {
    const machine = await Machine.make();
    await machine.grant();
    let asked = 0;
    const world = Object.defineProperty({ ...machine.world }, "clock", {
      value: () => {
        asked++;
        throw new Error("no clock");
      },
    });
    const { openTelemetry } = await import("../../../client/telemetry/running.ts");
    const { parseCollection } = await import("@sotto/wire");
    const telemetry = openTelemetry({ raw: DEFINITION, collection: parseCollection(DEFINITION) }, world);
    for (let run = 0; run < 10; run++) telemetry.count("runs");
    await telemetry.close();
    await telemetry.flush();
    expect(asked).toBe(2);
  });

  it("a home that is gone is not made again", async () => {
    const machine = await Machine.make();
    machine.environment = { SOTTO_TELEMETRY: "on" };
    const telemetry = machine.open();
    everything(telemetry);
    rmSync(machine.home, { recursive: true });
    await telemetry.close();
    expect(() => statSync(machine.home)).toThrow();
    expect(machine.started).toEqual([]);
  });

  it("hostile values are as good as none", async () => {
    const machine = await Machine.make();
    await machine.grant();
    const telemetry = machine.open();
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error("no");
        },
      },
    );
    telemetry.report("weekly", hostile as never);
    telemetry.report("weekly", {
      get python(): string {
        throw new Error("no");
      },
    });
    telemetry.count("runs", undefined, Number.NaN);
    telemetry.count(Symbol("x") as never);
    await telemetry.close();
    expect(machine.due().weekly?.values ?? {}).toEqual({});
  });
});

async function grantedWith(
  machine: Machine,
  surroundings: Partial<Pick<Machine, "environment" | "isCi">>,
): Promise<void> {
  await machine.grant();
  Object.assign(machine, surroundings);
}

/** What a sender does in the end: the windows are reported, and nothing is due. */
function sealAll(machine: Machine, reported: Record<string, number[]>): void {
  const root = join(machine.state, "installations");
  for (const path of filesIn(root)) {
    if (path.includes("/due-")) rmSync(join(root, path));
    if (!path.endsWith("/definition.json")) continue;
    const reports = Object.fromEntries(
      Object.entries(reported).map(([name, windows]) => [name, { reported: windows, activity: [], draws: null }]),
    );
    const state = { version: 1, firstDay: MONDAY, reports, merged: [] };
    writeFileSync(join(root, path.replace("definition.json", "state.json")), JSON.stringify(state));
  }
}
