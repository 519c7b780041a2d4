import type { Keeping } from "../../../resolver/log/bucket.ts";
import type { FolderCollection } from "./collection.ts";

const HOUR = 3600;
const AHEAD = 10 * HOUR;

/** What the child of the crash tests does, so that every fault point is passed. */
export const KEEPING: Keeping = { bucket: HOUR, minBatch: 12, publishAfter: 0, retention: 48 * HOUR };
export const START = 1_794_830_400;

const store = (seed: string, count: number) => async (collection: FolderCollection) => {
  await collection.store(`${seed} 0`, count, 0);
  await collection.store(`${seed} 1`, count, 1);
};
const pass = (seconds: number) => (collection: FolderCollection) => collection.pass(seconds);
const jump = (seconds: number) => async (collection: FolderCollection) => {
  collection.now += seconds;
  await collection.round();
};

/** Ends a storage cleanly. */
export async function close(collection: FolderCollection): Promise<void> {
  for (const intake of collection.intakes) await intake.close();
  await collection.log.close();
}

export const STEPS: readonly ((collection: FolderCollection) => Promise<void>)[] = [
  store("held", 5),
  store("held too", 0),
  pass(HOUR),
  // Joins what is held: 10 + 10 are released.
  store("joined", 5),
  pass(HOUR),
  store("released", 20),
  pass(HOUR),
  // The clock alone is ahead for a while.
  jump(AHEAD),
  store("ahead", 20),
  jump(-AHEAD),
  store("back", 20),
  pass(HOUR),
  store("few", 3),
  pass(HOUR),
  // Half the retention: what is held is dropped; all of it: what was released goes.
  pass(30 * HOUR),
  pass(20 * HOUR),
];
