import { readdir, rename, rm, writeFile } from "node:fs/promises";
import { puzzleDigest } from "@sotto/wire";
import { describe, expect, it } from "vitest";
import type { Capacity } from "../../../resolver/log/capacity.ts";
import { Intake } from "../../../resolver/log/intake.ts";
import { JournalFolder, journalSpan } from "../../../resolver/log/journal.ts";
import type { Course } from "../../../resolver/log/timeline.ts";
import { seededOctets } from "../../e2e/frames.ts";
import { NOON, TestClock, temporaryFolder } from "../../e2e/scene.ts";

const HOUR = 3600;
const NO_COURSE: Course = { closed: [], open: { start: NOON, end: NOON + HOUR } };
const candidate = (index: number) => {
  const frame = seededOctets(`intake ${index}`, 118);
  return { frame, digest: puzzleDigest(frame) };
};
const AMPLE = { bucket: 1e6, disk: 1e6, earlier: null };
const intakeIn = (folder: string, clock: TestClock, capacity: Capacity = AMPLE, course: Course = NO_COURSE) =>
  new Intake({ sink: new JournalFolder(folder), bucketLength: HOUR, clock: clock.read, course, capacity });
const store = (intake: Intake, index: number) =>
  new Promise<boolean>((resolve) => intake.submit(candidate(index), resolve));

describe("intake", () => {
  it("reports frames as stored, and writes to the bucket of the moment", async () => {
    const folder = await temporaryFolder();
    const clock = new TestClock();
    const intake = intakeIn(folder, clock);
    expect(await Promise.all([0, 1, 2].map((index) => store(intake, index)))).toEqual([true, true, true]);
    clock.now += HOUR;
    expect(await store(intake, 3)).toBe(true);
    await intake.close();
    const starts = (await readdir(folder)).map((name) => journalSpan(name)?.start);
    expect(starts.sort()).toEqual([NOON, NOON + HOUR]);
  });

  it("does not follow a clock that steps back: a bucket that was left is never opened again", async () => {
    const folder = await temporaryFolder();
    const clock = new TestClock();
    const intake = intakeIn(folder, clock);
    await store(intake, 0);
    clock.now -= 5 * HOUR;
    await store(intake, 1);
    expect(await intake.closeEnded()).toEqual({ start: NOON, end: NOON + HOUR });
    await intake.close();
    expect((await readdir(folder)).map((name) => journalSpan(name)?.start)).toEqual([NOON]);
  });

  it("says 'not stored' when storage fails, and stores again in a new file when it is back", async () => {
    const folder = await temporaryFolder();
    const clock = new TestClock();
    const intake = intakeIn(folder, clock);
    await store(intake, 0);
    clock.now += HOUR;
    await rename(folder, `${folder}.away`);
    await writeFile(folder, "a file where the folder was");
    expect(await store(intake, 1)).toBe(false);
    await rm(folder);
    await rename(`${folder}.away`, folder);
    expect(await store(intake, 2)).toBe(true);
    expect(intake.counters).toEqual({ stored: 2, failed: 1, dropped: 0 });
    await intake.close();
  });
});
