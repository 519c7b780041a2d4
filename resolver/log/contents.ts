import type { Keeping } from "./bucket.ts";
import { Chronicle } from "./chronicle.ts";
import type { FaultHook } from "./fault.ts";
import { type Folders, journalsIn, octetsOf } from "./folders.ts";
import { takenSlots } from "./journal.ts";
import type { FolderLock } from "./lock.ts";
import { dropMerged, loadSealed } from "./sealed.ts";
import { Shelf } from "./shelf.ts";
import { readTimeline } from "./timefile.ts";

/** What a log stands on. */
export interface Base {
  readonly folders: Folders;
  readonly lock: FolderLock;
  readonly zone: string;
  readonly keeping: Keeping;
  readonly options: {
    readonly diskBudget: number;
    readonly warn: (line: string) => void;
    readonly faultPoint: FaultHook;
    readonly runFrames: number;
  };
}

/** What a log finds in its folders. */
export interface Contents {
  readonly chronicle: Chronicle;
  readonly shelf: Shelf;
  readonly damagedFiles: readonly string[];
  /** Frames in journals, by their buckets' starts. */
  readonly earlier: ReadonlyMap<number, number>;
  readonly journalOctets: number;
}

/** Reads and checks what earlier runs left in a data folder. */
export async function readContents({ folders, zone, keeping, options }: Base): Promise<Contents> {
  const timeline = await readTimeline(folders.time);
  const ahead = timeline?.ahead ?? 0;
  const segments = await loadSealed(folders.segments, zone, ahead);
  const held = await loadSealed(folders.held, zone, ahead);
  const journals = await journalsIn(folders.journal);
  const earlier = new Map<number, number>();
  for (const { span, path } of journals) {
    earlier.set(span.start, (earlier.get(span.start) ?? 0) + (await takenSlots(path)));
  }
  const stillHeld = await dropMerged(held.sealed, segments.sealed);
  const found = {
    sealed: [...segments.sealed, ...stillHeld].map(({ entry: { start, end } }) => ({ start, end })),
    journals: journals.map(({ span }) => span),
  };
  return {
    chronicle: Chronicle.begin(folders, keeping, options.faultPoint, timeline, found),
    shelf: new Shelf(keeping, options.faultPoint, stillHeld, segments.sealed),
    damagedFiles: [...held.damaged, ...segments.damaged],
    earlier,
    journalOctets: await octetsOf(journals.map(({ path }) => path)),
  };
}
