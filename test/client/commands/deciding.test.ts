import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withQuestion } from "../../../client/consent/record.ts";
import { changeConsent } from "../../../client/consent/store.ts";
import { appendCounts } from "../../../client/installation/append.ts";
import { installationPlace, systemBinding } from "../../../client/installation/folder.ts";
import { SILENT } from "../sender/scene.ts";
import { definitionOf, TypingPerson, User } from "./scene.ts";

const stored = (user: User) => JSON.parse(readFileSync(user.machine.consent.path, "utf8"));

describe("enable", () => {
  it("records a yes to what the definition tells, says it, and the program reports from then on", async () => {
    const user = await User.make();
    await user.use();
    expect(user.machine.installation()).toEqual({});
    const { exitCode, printed, noted } = await user.run("enable", "--definition", user.file);
    expect([exitCode, noted]).toEqual([0, ""]);
    expect(printed).toMatch(/^Left Pad may now tell its developers/);
    expect(printed).toContain("  - The version of Python.\n");
    expect(printed).toContain("sotto-client preview left-pad\n");
    expect(printed).toContain("sotto-client disable left-pad");
    expect(stored(user).projects["left-pad"]).toMatchObject({ decision: "granted", day: 20_780 });
    expect(Object.keys(stored(user).projects["left-pad"].fields)).toHaveLength(7);
    await user.use();
    expect(Object.keys(user.machine.due())).toEqual(["weekly"]);
  });

  it("takes a name where the program has run, and else withdraws what was decided, so that it asks again", async () => {
    const user = await User.make();
    await user.run("disable", "left-pad");
    await changeConsent(user.machine.consent, (record) => withQuestion(withQuestion(record, "left-pad"), "left-pad"));
    const { exitCode, printed } = await user.run("enable", "left-pad");
    expect(exitCode).toBe(0);
    expect(printed.replaceAll("\n", " ")).toContain("when left-pad runs next on a terminal, it asks or tells you");
    expect(printed).toContain("sotto-client enable --definition sotto.json");
    expect(stored(user).projects["left-pad"]).toEqual({});
    await user.machine.grant(definitionOf());
    await user.use();
    expect((await user.run("enable", "left-pad")).exitCode).toBe(0);
  });

  it("records it also where something stronger says off, and says so", async () => {
    const user = await User.make();
    user.machine.environment = { DO_NOT_TRACK: "1" };
    const { exitCode, printed, noted } = await user.run("enable", "--definition", user.file);
    expect(exitCode).toBe(0);
    expect(printed).not.toContain("may now tell");
    expect(noted.replaceAll("\n", " ")).toBe(
      "Your yes to left-pad is recorded, but without effect now: the variable DO_NOT_TRACK is set.",
    );
    expect(stored(user).projects["left-pad"].decision).toBe("granted");
  });

  it("says yes for all, after each one's notice", async () => {
    const user = await User.make();
    const { exitCode, printed, noted } = await user.run("enable", "--all");
    expect([exitCode, noted]).toEqual([0, ""]);
    expect(printed.replaceAll("\n", " ")).toContain("each after it has shown you its notice");
    expect(stored(user).host).toEqual({ decision: "granted", day: 20_780 });
    await user.use();
    expect(user.machine.installation()).toEqual({});
    user.machine.environment = { SOTTO_TELEMETRY: "off" };
    expect((await user.run("enable", "--all")).noted).toMatch(/the variable SOTTO_TELEMETRY\s+says off/);
  });

  it("changes nothing in a consent file that it does not understand, nor by a clock that is wrong", async () => {
    const user = await User.make();
    mkdirSync(join(user.machine.consent.path, ".."), { recursive: true });
    writeFileSync(user.machine.consent.path, '{"version":7}');
    expect(await user.run("enable", "--all")).toMatchObject({
      exitCode: 1,
      code: "SOTTO_DECISION_UNUSABLE",
      message: expect.stringMatching(/consent\.json: it was written by a newer sotto; it denies everything/),
    });
    expect(readFileSync(user.machine.consent.path, "utf8")).toBe('{"version":7}');
    user.machine.now = 1000;
    expect((await user.run("enable", "--all")).code).toBe("SOTTO_DECISION_CLOCK");
  });

  it("wants one project, or all", async () => {
    const user = await User.make();
    for (const argv of [["enable"], ["enable", "left-pad", "--all"], ["enable", "--nothing"], ["disable", "--purge"]]) {
      expect((await user.run(...argv)).exitCode).toBe(2);
    }
    expect(user.files()).toEqual([]);
  });
});

describe("disable", () => {
  it("records a no, deletes what is kept of the project, and says what that was", async () => {
    const user = await User.withHistory(SILENT);
    await user.use();
    const { exitCode, printed } = await user.run("disable", "left-pad");
    expect(exitCode).toBe(0);
    expect(printed).toMatch(/^left-pad asks, counts and sends nothing any more\./);
    expect(printed.replaceAll("\n", " ")).toContain(
      "Deleted: 1 frame that waited to be sent, 1 entry of the history, what was counted and reported.",
    );
    expect(user.files().filter((path) => path.includes("left-pad"))).toEqual([]);
    expect(stored(user).projects["left-pad"]).toEqual({ decision: "denied", day: 20_780 });
    expect((await user.run("disable", "left-pad")).printed).toContain("Nothing was kept.");
  });

  it("leaves another project as it is, unless it says all", async () => {
    const user = await User.withHistory(SILENT);
    const other = definitionOf({ project: "black" });
    await user.machine.grant(other);
    await user.use(undefined, other);
    await user.send(SILENT);
    await user.run("disable", "left-pad");
    const left = user.files().filter((path) => path.includes("black"));
    expect(left.some((path) => path.endsWith("definition.json"))).toBe(true);
    const { printed } = await user.run("disable", "--all");
    expect(printed).toContain("sotto-client enable --all");
    expect(user.files().filter((path) => path.includes("black"))).toEqual([]);
    expect(stored(user)).toMatchObject({ host: { decision: "denied" }, projects: { black: { decision: "granted" } } });
  });

  it("deletes what other machines that share the folder keep of it", async () => {
    const user = await User.withHistory();
    const other = installationPlace(user.state, "0123456789abcdef", "left-pad");
    appendCounts(other, 20_780, { counts: { runs: 1 } }, () => ({}));
    await user.run("disable", "left-pad");
    expect(existsSync(other.path)).toBe(false);
  });

  it("stops a sender at work, and deletes again what one that was writing brings back", async () => {
    const user = await User.withHistory(SILENT);
    writeFileSync(user.at("sender.lock"), "token");
    const folder = installationPlace(user.state, systemBinding(user.state) ?? "", "left-pad");
    let waits = 0;
    user.onSleep = () => {
      expect(existsSync(user.at("sender.lock"))).toBe(false);
      if (waits++ === 0) appendCounts(folder, 20_780, { counts: { runs: 1 } }, () => ({}));
    };
    const { exitCode } = await user.run("disable", "left-pad");
    expect(exitCode).toBe(0);
    expect(waits).toBeGreaterThan(1);
    expect(existsSync(folder.path)).toBe(false);
  });

  it("gives up on one that writes for ever, and says what is left", async () => {
    const user = await User.withHistory();
    const folder = installationPlace(user.state, systemBinding(user.state) ?? "", "left-pad");
    user.onSleep = () => {
      mkdirSync(folder.path, { recursive: true });
      writeFileSync(join(folder.path, "state.json"), '{"version":9}');
    };
    const { exitCode, code, noted } = await user.run("disable", "left-pad");
    expect([exitCode, code]).toEqual([1, "SOTTO_KEPT"]);
    expect(noted).toContain(`left: ${join(folder.path, "state.json")}`);
  });

  it("deletes also where the no cannot be recorded, and fails for that", async () => {
    const user = await User.withHistory(SILENT);
    writeFileSync(user.machine.consent.path, "{");
    const { exitCode, code, printed } = await user.run("disable", "left-pad");
    expect([exitCode, code]).toEqual([1, "SOTTO_DECISION_UNUSABLE"]);
    expect(printed).toMatch(/^Deleted: 1 frame/);
    expect(printed).not.toContain("sends nothing any more");
    expect(user.machine.installation()).toEqual({});
  });

  it("removes with --purge every file but the decision, and every folder that is empty then", async () => {
    const user = await User.withHistory(SILENT);
    await user.run("history", "off");
    await user.use();
    writeFileSync(user.at("spool.lock.takeover"), "");
    writeFileSync(user.at(".pace.json.new-1"), "");
    const { exitCode, printed } = await user.run("disable", "--all", "--purge");
    expect(exitCode).toBe(0);
    expect(printed).toContain(user.machine.consent.path);
    expect(user.files()).toEqual([".config", ".config/sotto", ".config/sotto/consent.json", ".local", ".local/state"]);
    expect(stored(user).host.decision).toBe("denied");
  });

  it("leaves with --purge what a newer sotto wrote and what is not ours, and names it", async () => {
    const user = await User.withHistory();
    writeFileSync(user.at("pace.json"), '{"version":2}');
    writeFileSync(user.at("notes.txt"), "mine");
    writeFileSync(join(user.machine.home, ".config", "sotto", "history.json"), '{"version":2}');
    const { exitCode, noted, message } = await user.run("disable", "--all", "--purge");
    expect([exitCode, message]).toEqual([1, "3 files are left: of a newer sotto, not ours, or not to be removed"]);
    for (const name of ["pace.json", "notes.txt", "history.json"])
      expect(noted).toMatch(new RegExp(`left: .*/${name}`));
    expect(readFileSync(user.at("pace.json"), "utf8")).toBe('{"version":2}');
  });
});

describe("ask", () => {
  it("refuses without a terminal and in CI, and records nothing then", async () => {
    const user = await User.make();
    expect(await user.run("ask", "--definition", user.file)).toMatchObject({ exitCode: 1, code: "SOTTO_ASK_TERMINAL" });
    user.terminal = new TypingPerson("yes\n");
    user.machine.isCi = true;
    expect(await user.run("ask", "--definition", user.file)).toMatchObject({ exitCode: 1, code: "SOTTO_ASK_CI" });
    expect(user.terminal.seen).toBe("");
    expect(user.files()).toEqual([]);
  });

  it("asks however often it asked, and takes a yes", async () => {
    const user = await User.make();
    for (const _ of [1, 2, 3, 4]) {
      user.terminal = new TypingPerson("");
      expect(await user.run("ask", "--definition", user.file)).toMatchObject({
        exitCode: 1,
        code: "SOTTO_ASK_UNANSWERED",
      });
      expect(user.terminal.seen).toContain("May Left Pad tell its developers how it is used?");
    }
    user.terminal = new TypingPerson("\nwhat\nyes\n");
    const { exitCode, printed } = await user.run("ask", "--definition", user.file);
    expect(exitCode).toBe(0);
    expect(printed).toMatch(/^Left Pad may now tell/);
    expect(stored(user).projects["left-pad"]).toMatchObject({ decision: "granted", asked: 5 });
  });

  it("deletes what is kept on a no, of all projects on a never", async () => {
    const user = await User.withHistory(SILENT);
    user.terminal = new TypingPerson("no\n");
    expect((await user.run("ask", "left-pad")).printed).toContain("Deleted: 1 frame");
    expect(stored(user).projects["left-pad"].decision).toBe("denied");
    expect(user.files().filter((path) => path.includes("left-pad"))).toEqual([]);
    const other = await User.withHistory(SILENT);
    other.terminal = new TypingPerson("never\n");
    expect((await other.run("ask", "left-pad")).exitCode).toBe(0);
    expect(stored(other).host.decision).toBe("denied");
    expect(other.machine.installation()).toEqual({});
  });

  it("does not ask what it could not record", async () => {
    const user = await User.make();
    mkdirSync(join(user.machine.consent.path, ".."), { recursive: true });
    writeFileSync(user.machine.consent.path, "{");
    user.terminal = new TypingPerson("yes\n");
    expect((await user.run("ask", "--definition", user.file)).code).toBe("SOTTO_DECISION_UNUSABLE");
    expect(user.terminal.seen).toBe("");
  });
});
