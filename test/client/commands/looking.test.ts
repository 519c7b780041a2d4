import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseReceipt } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { rawField } from "../../wire/definitions.ts";
import { ACK, NOT_FOUND, SILENT } from "../sender/scene.ts";
import { definitionOf, TypingPerson, User } from "./scene.ts";

const TEXT = /\{"p":"3\.12\.1","c":"build","s":1,"t":(true|false)\}/;

/** The history's entries, without what became of them. */
function entryFiles(user: User, project = "left-pad"): string[] {
  try {
    return readdirSync(user.at("history", project)).filter((name) => /^\d+-[0-9a-f]+\.json$/.test(name));
  } catch {
    return [];
  }
}

describe("preview", () => {
  it("shows, before anybody decided, what a yes would be to, and makes nothing", async () => {
    const user = await User.make();
    const { exitCode, printed } = await user.run("preview", "--definition", user.file);
    expect(exitCode).toBe(0);
    expect(printed.replaceAll("\n", " ")).toMatch(
      /^What Left Pad would send if it were on\. Nothing is sent now: it has not/,
    );
    expect(printed).toContain("weekly, once a week: due for the week of 2026-11-23\n");
    expect(printed).toContain("  python: (said by the program)\n      The version of Python.\n");
    expect(printed).toContain("  Left out: old (expired)");
    expect(printed).toContain("counts, once a week: nothing was counted that was not reported");
    expect(user.files()).toEqual([]);
  });

  it("shows what the program said where a report is due, and explains noise without drawing any", async () => {
    const user = await User.make();
    await user.machine.grant(definitionOf());
    await user.use((telemetry) => telemetry.report("weekly", { python: "3.12.1", size: 50, tty: true }));
    for (const _ of Array(8).keys()) {
      const { printed } = await user.run("preview", "left-pad");
      expect(printed).toContain("  python: 3.12.1\n");
      expect(printed).toContain("  size: from 10, less than 100\n");
      expect(printed).toContain("  command: (not said by the program)\n");
      // The truth: what is sent is drawn when it is sealed.
      expect(printed).toContain("  tty: yes\n      Whether output goes to a terminal.\n      The answer is blurred");
    }
  });

  it("shows the next window where this one was reported, with what was counted so far", async () => {
    const user = await User.withHistory();
    const { printed } = await user.run("preview", "left-pad");
    expect(printed.replaceAll(/\n {0,4}(?=[a-z])/g, " ")).toContain(
      "weekly, once a week: next for the week of 2026-11-30, due from 2026-11-30 on",
    );
    expect(printed).toContain("  python: (said by the program)");
    expect(printed).toContain("  runs: once\n");
    expect(printed).toContain("  errors: E_IO: 2 times\n");
  });

  it("leaves out what nobody was told of, and says that of rotated fields each report carries one", async () => {
    const user = await User.withHistory();
    const fields = {
      python: rawField("p", "version", { description: "The version of Python." }),
      tty: rawField("t", "boolean"),
    };
    const newer = definitionOf({
      reports: { weekly: { window: "week", description: "x", fields, rotate: ["python", "tty"] } },
    });
    writeFileSync(user.file, JSON.stringify(newer));
    const { printed } = await user.run("preview", "--definition", user.file);
    // To rotate is another meaning than to be told always.
    expect(printed).toContain("nothing of it may be told");
    expect(printed).toContain("Left out: python (you were not told of it), tty (you were not told of it)");
    await user.run("enable", "--definition", user.file);
    expect((await user.run("preview", "--definition", user.file)).printed).toContain(
      "Of python, tty each report carries one",
    );
  });

  it("tells programs the same", async () => {
    const user = await User.make();
    const shown = JSON.parse((await user.run("preview", "--definition", user.file, "--json")).printed);
    expect(shown).toMatchObject({ project: "left-pad", state: "undecided", rule: "question-due" });
    expect(shown.reports[0]).toMatchObject({ report: "weekly", due: { window: 2968, back: 0, from: null } });
    expect(shown.reports[0].fields[0]).toMatchObject({ field: "python", key: "p", unknown: "program" });
    expect(shown.reports[0].leftOut).toEqual([{ field: "old", reason: "expired" }]);
  });

  it("needs a definition, and a clock that can be right", async () => {
    const user = await User.make();
    expect((await user.run("preview", "left-pad")).code).toBe("SOTTO_PROJECT_UNKNOWN");
    expect((await user.run("preview")).exitCode).toBe(2);
    writeFileSync(user.file, '{"sotto":1}');
    expect(await user.run("preview", "--definition", user.file)).toMatchObject({
      exitCode: 1,
      code: "SOTTO_DEFINITION",
    });
    writeFileSync(user.file, JSON.stringify(definitionOf()));
    user.machine.now = 1000;
    expect(await user.run("preview", "--definition", user.file)).toMatchObject({ exitCode: 1, code: "SOTTO_CLOCK" });
  });
});

describe("history", () => {
  it("shows what was sealed, newest first, in words, and what became of it", async () => {
    const user = await User.withHistory(SILENT);
    user.machine.later(7);
    await user.use();
    await user.send(ACK);
    const { exitCode, printed } = await user.run("history");
    expect(exitCode).toBe(0);
    const heads = printed.split("\n").filter((line) => /^\d/.test(line));
    expect(heads[0]).toMatch(/^2026-11-30 {2}left-pad (weekly|counts) to r\.example\.net: arrived$/);
    expect(heads.at(-1)).toBe("2026-11-23  left-pad weekly to r.example.net: arrived");
    expect(printed).toMatch(TEXT);
    expect(printed).toContain("            python: 3.12.1\n");
    expect(printed).toMatch(/ {12}tty: (yes|no) \(blurred, so perhaps not true\)/);
    expect(printed).toContain("            counted 1 week before");
    expect((await user.run("history", "black")).printed).toBe("Nothing in the history.");
  });

  it("tells of one that was refused or waits, and programs the same without its secrets", async () => {
    const user = await User.withHistory(NOT_FOUND);
    expect((await user.run("history", "left-pad")).printed).toContain("waits to be sent");
    const { printed } = await user.run("history", "--json");
    const [entry] = JSON.parse(printed);
    expect(entry).toMatchObject({ date: "2026-11-23", project: "left-pad", report: "weekly", state: "waiting" });
    expect(Object.keys(entry.frames[0])).toEqual(["box", "state"]);
    expect(printed).not.toContain("ecret");
  });

  it("off deletes all, keeps none from then on, and on keeps one again", async () => {
    const user = await User.withHistory(SILENT);
    const off = await user.run("history", "off");
    expect(off).toMatchObject({ exitCode: 0, printed: "No history is kept any more. Deleted: 1 entry." });
    expect(entryFiles(user)).toEqual([]);
    user.machine.later(7);
    await user.use();
    await user.send();
    const shown = await user.run("history");
    expect([shown.printed, shown.noted]).toEqual([
      "Nothing in the history.",
      "No history is kept: it was switched off. sotto-client history on keeps one again.",
    ]);
    expect((await user.run("history", "on")).exitCode).toBe(0);
    user.machine.later(7);
    await user.use();
    await user.send();
    expect(entryFiles(user).length).toBeGreaterThan(0);
  });

  it("leaves what a newer sotto wrote, and says so", async () => {
    const user = await User.withHistory();
    const [name = ""] = entryFiles(user);
    writeFileSync(user.at("history", "left-pad", name), '{"version":2}');
    expect((await user.run("history")).noted).toContain("1 file cannot be read");
    expect(await user.run("history", "off")).toMatchObject({ exitCode: 1, code: "SOTTO_KEPT" });
    expect(await user.run("forget", "--all", "--yes")).toMatchObject({ exitCode: 1, code: "SOTTO_KEPT" });
    expect(entryFiles(user)).toEqual([name]);
  });

  it("says that it cannot be switched where the setting is of a newer sotto", async () => {
    const user = await User.withHistory();
    writeFileSync(user.machine.consent.path.replace("consent.json", "history.json"), '{"version":2}');
    expect(await user.run("history", "off")).toMatchObject({ exitCode: 1, code: "SOTTO_HISTORY_SETTING" });
    expect(entryFiles(user)).toHaveLength(1);
    expect((await user.run("history")).noted).toContain("its setting cannot be used");
  });
});

describe("open", () => {
  it("proves what is inside a name, however a log shows it", async () => {
    const user = await User.withHistory();
    const [name = ""] = user.names;
    for (const shown of [name, name.toUpperCase(), name.replace(/\.$/, ""), name.split(".").slice(0, 3).join(".")]) {
      const { exitCode, printed, noted } = await user.run("open", shown);
      expect([exitCode, noted]).toEqual([0, ""]);
      expect(printed).toMatch(TEXT);
      expect(printed).toContain("Proved: the name's box opens");
    }
    const elsewhere = await user.run("open", name.replace("r.example.net", "evil.example"));
    expect(elsewhere.noted).toContain("another zone than the r.example.net");
    const shown = JSON.parse((await user.run("open", name, "--json")).printed);
    expect(shown).toMatchObject({ report: "weekly", part: 1, parts: 1, sameZone: true });
  });

  it("ends with 1 for a name of another machine and for an entry that was changed, with 2 for no name", async () => {
    const user = await User.withHistory();
    const other = await User.withHistory();
    other.machine.now = user.machine.now;
    const [name = ""] = user.names;
    await user.run("forget", "--all", "--yes");
    expect(await user.run("open", name)).toMatchObject({ exitCode: 1, code: "SOTTO_OPEN_UNKNOWN" });
    const [file = ""] = entryFiles(other);
    const path = other.at("history", "left-pad", file);
    writeFileSync(path, readFileSync(path, "utf8").replace("3.12.1", "3.12.2"));
    expect(await other.run("open", other.names[0] ?? "")).toMatchObject({ exitCode: 1, code: "SOTTO_OPEN_UNPROVED" });
    expect(await user.run("open", "www.example.net")).toMatchObject({ exitCode: 2, code: "SOTTO_OPEN_NAME" });
  });
});

describe("receipts", () => {
  it("prints one line a frame, and warns beside it that each is a secret", async () => {
    const user = await User.withHistory();
    const { exitCode, printed, noted } = await user.run("receipts", "left-pad");
    expect(exitCode).toBe(0);
    expect(printed.split("\n")).toHaveLength(1);
    expect(parseReceipt(printed)).toBeDefined();
    expect(noted.replaceAll("\n", " ")).toMatch(/^Each line is a secret: .* have it deleted\./);
  });

  it("prints none of an entry that was changed, and nothing of no history", async () => {
    const user = await User.withHistory();
    const [file = ""] = entryFiles(user);
    const path = user.at("history", "left-pad", file);
    writeFileSync(path, readFileSync(path, "utf8").replace("3.12.1", "3.12.2"));
    expect(await user.run("receipts")).toMatchObject({ exitCode: 1, code: "SOTTO_RECEIPTS_UNPROVED", printed: "" });
    expect(await (await User.make()).run("receipts")).toMatchObject({ exitCode: 0, printed: "" });
  });
});

describe("forget", () => {
  it("deletes one entry by a name from a log, and a project's by its name", async () => {
    const user = await User.withHistory();
    const other = definitionOf({ project: "black" });
    await user.machine.grant(other);
    user.machine.later(7);
    await user.use();
    await user.use(undefined, other);
    await user.send();
    const before = entryFiles(user);
    const [name = ""] = user.names;
    expect(await user.run("forget", name, "--yes")).toMatchObject({
      exitCode: 0,
      printed: "Forgotten: 1 entry of the history.",
    });
    expect(entryFiles(user)).toHaveLength(before.length - 1);
    expect((await user.run("open", name)).exitCode).toBe(1);
    await user.run("forget", "left-pad", "--yes");
    expect(entryFiles(user)).toEqual([]);
    expect(entryFiles(user, "black").length).toBeGreaterThan(0);
    await user.run("forget", "--all", "--yes");
    expect(entryFiles(user, "black")).toEqual([]);
  });

  it("asks on a terminal, wants --yes where there is none, and deletes nothing otherwise", async () => {
    const user = await User.withHistory(SILENT);
    expect(await user.run("forget", "--all")).toMatchObject({ exitCode: 2, message: expect.stringContaining("--yes") });
    for (const answer of ["no\n", "y\n", ""]) {
      user.terminal = new TypingPerson(answer);
      expect(await user.run("forget", "left-pad")).toMatchObject({ exitCode: 1, code: "SOTTO_FORGET_KEPT" });
      expect(user.terminal.seen).toContain("Forget 1 entry of the history, secrets and all? Type yes to go on: ");
    }
    expect(entryFiles(user)).toHaveLength(1);
    user.terminal = new TypingPerson("yes\n");
    const { exitCode, noted } = await user.run("forget", "left-pad");
    expect(exitCode).toBe(0);
    expect(noted).toContain("sotto-client disable deletes that, too");
    expect(entryFiles(user)).toEqual([]);
  });

  it("says that there is nothing of that name, and wants one name or all", async () => {
    const user = await User.withHistory();
    for (const name of ["black", "www.example.net"]) {
      expect(await user.run("forget", name, "--yes")).toMatchObject({ exitCode: 1, code: "SOTTO_FORGET_NONE" });
    }
    expect((await user.run("forget")).exitCode).toBe(2);
    expect((await user.run("forget", "left-pad", "--all", "--yes")).exitCode).toBe(2);
    expect(entryFiles(user)).toHaveLength(1);
  });
});
