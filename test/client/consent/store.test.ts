import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  EMPTY_RECORD,
  problemOf,
  standingOf,
  withDenial,
  withGrant,
  withHostAnswer,
  withNotice,
  withoutDecision,
  withoutHostAnswer,
  withQuestion,
} from "../../../client/consent/record.ts";
import { changeConsent, readConsent } from "../../../client/consent/store.ts";
import { NOON_DAY, temporaryFolder } from "../../e2e/scene.ts";

const fields = { "weekly.command": "a".repeat(64) };
const TOLD = { day: NOON_DAY, fields };
const decider = fileURLToPath(new URL("decider.ts", import.meta.url));

async function place() {
  const within = await temporaryFolder();
  return { path: join(within, ".config", "sotto", "consent.json"), within };
}

describe("a consent record", () => {
  it("takes a yes with what was told, a no without, and forgets both", () => {
    const granted = withGrant(EMPTY_RECORD, "left-pad", TOLD);
    expect(granted).toEqual({ version: 1, projects: { "left-pad": { decision: "granted", day: NOON_DAY, fields } } });
    const denied = withDenial(granted, "left-pad", NOON_DAY + 1);
    expect(denied).toEqual({ version: 1, projects: { "left-pad": { decision: "denied", day: NOON_DAY + 1 } } });
    expect(withoutDecision(denied, "left-pad")).toEqual({ version: 1, projects: { "left-pad": {} } });
  });

  it("counts questions and notes notices without a decision", () => {
    const twice = withQuestion(withQuestion(EMPTY_RECORD, "left-pad"), "left-pad");
    expect(standingOf(twice, "left-pad")).toEqual({ host: null, project: null, asked: 2, noticed: null, told: {} });
    const noticed = withNotice(twice, "left-pad", TOLD);
    expect(standingOf(noticed, "left-pad")).toMatchObject({ project: null, asked: 2, noticed: NOON_DAY, told: fields });
    expect(standingOf(noticed, "other")).toMatchObject({ asked: 0, noticed: null });
  });

  it("asks for a new notice after a decision was withdrawn, and keeps the count of questions", () => {
    const noticed = withNotice(withQuestion(EMPTY_RECORD, "left-pad"), "left-pad", TOLD);
    const withdrawn = withoutDecision(withDenial(noticed, "left-pad", NOON_DAY), "left-pad");
    expect(standingOf(withdrawn, "left-pad")).toMatchObject({ project: null, asked: 1, noticed: null, told: {} });
  });

  it("asks for all notices again after the decision for the host was withdrawn, and keeps yeses", () => {
    const both = withGrant(withNotice(EMPTY_RECORD, "told", TOLD), "granted", TOLD);
    const silenced = withHostAnswer(both, "denied", NOON_DAY);
    expect(standingOf(silenced, "granted")).toMatchObject({ host: "denied", project: "granted" });
    const after = withoutHostAnswer(silenced);
    expect(standingOf(after, "told")).toMatchObject({ host: null, noticed: null, told: {} });
    expect(standingOf(after, "granted")).toMatchObject({ host: null, project: "granted", told: fields });
  });

  it("keeps what it does not know", () => {
    const record = {
      version: 1,
      later: [1],
      host: { more: true },
      projects: { "left-pad": { decision: "denied", day: 1, note: "x" }, other: { asked: 1 } },
    };
    const changes = [withGrant(record, "left-pad", TOLD), withoutDecision(record, "left-pad")];
    for (const change of [...changes, withHostAnswer(record, "granted", 1), withoutHostAnswer(record)]) {
      expect(change).toMatchObject({
        later: [1],
        host: { more: true },
        projects: { "left-pad": { note: "x" }, other: { asked: 1 } },
      });
      expect(problemOf(change)).toBeNull();
    }
  });

  it("has a place for a project called constructor", () => {
    expect(standingOf(EMPTY_RECORD, "constructor").project).toBeNull();
    expect(standingOf(withDenial(EMPTY_RECORD, "constructor", 1), "constructor").project).toBe("denied");
  });
});

describe("consent.json", () => {
  it("is not made by reading", async () => {
    const { path, within } = await place();
    expect(readConsent({ path })).toEqual({ type: "read", record: EMPTY_RECORD });
    expect(await readdir(within)).toEqual([]);
  });

  it("is made by the first change, with nothing beside it afterwards", async () => {
    const consent = await place();
    const change = await changeConsent(consent, (record) => withGrant(record, "left-pad", TOLD));
    expect(change.type).toBe("changed");
    expect(await readdir(join(consent.within, ".config", "sotto"))).toEqual(["consent.json"]);
    expect((await stat(consent.path)).mode & 0o777).toBe(0o600);
    expect(readConsent(consent)).toEqual({ type: "read", record: withGrant(EMPTY_RECORD, "left-pad", TOLD) });
  });

  it.each([
    ["of a newer program", '{"version":2,"projects":[]}'],
    ["that is damaged", '{"version":1,'],
    ["with a decision that is not known", '{"version":1,"host":{"decision":"perhaps","day":1}}'],
  ])("%s is left alone, and no lock is made beside it", async (_, text) => {
    const within = await temporaryFolder();
    const path = join(within, "consent.json");
    await writeFile(path, text);
    const { mtimeMs } = await stat(within);
    const change = await changeConsent({ path, within }, (record) => withGrant(record, "left-pad", TOLD));
    expect(change).toMatchObject({ type: "refused", cause: "unusable" });
    expect(await readFile(path, "utf8")).toBe(text);
    expect((await stat(within)).mtimeMs).toBe(mtimeMs);
  });

  it("that is a link stays one", async () => {
    const within = await temporaryFolder();
    const [path, target] = [join(within, "consent.json"), join(within, "dotfiles", "sotto.json")];
    await mkdir(join(within, "dotfiles"));
    await writeFile(target, '{"version":1}');
    await symlink("dotfiles/sotto.json", path);
    expect((await changeConsent({ path, within }, (record) => withDenial(record, "left-pad", 1))).type).toBe("changed");
    expect(await readFile(target, "utf8")).toContain("denied");
    expect((await readdir(within)).toSorted()).toEqual(["consent.json", "dotfiles"]);
  });

  it("is not made in a home that is gone", async () => {
    const consent = await place();
    await rm(consent.within, { recursive: true });
    const change = await changeConsent(consent, (record) => withGrant(record, "left-pad", TOLD));
    expect(change).toMatchObject({ type: "refused", cause: "unwritable" });
    await expect(stat(consent.within)).rejects.toThrow();
  });

  it("is not changed while another program has the lock, and is once that program is dead", async () => {
    const within = await temporaryFolder();
    const path = join(within, "consent.json");
    const lock = `${path}.lock`;
    await writeFile(lock, "another's");
    const deny = () => changeConsent({ path, within }, (record) => withDenial(record, "left-pad", 1), 0);
    expect(await deny()).toMatchObject({ type: "refused", cause: "busy" });
    expect(await readdir(within)).toEqual(["consent.json.lock"]);
    const dead = Date.now() / 1000 - 7 * 60;
    await utimes(lock, dead, dead);
    expect((await deny()).type).toBe("changed");
    expect(await readdir(within)).toEqual(["consent.json"]);
  });

  it.each([
    ["at once", null],
    ["beside a dead lock", 7 * 60],
  ])("loses nothing when 20 processes decide about 20 projects %s", async (_, lockSeconds) => {
    const consent = await place();
    if (lockSeconds !== null) {
      await mkdir(join(consent.path, ".."), { recursive: true });
      await writeFile(`${consent.path}.lock`, "dead");
      await utimes(`${consent.path}.lock`, Date.now() / 1000 - lockSeconds, Date.now() / 1000 - lockSeconds);
    }
    const verbs = Array.from({ length: 20 }, (_each, index) => (index % 2 === 0 ? "grant" : "deny"));
    const codes = await Promise.all(
      verbs.map(async (verb, index) => {
        const args = ["--conditions=sotto-source", decider, consent.path, consent.within, `p-${index}`, verb];
        const [code] = await once(spawn(process.execPath, args, { stdio: "inherit" }), "exit");
        return code;
      }),
    );
    expect(codes).toEqual(verbs.map(() => 0));
    const { projects } = JSON.parse(readFileSync(consent.path, "utf8"));
    const expected = verbs.map((verb, index) => [`p-${index}`, verb === "grant" ? "granted" : "denied"]);
    const found = Object.entries<{ decision: string }>(projects).map(([name, { decision }]) => [name, decision]);
    expect(found.toSorted()).toEqual(expected.toSorted());
    expect(await readdir(join(consent.path, ".."))).toEqual(["consent.json"]);
  });
});
