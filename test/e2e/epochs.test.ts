import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type EpochSecret, engineOf, type ReportRecord, withKeys } from "@sotto/decoder";
import { Keyring, keyId, type ManifestKey, passphrasesFrom, standingOf } from "@sotto/keys";
import { dateOfDay, type EpochKey, type KeyPair, weekOf } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import { EpochLog, type SentReport } from "../decoder/epochlog.ts";
import {
  epochSecrets,
  epochsFrom,
  type LogSegment,
  protectKeyring,
  scanSegments,
  seededKeyring,
} from "../decoder/keyrings.ts";
import { segmentFile } from "../decoder/sealing.ts";
import { run } from "./command.ts";
import { NOON_DAY, temporaryFolder } from "./scene.ts";

const WEEKS = 104;
const REPORTS_A_WEEK = 8;
const FOREIGN_A_WEEK = 8;
const START = NOON_DAY - WEEKS * 7;

/** The Monday after the last epoch. */
const END = NOON_DAY;

const engine = await engineOf("auto");
const none = passphrasesFrom({ environment: {}, terminal: null });
const EPOCHS = epochsFrom(START, WEEKS);
const PROJECT = "a project's weekly keys";
const secrets = epochSecrets(EPOCHS, PROJECT);
const others = epochSecrets(EPOCHS, "another project's weekly keys");
const log = twoYears();
const segments = log.segments();

function twoYears(): EpochLog {
  const log = new EpochLog("two years");
  for (const { from } of EPOCHS) {
    for (let i = 0; i < REPORTS_A_WEEK; i++) log.send(secrets, from);
    for (let i = 0; i < FOREIGN_A_WEEK; i++) log.sendForeign(others, from);
  }
  return log;
}

async function madeKeyring(): Promise<Keyring> {
  return await seededKeyring(join(await temporaryFolder(), "keyring"), EPOCHS, PROJECT);
}

async function scan(keyring: Keyring, scanned: readonly LogSegment[] = segments) {
  const sources = { keyrings: [keyring.folder], keyFiles: [], passphrases: none };
  return await withKeys(sources, async (keys) => scanSegments(engine, keys, scanned));
}

/** What identifies a report: its text, its day and its key. */
function decoded(records: readonly ReportRecord[]): string[] {
  return records.map(({ text, day, key }) => `${text} ${day} ${key}`).sort();
}

function sentBy(reports: readonly SentReport[]): string[] {
  return reports.map(({ text, day, key }) => `${text} ${day} ${keyId(key.publicKey)}`).sort();
}

describe(`weekly keys over two years, ${log.sent.length} reports of the project up to 14 days late`, () => {
  it("open every report and nothing else, at one try a frame", async () => {
    const { records, counters, tries } = await scan(await madeKeyring());
    expect(decoded(records)).toEqual(sentBy(log.sent));
    const [own, all] = [log.ownFrames(), log.ownFrames() + log.foreign];
    expect(counters).toMatchObject({ scanned: all, opened: own, foreign: log.foreign, pending: 0, noKey: 0 });
    expect(counters).toMatchObject({ malformed: 0, late: 0, future: 0, incomplete: 0, duplicates: 0 });
    expect(tries).toBe(all);
    // The frames did come in later segments than their weeks', or the test would show nothing.
    const late = records.filter(({ day, segment }) => weekOf(day) < weekOf(segment.start / 86_400));
    expect(late.length).toBeGreaterThan(log.sent.length / 2);
  });

  it("leave the past unreadable once they are retired, in a log that was kept", async () => {
    const keyring = await madeKeyring();
    const today = END + 20;
    const due = keyring.keys.filter((key) => standingOf(key, today) === "due");
    // Of the last two the 28 days are not over.
    expect(due.length).toBe(WEEKS - 2);
    await keyring.retire(due, today);
    const retired = new Set(due.map(({ id }) => id));
    const isGone = ({ key }: SentReport) => retired.has(keyId(key.publicKey));
    for (const opened of [keyring, await Keyring.open(keyring.folder)]) {
      const { records, counters, tries, pendingKeys } = await scan(opened);
      expect(decoded(records)).toEqual(sentBy(log.sent.filter((report) => !isGone(report))));
      expect(records.length).toBe(2 * REPORTS_A_WEEK);
      expect(counters.opened).toBe(log.ownFrames() - log.ownFrames(isGone));
      expect([counters.noKey + counters.foreign + counters.opened, counters.pending]).toEqual([counters.scanned, 0]);
      expect([tries, pendingKeys]).toEqual([counters.scanned - counters.noKey, []]);
    }
  });

  it("open their own epoch and no other when one of them is stolen", () => {
    for (const stolen of [secrets[0], secrets[51], secrets[103]] as [EpochSecret, EpochSecret, EpochSecret]) {
      const keyPair: KeyPair = { publicKey: stolen.publicKey, secretKey: stolen.secretKey ?? expect.fail("no secret") };
      const { records, counters, tries } = scanSegments(engine, [keyPair], segments);
      const isOfEpoch = ({ day }: SentReport) => stolen.from <= day && day < stolen.until;
      expect(decoded(records)).toEqual(sentBy(log.sent.filter(isOfEpoch)));
      expect(records).toHaveLength(REPORTS_A_WEEK);
      expect([counters.opened, counters.scanned, tries]).toEqual([
        log.ownFrames(isOfEpoch),
        counters.opened + counters.foreign,
        counters.scanned,
      ]);
    }
  });

  it("wait for secrets that are kept elsewhere, and lose nothing", async () => {
    const keyring = await madeKeyring();
    const away = keyring.keys.slice(20, 24) as [ManifestKey, ManifestKey, ManifestKey, ManifestKey];
    const elsewhere = await temporaryFolder();
    for (const key of away) await rename(keyring.pathOf(key), join(elsewhere, key.id));
    const isAway = ({ key }: SentReport) => away.some(({ id }) => id === keyId(key.publicKey));
    const first = await scan(keyring);
    expect(decoded(first.records)).toEqual(sentBy(log.sent.filter((report) => !isAway(report))));
    expect(first.counters.noKey).toBe(0);
    expect(first.counters.pending).toBeGreaterThanOrEqual(log.ownFrames(isAway));
    expect(first.counters.pending + first.counters.foreign).toBe(log.ownFrames(isAway) + log.foreign);
    expect(first.tries).toBe(first.counters.scanned - first.counters.pending);
    expect(first.pendingKeys.map(({ id, from }) => [id, from])).toEqual(away.map(({ id, from }) => [id, from]));
    expect(first.pendingKeys.reduce((sum, { frames }) => sum + frames, 0)).toBe(first.counters.pending);

    for (const key of away) await rename(join(elsewhere, key.id), keyring.pathOf(key));
    const second = await scan(keyring);
    expect([second.counters.pending, second.pendingKeys]).toEqual([0, []]);
    const firstFound = new Set(decoded(first.records));
    const added = decoded(second.records).filter((report) => !firstFound.has(report));
    expect(added).toEqual(sentBy(log.sent.filter(isAway)));
    expect([...firstFound, ...added].sort()).toEqual(sentBy(log.sent));
  });
});

describe("sotto-decoder scan --keyring", () => {
  it("reads the two years from a folder, with the passphrase of the keyring in a file", async () => {
    const folder = await temporaryFolder();
    const passphraseFile = join(folder, "passphrase");
    await writeFile(passphraseFile, "correct horse battery staple\n", { mode: 0o600 });
    const keyring = await seededKeyring(join(folder, "keyring"), EPOCHS, PROJECT);
    await protectKeyring(keyring.folder, "correct horse battery staple");
    const from = join(folder, "log");
    await writeLog(from, segments);
    const args = ["--keyring", keyring.folder, "--passphrase-file", passphraseFile, "--from", from];
    const { code, stdout, stderr } = await run("sotto-decoder", ["scan", ...args]);
    expect([code, stderr]).toEqual([0, expect.stringContaining(`\nreports: ${log.sent.length}\n`)]);
    expect(stderr).toContain(`segments: ${segments.length}\nframes scanned: ${log.ownFrames() + log.foreign}\n`);
    expect(stderr).toContain(`\nforeign: ${log.foreign}\npending: 0\nno key: 0\n`);
    expect(reportsIn(stdout)).toEqual(sentBy(log.sent));
  });
});

describe("the commands of a keyring together", () => {
  it("make the keys of past weeks, open what was sealed for them, destroy them, and open it no more", async () => {
    const folder = await temporaryFolder();
    const passphraseFile = join(folder, "passphrase");
    await writeFile(passphraseFile, "correct horse battery staple\n", { mode: 0o600 });
    const keyring = ["--keyring", join(folder, "keyring")];
    const protectedKeyring = [...keyring, "--passphrase-file", passphraseFile];
    const made = await run("sotto-keys", ["epochs", ...protectedKeyring, "--for", "4w", "--from", dateOfDay(START)]);
    expect([made.code, made.stderr]).toEqual([0, expect.any(String)]);
    const { keys } = await Keyring.open(join(folder, "keyring"));
    const log = new EpochLog("commands");
    for (const { from } of keys) for (let i = 0; i < 3; i++) log.send(keys, from);
    await writeLog(join(folder, "log"), log.segments());

    const args = ["scan", ...protectedKeyring, "--from", join(folder, "log")];
    const before = await run("sotto-decoder", args);
    expect([before.code, reportsIn(before.stdout)]).toEqual([0, sentBy(log.sent)]);
    // These weeks were two years ago when this was written: whatever the clock says, their keys are due.
    expect((await run("sotto-keys", ["retire", ...keyring, "--yes"])).code).toBe(0);
    const after = await run("sotto-decoder", args);
    expect([after.code, after.stdout]).toEqual([0, ""]);
    expect(after.stderr).toContain(`\nopened: 0\nforeign: 0\npending: 0\nno key: ${log.ownFrames()}\n`);
  });
});

describe("a key that was replaced", () => {
  const weeks = epochsFrom(START, 6);
  const monday = START + 3 * 7;

  it("goes on to open what older versions seal, and only its week costs two tries", async () => {
    const keyring = await seededKeyring(join(await temporaryFolder(), "keyring"), weeks, PROJECT);
    const old = keyring.keys.filter(({ from }) => from === monday);
    const oldClients: readonly EpochKey[] = keyring.keys;
    const [next] = (await keyring.replace(old, monday + 2)) as [ManifestKey];
    const newClients = keyring.keys.filter(({ replaced }) => replaced === undefined);
    expect([keyring.keys.length, newClients.length]).toEqual([7, 6]);

    const log = new EpochLog("a replaced key");
    for (const { from } of weeks) {
      for (let i = 0; i < 6; i++) log.send(oldClients, from);
      // The new version of the project is out from the week of replacement on.
      if (from >= monday) for (let i = 0; i < 6; i++) log.send(newClients, from);
      for (let i = 0; i < 6; i++) log.sendForeign(others, from);
    }
    const { records, counters, tries } = await scan(keyring, log.segments());
    expect(decoded(records)).toEqual(sentBy(log.sent));
    expect(records.filter(({ key }) => key === next.id)).toHaveLength(6);
    expect(records.filter(({ key }) => key === old[0]?.id)).toHaveLength(6);

    const outsideOfWeek = await scan(keyring, withoutWeek(log.segments(), monday));
    expect(outsideOfWeek.tries).toBe(outsideOfWeek.counters.scanned);
    const inWeek = counters.scanned - outsideOfWeek.counters.scanned;
    const openedByFirst = log.ownFrames(
      ({ key, day }) => weekOf(day) === weekOf(monday) && keyId(key.publicKey) === old[0]?.id,
    );
    expect(tries - outsideOfWeek.tries).toBe(2 * inWeek - openedByFirst);
  });
});

/** What was printed, as {@link sentBy} says it. */
function reportsIn(stdout: string): string[] {
  const records = stdout
    .trim()
    .split("\n")
    .map((line): { report: object; day: number; key: string } => JSON.parse(line));
  return records.map(({ report, day, key }) => `${JSON.stringify(report)} ${day} ${key}`).sort();
}

async function writeLog(folder: string, written: readonly LogSegment[]): Promise<void> {
  await mkdir(folder);
  for (const { span, frames } of written) {
    await writeFile(join(folder, `${span.start}.seg`), await segmentFile(frames, span));
  }
}

/** The same log without the frames whose head names a week. */
function withoutWeek(all: readonly LogSegment[], monday: number): LogSegment[] {
  const head = weekOf(monday) % 64;
  return all.map(({ span, frames }) => ({ span, frames: frames.filter(([first = 0]) => (first & 0x3f) !== head) }));
}
