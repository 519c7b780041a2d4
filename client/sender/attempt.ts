import { encodeName } from "@sotto/wire";
import { judge, type Verdict } from "../delivery.ts";
import { markFrame } from "../history/marking.ts";
import { historyPlacesOf } from "../history/setting.ts";
import { ownMember } from "../report/record.ts";
import { readEntry, type SpoolEntry } from "../spool/entry.ts";
import { entryFile } from "../spool/folder.ts";
import { readPace, withRefusal, writePace } from "../spool/pace.ts";
import { solvedFor, termsOf } from "../spool/policystate.ts";
import { begun } from "../spool/schedule.ts";
import { applySettlement, updateFrame } from "../spool/spool.ts";
import { type Settlement, settle } from "../spool/verdict.ts";
import { withVerdict } from "../spool/zones.ts";
import { readStateFile } from "../state/file.ts";
import { freshenPolicy, isLeftAlone } from "./policies.ts";
import { type Sendable, sendableOf } from "./sendable.ts";
import { nowOf, type SenderRun, unlessLost } from "./world.ts";
import { readZones, writeZones } from "./zonesfile.ts";

/**
 * Sends one frame, if it still may be: everything is looked at anew, before the zone's policy record is asked for and
 * again before the name is. What comes of it is written down.
 *
 * @param planned the frame, by the plan of the flush.
 */
export async function attempt(run: SenderRun, planned: SpoolEntry): Promise<void> {
  const { world, state } = run;
  const first = await stillSendable(run, planned);
  if (first === null) return;
  await freshenPolicy(run, first.entry.zone);
  const sendable = await stillSendable(run, planned);
  const zones = readZones(state);
  if (sendable === null || zones === null) return;
  const { entry, zone } = sendable;
  const { ack, bits } = termsOf(zone, ownMember(zones.policies, zone.zone) ?? null);
  const solved = solvedFor(entry, bits, world.random);
  if (solved === null) {
    await conclude(run, entry, { type: "dropped", reason: "refused" });
    return;
  }
  const trying = begun(solved, nowOf(world), world.random);
  const change = await updateFrame(state, trying);
  if (change.type !== "done" || !change.value || !(await run.lock.isHeld())) return;
  const answer = await unlessLost(run, world.lookup(encodeName(trying.frame, trying.zone)));
  if (answer === null) return;
  const verdict = judge(answer, ack);
  run.count(verdict.type);
  if (verdict.type === "refused") await noteRefusal(run, trying.zone);
  await noteVerdict(run, sendable, trying, verdict);
  await conclude(run, trying, settle(trying, verdict));
}

/** The frame as it is on the disk now; null when it is gone, must not be sent, or the sender's lock is lost. */
async function stillSendable(run: SenderRun, planned: SpoolEntry): Promise<Sendable | null> {
  if (!(await run.lock.isHeld())) return null;
  const reading = readStateFile(entryFile(run.state, planned));
  const entry = reading.type === "read" ? readEntry(reading.value, planned.project, planned.hash) : null;
  const zones = readZones(run.state);
  // Another sender may have tried it: one that was taken for dead and was only asleep.
  if (entry?.type !== "read" || entry.entry.attempts !== planned.attempts || zones === null) return null;
  const [sendable] = sendableOf(run, [entry.entry], zones);
  return sendable === undefined || isLeftAlone(run, sendable.entry.zone) ? null : sendable;
}

async function noteRefusal({ world, state, lock }: SenderRun, zone: string): Promise<void> {
  const now = nowOf(world);
  const reading = readPace(state, now);
  if (reading.type === "read") await writePace(state, withRefusal(reading.pace, zone, now), () => lock.isHeld());
}

async function noteVerdict(
  { state, lock }: SenderRun,
  { project, standing }: Sendable,
  trying: SpoolEntry,
  verdict: Verdict,
): Promise<void> {
  const names = project.definition.zones.map(({ zone }) => zone);
  const after = withVerdict(names, standing, trying, verdict);
  const zones = readZones(state);
  if (zones === null || after === standing || isSame(after, standing)) return;
  const standings = { ...zones.standings, [project.name]: after };
  await writeZones(state, { ...zones, standings }, () => lock.isHeld());
}

function isSame(a: Sendable["standing"], b: Sendable["standing"]): boolean {
  return a.zone === b.zone && a.failed.length === b.failed.length;
}

/** Tells the history first, by which a user knows what became of a frame, then the spool. */
async function conclude(run: SenderRun, entry: SpoolEntry, settlement: Settlement): Promise<void> {
  const places = historyPlacesOf(run.world.places);
  const mark = markOf(settlement, entry);
  // Without the lock another program may be writing there; the spool has a lock of its own.
  if (mark !== null && places !== null && (await run.lock.isHeld())) await markFrame(places, entry, mark);
  await applySettlement(run.state, entry, settlement);
}

function markOf(settlement: Settlement, { attempts }: SpoolEntry) {
  switch (settlement.type) {
    case "delivered":
      return "acknowledged";
    case "waits":
      return null;
    case "dropped":
      if (settlement.reason === "attempts") return "unanswered";
      return attempts === 0 ? "dropped" : "refused";
  }
}
