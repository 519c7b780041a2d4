/** Moments at which a crash hurts most; between any two of them the data folder has to be one that recovers. */
export const FAULT_POINTS = [
  /** A commit is written, not synced. */
  "journal-written",
  /** A commit is synced, its frames are not yet acknowledged. */
  "journal-synced",
  /** A journal stranded in the future has its new name, the folder is not synced. */
  "journal-renamed",
  /** The log's time is written to its temporary file. */
  "time-written",
  /** A sealed file is whole and synced under its temporary name. */
  "sealed-written",
  /** A sealed file has its final name, its folder is not synced. */
  "sealed-renamed",
  /** A sealed file is durable, nothing that it was made of is deleted. */
  "sealed-placed",
  /** Held frames are part of a newer file; one of the older files is deleted. */
  "held-deleted",
  /** One journal of a sealed bucket is deleted. */
  "journal-deleted",
  /** One file whose time is over is deleted. */
  "expired-deleted",
] as const;

export type FaultPoint = (typeof FAULT_POINTS)[number];

/** Called at every fault point that is passed. Tests crash in it; in production it does nothing. */
export type FaultHook = (point: FaultPoint) => void | Promise<void>;

export const noFault: FaultHook = () => {};
