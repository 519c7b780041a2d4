import { ReportCheck } from "../checking/reportcheck.ts";
import type { OpenerPool } from "../opening/pool.ts";
import type { ScanKeys } from "../scankeys.ts";
import { expireStore } from "../scanning/expire.ts";
import { type Replayed, replay } from "../scanning/replay.ts";
import { type StoreScanResult, scanIntoStore } from "../scanning/storescan.ts";
import type { RecordStore } from "../store/contract.ts";
import { formatPendingKey } from "../summary.ts";
import type { Context } from "./context.ts";
import { count } from "./option.ts";
import type { ScanFlags } from "./scanflags.ts";
import type { Sources } from "./sources.ts";
import { stopped } from "./stopped.ts";

/** What a scan into a store is made of. */
export interface StoreScanParts {
  readonly sources: Sources;
  readonly keys: ScanKeys;
  readonly retired: ReadonlySet<string>;
  readonly pool: OpenerPool;
  readonly flags: ScanFlags;
}

/** Scans what is new into a store. @returns the exit code. */
export async function scanStore(
  { sources, keys, retired, pool, flags }: StoreScanParts,
  context: Context,
): Promise<number> {
  const signal = context.stop();
  return await withStore(flags, context, async (store, check) => {
    if (flags.replay === true) await replayAndTell(store, check, context);
    const { passed, trouble, gone } = sources;
    let result: StoreScanResult;
    try {
      result = await scanIntoStore(sources.segments, { store, pool, keys, check, signal, passed, trouble, gone });
    } catch (error) {
      sources.clear();
      if (!signal.aborted) throw error;
      return stopped(context, "what was scanned is kept; run it again to go on");
    }
    sources.clear();
    const expired = await expireStore(store, { keepDays: flags.keep ?? null, retired });
    for (const key of result.pendingKeys) sources.note(formatPendingKey(key));
    context.note(await formatResult(store, result, pool.engine));
    if (expired > 0) context.note(`deleted as too old: ${count(expired, "message")}`);
    return sources.hasTroubles ? 1 : 0;
  });
}

/** Holds what a store rejected against the definition again, without scanning. @returns the exit code. */
export async function replayStore(flags: ScanFlags, context: Context): Promise<number> {
  return await withStore(flags, context, async (store, check) => {
    await replayAndTell(store, check, context);
    return 0;
  });
}

async function withStore(
  { store: path = "", definition }: ScanFlags,
  context: Context,
  work: (store: RecordStore, check: ReportCheck | null) => Promise<number>,
): Promise<number> {
  const read = definition === undefined ? null : await context.definition(definition);
  const store = await context.openStoreToWrite(path);
  try {
    return await work(store, read === null ? null : new ReportCheck(read.reports));
  } finally {
    await store.close();
  }
}

async function replayAndTell(store: RecordStore, check: ReportCheck | null, context: Context): Promise<void> {
  if (check === null) return;
  const { takenUp, rejected, read, dropped }: Replayed = await replay(store, check);
  const lines = [`taken up: ${takenUp}`, `still rejected: ${rejected}`];
  if (read + dropped > 0) lines.push(`read by the definition for the first time: ${read}, rejected: ${dropped}`);
  context.note(lines.join("\n"));
}

async function formatResult(store: RecordStore, result: StoreScanResult, engine: string): Promise<string> {
  const { frames } = result;
  const losses = await store.losses();
  const total = (state: keyof (typeof losses)[number]["messages"]) =>
    losses.reduce((sum, { messages }) => sum + messages[state], 0);
  const rows: readonly [string, number | string][] = [
    ["segments scanned", result.scanned],
    ["segments without anything new", result.left],
    ["segments that several places have", result.repeated],
    ["frames scanned", Object.values(frames).reduce((sum, frame) => sum + frame, 0)],
    ["foreign", frames.foreign],
    ["pending", frames.pending],
    ["no key", frames["no-key"]],
    ["duplicates", frames.duplicate],
    ["malformed", frames.malformed],
    ["late", frames.late],
    ["future", frames.future],
    ["unknown kind", frames.unknown],
    ["taken", frames.taken],
    ["engine", engine],
    ["records in the store", total("record")],
    ["rejected", total("rejected")],
    ["incomplete", total("incomplete")],
    ["void", total("void")],
    ["forgotten", total("forgotten")],
  ];
  return rows.map(([label, value]) => `${label}: ${value}`).join("\n");
}
