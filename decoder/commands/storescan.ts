import { ReportCheck } from "../checking/reportcheck.ts";
import type { OpenerPool } from "../opening/pool.ts";
import type { ScanKeys } from "../scankeys.ts";
import { expireStore } from "../scanning/expire.ts";
import type { ProjectResult } from "../scanning/projectscan.ts";
import { type Replayed, replay } from "../scanning/replay.ts";
import { type StoreScanResult, scanIntoStores } from "../scanning/storescan.ts";
import type { RecordStore } from "../store/contract.ts";
import { describeStore } from "../store/describe.ts";
import { formatPendingKey } from "../summary.ts";
import type { Context } from "./context.ts";
import { count } from "./option.ts";
import type { ScanFlags } from "./scanflags.ts";
import type { Sources } from "./sources.ts";
import { stopped } from "./stopped.ts";

/** The keys of a project that has a store of its own, or of all that share one. */
export interface KeyLot {
  readonly keys: ScanKeys;
  readonly retired: ReadonlySet<string>;
}

/** What a scan into stores is made of. */
export interface StoreScanParts {
  readonly sources: Sources;
  /** One for each store. */
  readonly lots: readonly KeyLot[];
  readonly pool: OpenerPool;
  readonly flags: ScanFlags;
}

/** A store, open to be written to. */
interface OpenStore {
  /** Where it is, as it may be told. */
  readonly shown: string;
  readonly store: RecordStore;
  readonly check: ReportCheck | null;
}

/** Scans what is new into stores. @returns the exit code. */
export async function scanStores(parts: StoreScanParts, context: Context): Promise<number> {
  const signal = context.stop();
  try {
    return await withStores(parts.flags, context, (stores) => scanAndTell(parts, stores, context, signal), signal);
  } catch (error) {
    parts.sources.clear();
    if (!signal.aborted) throw error;
    return stopped(context, "what was scanned is kept; run it again to go on");
  }
}

async function scanAndTell(
  { sources, lots, pool, flags }: StoreScanParts,
  stores: readonly OpenStore[],
  context: Context,
  signal: AbortSignal,
): Promise<number> {
  if (flags.replay === true) await replayAndTell(stores, context);
  const { passed, trouble, gone } = sources;
  const projects = stores.map(({ store, check }, at) => ({ store, check, keys: (lots[at] as KeyLot).keys }));
  const result = await scanIntoStores(sources.segments, { projects, pool, signal, passed, trouble, gone });
  sources.clear();
  for (const [at, open] of stores.entries()) {
    const { retired } = lots[at] as KeyLot;
    const found = result.projects[at] as ProjectResult;
    const expired = await expireStore(open.store, { keepDays: flags.keep ?? null, retired });
    for (const key of found.pendingKeys) sources.note(formatPendingKey(key));
    tellStore(stores, open, context);
    context.note(await formatResult(open.store, { ...found, repeated: result.repeated }, pool.engine));
    if (expired > 0) context.note(`deleted as too old: ${count(expired, "message")}`);
  }
  return sources.hasTroubles ? 1 : 0;
}

/** Holds what stores rejected against their definitions again, without scanning. @returns the exit code. */
export async function replayStores(flags: ScanFlags, context: Context): Promise<number> {
  return await withStores(flags, context, async (stores) => {
    await replayAndTell(stores, context);
    return 0;
  });
}

async function withStores(
  { store: paths = [], definition: definitions = [] }: ScanFlags,
  context: Context,
  work: (stores: readonly OpenStore[]) => Promise<number>,
  signal?: AbortSignal,
): Promise<number> {
  // A definition that cannot be read is found before anything is opened.
  const read = await Promise.all(definitions.map((path) => context.definition(path)));
  const stores: OpenStore[] = [];
  try {
    for (const [at, path] of paths.entries()) {
      const definition = read[at];
      const check = definition === undefined ? null : new ReportCheck(definition.reports);
      stores.push({ shown: describeStore(path), store: await context.openStoreToWrite(path, signal), check });
    }
    return await work(stores);
  } finally {
    for (const { store } of stores) await store.close();
  }
}

/** Of several stores, says which one the next lines are about. */
function tellStore(stores: readonly OpenStore[], { shown }: OpenStore, context: Context): void {
  if (stores.length > 1) context.note(`store: ${shown}`);
}

async function replayAndTell(stores: readonly OpenStore[], context: Context): Promise<void> {
  for (const open of stores) {
    if (open.check === null) continue;
    const { takenUp, rejected, read, dropped }: Replayed = await replay(open.store, open.check);
    const lines = [`taken up: ${takenUp}`, `still rejected: ${rejected}`];
    if (read + dropped > 0) lines.push(`read by the definition for the first time: ${read}, rejected: ${dropped}`);
    tellStore(stores, open, context);
    context.note(lines.join("\n"));
  }
}

async function formatResult(
  store: RecordStore,
  result: ProjectResult & Pick<StoreScanResult, "repeated">,
  engine: string,
): Promise<string> {
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
