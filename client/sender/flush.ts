import { isDeepStrictEqual } from "node:util";
import { FLUSH_MINUTES, planFlush, readPace, writePace } from "../spool/pace.ts";
import { sweepSpool } from "../spool/spool.ts";
import { attempt } from "./attempt.ts";
import { sendableOf } from "./sendable.ts";
import { nowOf, pause, type SenderRun } from "./world.ts";
import { readZones } from "./zonesfile.ts";

/**
 * Sweeps the spool and sends what the pace allows.
 *
 * @returns false as soon as the sender's lock is gone.
 */
export async function flush(run: SenderRun): Promise<boolean> {
  const { world, state, lock } = run;
  const swept = await sweepSpool(state, nowOf(world));
  if (swept.type !== "done") return await lock.isHeld();
  const now = nowOf(world);
  const reading = readPace(state, now);
  const zones = readZones(state);
  if (reading.type === "unusable" || zones === null) return await lock.isHeld();
  const frames = sendableOf(run, swept.value, zones).map(({ entry }) => entry);
  const plan = planFlush(frames, reading.pace, now, world.random);
  if (!isDeepStrictEqual(plan.pace, reading.pace)) {
    const { type } = await writePace(state, plan.pace, () => lock.isHeld());
    if (type !== "replaced") return await lock.isHeld();
  }
  for (const send of plan.sends) {
    if (!(await pause(run, send.pause))) return false;
    // A machine that slept meanwhile: the pace counts a flush as if it was over by now.
    if (nowOf(world) - now > FLUSH_MINUTES) break;
    await attempt(run, send.entry);
  }
  return await lock.isHeld();
}
