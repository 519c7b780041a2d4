import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineOf } from "@sotto/decoder";
import { type Keyring, type ManifestKey, passphrasesFrom } from "@sotto/keys";
import { BOX_OCTETS, encodeEpochKey, KEY_OCTETS, makeFrame, readHead, sealBox, weekOf } from "@sotto/wire";
import { DuckDbStore } from "../../decoder/duckdb/duckdbstore.ts";
import { FRAME_FATES } from "../../decoder/store/contract.ts";
import { seededKeyring } from "../../test/decoder/keyrings.ts";
import { segmentFile } from "../../test/decoder/sealing.ts";
import { binOf } from "../../test/e2e/command.ts";
import { Dice } from "../../test/e2e/dice.ts";
import { countSegments, type Found, rowKey, type Segment } from "./counting.ts";
import { type Lived, liveLot } from "./lot.ts";
import type { Packet } from "./packets.ts";
import { definitionText, epochsOf, type Project, type ProjectKeys, projectsOf } from "./projects.ts";
import { BUCKET, EVENTS, RETENTION, ROBBED, replacementDay, type Settings } from "./scenario.ts";
import { bucketCount, firstBucket, withoutRepeats } from "./shard.ts";
import { type BatchFigures, batchFigures, sealBuckets } from "./zone.ts";

/** One project of each kind; the first is robbed, the second attacked. */
const DECODED = 3;

/** Lots of the small zone are no others. */
const FIRST_LOT = 1_000_000;

/** What came of really sealing, sealing into segments, scanning and recording. */
export interface SmallZone {
  readonly installations: number;
  readonly frames: number;
  readonly batches: BatchFigures;
  readonly projects: readonly SmallProject[];
  /** What whoever stole a key can open. */
  readonly stolen: { readonly opened: number; readonly sealedForIt: number; readonly otherWeeks: number };
}

/** What the decoder found of a project, and what is found without cryptography. */
export interface SmallProject {
  readonly name: string;
  readonly records: number;
  /** Frames by fate: opened and taken, foreign, ... */
  readonly frames: readonly number[];
  /** Whether both found the same records, as often, and the same fates of frames. */
  readonly agrees: boolean;
}

/** A project with its keyring. */
interface Scene {
  readonly project: Project;
  readonly keyring: Keyring;
  readonly keys: ProjectKeys;
  readonly stolen: ManifestKey | null;
}

/**
 * A zone of a few hundred installations of which nothing is left out: their frames are sealed by libsodium's construction
 * for keys of real keyrings, held and released in batches, written as segment files, and scanned by `sotto-decoder` into
 * DuckDB stores. The same packets are also counted as those of the large zone are.
 */
export async function runSmallZone(settings: Settings): Promise<SmallZone> {
  const installations = settings.sealed;
  const folder = await mkdtemp(join(tmpdir(), "sotto-simulation-"));
  try {
    const scenes: Scene[] = [];
    for (const project of projectsOf(settings.installations).slice(0, DECODED)) {
      scenes.push(await makeScene(folder, project, settings));
    }
    const lives = scenes.map(({ project, keys }, at) =>
      liveLot({ number: FIRST_LOT + at, project, keys, installations, liesFor: installations }, settings),
    );
    const { segments, batches } = batched(lives, settings);
    const log = await writeSegments(folder, segments, settings);
    await scan(folder, scenes);
    const projects: SmallProject[] = [];
    for (const [at, { project, keys }] of scenes.entries()) {
      const { boxes } = lives[at] as Lived;
      const found = await countSegments(project, keys.after, segments, boxes);
      projects.push(await compare(folder, project, found));
    }
    const stolen = await openWithStolen(scenes[ROBBED] as Scene, segments, log, settings);
    const frames = segments.reduce((sum, { packets }) => sum + packets.length, 0);
    return { installations: installations * DECODED, frames, batches, projects, stolen };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeScene(folder: string, project: Project, { weeks, seed }: Settings): Promise<Scene> {
  const keyring = await seededKeyring(join(folder, `${project.name}-keys`), epochsOf(weeks), `${seed} ${project.name}`);
  const before = keyring.keys;
  const day = replacementDay(weeks);
  const stolen = project.number === ROBBED ? before.find(({ from, until }) => from <= day && day < until) : undefined;
  if (stolen !== undefined) await keyring.replace([stolen], day);
  // What clients choose of, and decoders try, is told apart by its identity.
  const known = new Map(before.map((key) => [key.id, key]));
  const after = keyring.keys.map((key) => known.get(key.id) ?? key);
  const definition = { ...definitionText(project.number), keys: after.map(encodeEpochKey) };
  await writeFile(join(folder, `${project.name}.json`), JSON.stringify(definition));
  return { project, keyring, keys: { before, after }, stolen: stolen ?? null };
}

/** All packets and an attacker's junk, in the segments that the collector released. */
function batched(lives: readonly Lived[], settings: Settings): { segments: Segment[]; batches: BatchFigures } {
  const dice = new Dice(`${settings.seed} junk`);
  const sent = lives.flatMap(({ packets }) => packets);
  const packets = [...sent, ...sent.filter((_, at) => at % Math.round(1 / EVENTS.junk) === 0).map(junkLike)].toSorted(
    (a, b) => a.at - b.at,
  );
  const buckets = Array.from({ length: bucketCount(settings.weeks) }, (): Packet[] => []);
  for (const packet of packets) buckets[Math.floor(packet.at / BUCKET) - firstBucket()]?.push(packet);
  const rules = { first: firstBucket(), bucket: BUCKET, minBatch: settings.minBatch, retention: RETENTION };
  const all = sealBuckets(
    buckets.map((bucket) => withoutRepeats(bucket).length),
    rules,
  );
  const segments = all
    .filter(({ isReleased }) => isReleased)
    .map(({ start, end }) => {
      const within = buckets.slice(start / BUCKET - firstBucket(), end / BUCKET - firstBucket());
      return { span: { start, end }, packets: withoutRepeats(within.flat()) };
    });
  return { segments, batches: batchFigures(all, BUCKET) };

  function junkLike({ frame, at }: Packet): Packet {
    const { week, salt } = readHead(frame);
    const told = { block: new Uint8Array(), publicKey: null, truth: null, isDrawn: true };
    return { frame: makeFrame(week, salt, dice.octets(BOX_OCTETS)), told, at };
  }
}

/** Seals what the packets hold. @returns all frames, as the segments hold them. */
async function writeSegments(folder: string, segments: readonly Segment[], { seed }: Settings): Promise<Buffer> {
  const log = join(folder, "log");
  await mkdir(log);
  const sealed: Uint8Array[] = [];
  const dice = new Dice(`${seed} ephemeral`);
  const boxes = new Map<Packet["told"], Uint8Array>();
  for (const [number, { span, packets }] of segments.entries()) {
    const frames = packets.map(({ frame, told }) => {
      if (told.publicKey === null) return frame;
      const box = boxes.get(told) ?? sealBox(told.block, told.publicKey, dice.octets(KEY_OCTETS));
      boxes.set(told, box);
      const { week, salt } = readHead(frame);
      return makeFrame(week, salt, box);
    });
    await writeFile(join(log, `${String(number).padStart(5, "0")}.seg`), await segmentFile(frames, span));
    sealed.push(...frames);
  }
  return Buffer.concat(sealed);
}

async function scan(folder: string, scenes: readonly Scene[]): Promise<void> {
  const args = scenes.flatMap(({ project: { name }, keyring }) => [
    ...["--keyring", keyring.folder, "--store", join(folder, `${name}.duckdb`)],
    ...["--definition", join(folder, `${name}.json`)],
  ]);
  const command = [binOf("sotto-decoder"), "scan", "--from", join(folder, "log"), ...args];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`sotto-decoder scan ended with ${code}: ${said}`);
}

async function compare(folder: string, { name, report }: Project, found: Found): Promise<SmallProject> {
  const store = await DuckDbStore.open(join(folder, `${name}.duckdb`), { readOnly: true });
  try {
    const rows = new Map<string, number>();
    const span = await store.windows(report.name);
    const query = { report: report.name, from: span?.first ?? 0, until: (span?.last ?? 0) + 1 };
    for await (const batch of store.tally(query)) {
      for (const { window, values, count } of batch) rows.set(rowKey(window, values), count);
    }
    const frames = FRAME_FATES.map(() => 0);
    for (const losses of await store.losses()) {
      for (const [at, fate] of FRAME_FATES.entries()) frames[at] = (frames[at] ?? 0) + losses.frames[fate];
    }
    const expected = [...found.frames.values()].reduce(
      (sum, counts) => sum.map((count, at) => count + (counts[at] ?? 0)),
      FRAME_FATES.map(() => 0),
    );
    const isSame = rows.size === found.rows.size && [...rows].every(([key, count]) => found.rows.get(key) === count);
    const agrees = isSame && frames.every((count, at) => count === expected[at]);
    const records = [...rows.values()].reduce((sum, count) => sum + count, 0);
    return { name, records, frames, agrees };
  } finally {
    await store.close();
  }
}

/** Tries a stolen secret on the whole log. */
async function openWithStolen(
  { keyring, stolen }: Scene,
  segments: readonly Segment[],
  log: Uint8Array,
  settings: Settings,
) {
  if (stolen === null) throw new Error("no key was stolen");
  const unlocked = await keyring.unlock(passphrasesFrom({ environment: {}, terminal: null }));
  const keyPair = await unlocked.keyPairOf(stolen);
  if (keyPair === null) throw new Error("the keyring has no secret of the stolen key");
  const packets = segments.flatMap(({ packets: all }) => all);
  const sealedForIt = packets.filter(({ told }) => told.publicKey === stolen.publicKey).length;
  const opened = (await engineOf("auto")).open(log, [keyPair]);
  const week = weekOf(replacementDay(settings.weeks));
  const otherWeeks = opened.filter(({ block }) => weekOf(Buffer.from(block).readUInt16BE(1)) !== week).length;
  return { opened: opened.length, sealedForIt, otherWeeks };
}
