import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemRandom } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { readDefinitionCopy, writeDefinitionCopy } from "../../../client/installation/definitioncopy.ts";
import { type DueReport, dueReports, makeDue, readDue, removeDue } from "../../../client/installation/due.ts";
import { isNextDue, readNext, writeNext } from "../../../client/installation/next.ts";
import { readSession, removeSession, useSession } from "../../../client/installation/session.ts";
import type { Place } from "../../../client/state/paths.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { TODAY } from "../report/definition.ts";

const DUE: DueReport = {
  id: "0123456789abcdef",
  day: TODAY,
  runner: "terminal",
  platform: "linux-x64",
  session: null,
  values: { python: "3.12.1", tty: true, size: 10 },
};

async function installation(): Promise<Place> {
  const home = await temporaryFolder();
  return { path: join(home, "installation"), within: home };
}

describe("a due report", () => {
  it("is made once, whole, and read as it was made", async () => {
    const place = await installation();
    expect(makeDue(place, "weekly", DUE)).toBe("made");
    expect(makeDue(place, "weekly", { ...DUE, id: "fedcba9876543210" })).toBe("there");
    expect(readDue(place, "weekly")).toEqual({ type: "read", due: DUE });
    expect(dueReports(place)).toEqual(["weekly"]);
    expect(readdirSync(place.path)).toEqual(["due-weekly.json"]);
    expect(removeDue(place, "weekly")).toBe(true);
    expect(readDue(place, "weekly")).toEqual({ type: "absent" });
  });

  it("is not made where there is no home, nor of a size that nobody would read", async () => {
    expect(makeDue({ path: "/nonexistent/x", within: "/nonexistent" }, "weekly", DUE)).toBe("failed");
    const place = await installation();
    expect(makeDue(place, "weekly", { ...DUE, values: { text: "x".repeat(70_000) } })).toBe("failed");
  });

  it.each([
    ["no JSON", "{", false],
    ["another version", JSON.stringify({ version: 2, ...DUE }), true],
    ["no id", JSON.stringify({ version: 1, ...DUE, id: "x" }), false],
    ["a day that no client saw", JSON.stringify({ version: 1, ...DUE, day: 1 }), false],
    ["an unknown runner", JSON.stringify({ version: 1, ...DUE, runner: "cron" }), false],
    ["a session that is none", JSON.stringify({ version: 1, ...DUE, session: "x" }), false],
    ["values that are none", JSON.stringify({ version: 1, ...DUE, values: [] }), false],
  ])("cannot be used: %s", async (_, text, isNewer) => {
    const place = await installation();
    makeDue(place, "weekly", DUE);
    writeFileSync(join(place.path, "due-weekly.json"), text);
    expect(readDue(place, "weekly")).toEqual({ type: "unusable", isNewer });
  });

  it("has only strings, numbers and booleans as values, whoever wrote them", async () => {
    const place = await installation();
    makeDue(place, "weekly", DUE);
    const values = { a: null, b: {}, c: [1], d: "x" };
    writeFileSync(join(place.path, "due-weekly.json"), JSON.stringify({ version: 1, ...DUE, values }));
    expect(readDue(place, "weekly")).toMatchObject({ due: { values: { d: "x" } } });
  });
});

describe("files by a newer program", () => {
  it("are left as they are", async () => {
    const place = await installation();
    const newer = '{"version":2}';
    makeDue(place, "weekly", DUE);
    const names = ["session.json", "definition.json", "next.json"];
    for (const name of names) writeFileSync(join(place.path, name), newer);
    expect(useSession(place, 1, systemRandom)).toMatchObject({ minute: 1 });
    expect(writeDefinitionCopy(place, { definition: {}, fields: {}, stopped: null })).toBe(false);
    expect(writeNext(place, 5)).toBe(false);
    expect(writeNext(place, null)).toBe(false);
    expect(readdirSync(place.path).sort()).toEqual(["definition.json", "due-weekly.json", "next.json", "session.json"]);
    expect(names.map((name) => readFileSync(join(place.path, name), "utf8"))).toEqual(names.map(() => newer));
    expect([readSession(place), readDefinitionCopy(place), readNext(place)]).toEqual([null, null, null]);
  });
});

describe("a session's file", () => {
  it("is written once a minute, however many runs there are", async () => {
    const place = await installation();
    const inode = () => statSync(join(place.path, "session.json")).ino;
    const { id } = useSession(place, 29_923_200, systemRandom);
    const before = inode();
    expect(useSession(place, 29_923_200, systemRandom).id).toBe(id);
    expect(inode()).toBe(before);
    expect(useSession(place, 29_923_201, systemRandom).id).toBe(id);
    expect(readSession(place)).toEqual({ id, minute: 29_923_201 });
  });
});

describe("the session's and the definition's files", () => {
  it("are read as they were written", async () => {
    const place = await installation();
    const session = useSession(place, 29_923_200, systemRandom);
    expect(session).toEqual({ id: expect.stringMatching(/^[a-z2-7]{8}$/), minute: 29_923_200 });
    expect(readSession(place)).toEqual(session);
    removeSession(place);
    expect(readSession(place)).toBeNull();
    const copy = { definition: { sotto: 1 }, fields: { "weekly.runs": "00" }, stopped: null };
    for (const stopped of [null, 2968]) {
      expect(writeDefinitionCopy(place, { ...copy, stopped })).toBe(true);
      expect(readDefinitionCopy(place)).toEqual({ ...copy, stopped });
    }
  });
});

describe("the next minute", () => {
  it("has come when it is over, or so far ahead that a wrong clock wrote it", () => {
    expect(isNextDue(null, 100)).toBe(false);
    expect(isNextDue(100, 100)).toBe(true);
    expect(isNextDue(101, 100)).toBe(false);
    // The longest wait of a frame, a week and a half.
    expect(isNextDue(100 + 15_120, 100)).toBe(false);
    expect(isNextDue(100 + 11 * 1440 + 1, 100)).toBe(true);
  });

  it("is kept, and removed when there is nothing to do", async () => {
    const place = await installation();
    expect(readNext(place)).toBeNull();
    expect(writeNext(place, 29_923_260)).toBe(true);
    expect(readNext(place)).toBe(29_923_260);
    expect(writeNext(place, null)).toBe(true);
    expect(readdirSync(place.path)).toEqual([]);
  });
});
