import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withHostAnswer, withQuestion } from "../../../client/consent/record.ts";
import { changeConsent } from "../../../client/consent/store.ts";
import { readDefinitionCopy, writeDefinitionCopy } from "../../../client/installation/definitioncopy.ts";
import { installationPlace, systemBinding } from "../../../client/installation/folder.ts";
import type { JsonObject } from "../../../client/state/file.ts";
import { type Raw, rawField } from "../../wire/definitions.ts";
import { NOT_FOUND, SILENT } from "../sender/scene.ts";
import { MONDAY } from "../telemetry/scene.ts";
import { definitionOf, User } from "./scene.ts";

/** The row of a name in what was printed, its lines put together. */
function row(printed: string, name: string): string | undefined {
  const found = new RegExp(`^  ${name} +(.*(?:\\n {12}.*)*)`, "m").exec(printed)?.[1];
  return found?.replace(/\n +/g, " ");
}

/** Makes a file with the folders above it. */
function put(path: string, text: string): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
}

describe("status", () => {
  it("says that nothing is known, where everything is, and makes nothing", async () => {
    const user = await User.make();
    const { exitCode, printed } = await user.run("status");
    expect(exitCode).toBe(0);
    expect(printed).toContain("nothing is kept of any project");
    expect(row(printed, "State")).toBe(user.state.path);
    expect(row(printed, "Consent")).toBe(user.machine.consent.path);
    expect(user.files()).toEqual([]);
  });

  type Rule = [why: string, state: string, row: RegExp, make: (user: User) => Promise<void> | void];
  const rules: Rule[] = [
    ["the administrator", "off", /policy\.json says off$/, (user) => policy(user, "off")],
    [
      "a policy that cannot be obeyed",
      "off",
      /policy\.json cannot be obeyed: its member "x"/,
      (user) => policy(user, "x"),
    ],
    ["DO_NOT_TRACK", "off", /^the variable DO_NOT_TRACK is set$/, (user) => variable(user, "DO_NOT_TRACK", "1")],
    [
      "SOTTO_TELEMETRY",
      "off",
      /^the variable SOTTO_TELEMETRY says off$/,
      (user) => variable(user, "SOTTO_TELEMETRY", "0"),
    ],
    [
      "its own variable",
      "off",
      /^the variable LEFT_PAD_TELEMETRY says off$/,
      (user) => variable(user, "LEFT_PAD_TELEMETRY", "no"),
    ],
    [
      "debug",
      "debug",
      /^the variable SOTTO_TELEMETRY says debug$/,
      (user) => variable(user, "SOTTO_TELEMETRY", "debug"),
    ],
    [
      "an opt-out file",
      "off",
      /^there is .*\.sotto-opt-out$/,
      (user) => put(join(user.machine.home, ".sotto-opt-out"), ""),
    ],
    ["a no to it", "off", /^your no of 2026-11-23, in .*consent\.json$/, (user) => user.machine.deny()],
    ["a no to all", "off", /^your no to all projects of 2026-11-23, in /, (user) => user.machine.denyAll()],
    [
      "a consent file that is damaged",
      "off",
      /consent\.json cannot be used: it is not JSON; mend/,
      (user) => put(user.machine.consent.path, "{"),
    ],
    [
      "a grant by environment",
      "on",
      /^the variable SOTTO_TELEMETRY says on$/,
      (user) => variable(user, "SOTTO_TELEMETRY", "1"),
    ],
    ["a yes", "on", /^your yes of 2026-11-23, in .*consent\.json$/, (user) => user.machine.grant(definitionOf())],
    ["nobody yet", "undecided", /^it has not asked yet$/, () => {}],
    ["CI", "undecided", /^this is a CI job/, inCi],
    [
      "a question without an answer",
      "undecided",
      /^it asked once without an answer, and will again$/,
      (user) => asked(user, 1),
    ],
    [
      "questions that are spent",
      "undecided",
      /^it asked 3 times without an answer, and will not again$/,
      (user) => asked(user, 3),
    ],
    ["a notice that is due", "undecided", /^its notice was not shown yet$/, (user) => hostYes(user)],
  ];
  it.each(rules)("names what decided: %s", async (_, state, why, make) => {
    const user = await User.make();
    await make(user);
    const { printed } = await user.run("status", "--definition", user.file);
    expect(printed.split("\n")[0]).toBe(`left-pad: ${state}`);
    expect(row(printed, "Why")).toMatch(why);
  });

  it("shows what waits: a due report, then a frame with its attempts and its next one", async () => {
    const user = await User.make();
    await user.machine.grant(definitionOf());
    await user.use();
    const due = (await user.run("status")).printed;
    expect(row(due, "Tells")).toBe("all of its 7 fields");
    expect(row(due, "Due")).toBe("weekly: to be sealed by the next sender");
    expect(row(due, "Reported")).toBeUndefined();
    await user.send(SILENT);
    const waiting = (await user.run("status", "left-pad")).printed;
    expect(row(waiting, "Due")).toBeUndefined();
    expect(row(waiting, "Reported")).toBe("weekly: the week of 2026-11-23");
    expect(row(waiting, "Waiting")).toMatch(
      /^1 frame, tried once at most; sent by the first run of a program with sotto in \d+ minutes or later$/,
    );
    expect(row(waiting, "History")).toBe("on, 1 entry");
    user.machine.later(1);
    expect(row((await user.run("status")).printed, "Waiting")).toContain(
      "sent by the next run of a program with sotto",
    );
  });

  it("names a zone that is blocked, until when, and what was lost by reason", async () => {
    const user = await User.withHistory(NOT_FOUND);
    const { printed } = await user.run("status");
    expect(row(printed, "Blocked")).toBe(
      "r.example.net, by this network or itself; nothing is sent there until 2026-11-24 12:00 UTC",
    );
    expect(row(printed, "Lost")).toBeUndefined();
    user.machine.later(2);
    await user.send(NOT_FOUND);
    expect(row((await user.run("status")).printed, "Lost")).toBe("1 frame refused");
  });

  it("tells fields that nobody was told of, and that the project's zone stopped it", async () => {
    const user = await User.withHistory();
    const { weekly } = definitionOf().reports as { weekly: { fields: Raw } } & JsonObject;
    const fields = { python: weekly.fields.python, arch: rawField("a", "boolean") };
    const reports = { weekly: { window: "week", description: "x", fields } };
    await user.use(undefined, definitionOf({ reports }));
    expect(row((await user.run("status")).printed, "Tells")).toBe(
      "1 of 2 fields; you were not told of weekly.arch yet",
    );
    const folder = installationPlace(user.state, systemBinding(user.state) ?? "", "left-pad");
    const copy = readDefinitionCopy(folder);
    if (copy !== null) writeDefinitionCopy(folder, { ...copy, stopped: 2968 });
    expect(row((await user.run("status")).printed, "Stopped")).toContain("the project asked for silence");
  });

  it("names every file that cannot be used", async () => {
    const user = await User.withHistory(SILENT);
    put(user.at("pace.json"), "{");
    put(user.at("zones.json"), '{"version":9}');
    put(user.at("spool", "left-pad", `${"0".repeat(64)}.json`), '{"version":1}');
    put(join(user.machine.home, ".config", "sotto", "history.json"), "[]");
    const { exitCode, printed } = await user.run("status");
    expect(exitCode).toBe(0);
    const problems = printed.slice(printed.indexOf("Files that cannot be used")).replace(/\n {4}/g, " ");
    expect(problems).toContain("pace.json: it is not JSON");
    expect(problems).toContain("zones.json: it was written by a newer sotto");
    expect(problems).toContain("0000.json: it is damaged");
    expect(problems).toContain("history.json: it is not a JSON object");
    expect(row(printed, "History")).toBe("off, 1 entry");
  });

  it("does not say that nobody decided where that cannot be known", async () => {
    const user = await User.make();
    put(user.machine.consent.path, "{");
    expect(row((await user.run("status")).printed, "Decision")).toBe("not known, so no");
  });

  it("tells programs the same, and one project alone where one is named", async () => {
    const user = await User.withHistory(SILENT);
    await user.machine.deny("black");
    const all = JSON.parse((await user.run("status", "--json")).printed);
    expect(all.projects.map(({ project, state, rule }: Record<string, string>) => [project, state, rule])).toEqual([
      ["black", "denied", "stored-project"],
      ["left-pad", "granted", "stored-project"],
    ]);
    expect(all.projects[1]).toMatchObject({
      reported: { weekly: { unit: "week", window: 2968 } },
      waiting: [{ zone: "r.example.net", attempts: 1 }],
      stopped: false,
    });
    const one = JSON.parse((await user.run("status", "black", "--json")).printed);
    expect(one.projects).toHaveLength(1);
  });

  it("refuses what is no project's name, and both a name and a definition", async () => {
    const user = await User.make();
    expect(await user.run("status", "Left Pad")).toMatchObject({ exitCode: 2, code: "SOTTO_USAGE" });
    expect((await user.run("status", "left-pad", "--definition", user.file)).exitCode).toBe(2);
    expect((await user.run("status", "--definition", "/nonexistent")).exitCode).toBe(2);
  });
});

function policy(user: User, word: string): void {
  const path = user.machine.world.places.administrator;
  put(path, JSON.stringify(word === "off" ? { version: 1, telemetry: "off" } : { version: 1, x: 1 }));
}

function variable(user: User, name: string, value: string): void {
  user.machine.environment = { [name]: value };
}

function inCi(user: User): void {
  user.machine.isCi = true;
}

async function asked(user: User, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    await changeConsent(user.machine.consent, (record) => withQuestion(record, "left-pad"));
  }
}

async function hostYes(user: User): Promise<void> {
  await changeConsent(user.machine.consent, (record) => withHostAnswer(record, "granted", MONDAY));
}
