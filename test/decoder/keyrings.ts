import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Engine, type EpochSecret, Scan, type ScanKeys } from "@sotto/decoder";
import { type Epoch, Keyring, missingEpochs } from "@sotto/keys";
import { DAY_SECONDS, FRAME_OCTETS, generateKeyPair, type KeyPair, type Span } from "@sotto/wire";
import { encryptWithPassphrase } from "../../keys/agefile.ts";
import { seededOctets } from "../e2e/frames.ts";

/** A key pair that depends on a seed alone. */
export function seededKeyPair(seed: string): KeyPair {
  return generateKeyPair(() => seededOctets(seed, 32));
}

/** Draws a key pair after the other; the same seed gives the same ones. */
export function seededKeyPairs(seed: string): () => KeyPair {
  let drawn = 0;
  return () => seededKeyPair(`${seed} ${drawn++}`);
}

/** Epochs one after the other. */
export function epochsFrom(from: number, weeks: number, every = 1): Epoch[] {
  return missingEpochs([], { from, weeks, every });
}

/** Keys of epochs with their secrets, as a keyring would give them. */
export function epochSecrets(epochs: readonly Epoch[], seed: string): EpochSecret[] {
  const make = seededKeyPairs(seed);
  return epochs.map((epoch) => ({ ...epoch, ...make() }));
}

/** A new keyring whose identity has no passphrase, with a seeded key for each epoch. */
export async function seededKeyring(folder: string, epochs: readonly Epoch[], seed: string): Promise<Keyring> {
  const keyring = await Keyring.create(folder, null);
  await keyring.add(epochs, seededKeyPairs(seed));
  return keyring;
}

/** Puts a file of a secret under a passphrase, with the least of work, so that tests are quick. */
export async function protect(path: string, passphrase: string, protectedPath = path): Promise<void> {
  const content = await encryptWithPassphrase(await readFile(path, "utf8"), passphrase, 1);
  await rm(path);
  await writeFile(protectedPath, content, { mode: 0o600 });
  await chmod(protectedPath, 0o600);
}

/** Puts a keyring's identity under a passphrase. */
export async function protectKeyring(folder: string, passphrase: string): Promise<void> {
  await protect(join(folder, "identity.txt"), passphrase, join(folder, "identity.age"));
}

/** All of a day, as a segment. */
export function segmentOfDay(day: number): Span {
  return { start: day * DAY_SECONDS, end: (day + 1) * DAY_SECONDS };
}

/** An engine that counts how often it is asked to open a box: scalar multiplications, in effect. */
export function countingEngine(engine: Engine): Engine & { tries: number } {
  const counting = {
    name: engine.name,
    path: engine.path,
    tries: 0,
    open: (frames: Uint8Array, keys: readonly KeyPair[]) => {
      const hits = engine.open(frames, keys);
      // What a key opened is not tried with those behind it.
      const spared = hits.reduce((sum, { key }) => sum + keys.length - 1 - key, 0);
      counting.tries += (frames.length / FRAME_OCTETS) * keys.length - spared;
      return hits;
    },
  };
  return counting;
}

/** Frames of a segment. */
export interface LogSegment {
  readonly span: Span;
  readonly frames: readonly Uint8Array[];
}

/** Scans segments in order, and gives all records with what was counted. */
export function scanSegments(engine: Engine, keys: ScanKeys | readonly KeyPair[], segments: readonly LogSegment[]) {
  const counting = countingEngine(engine);
  const reader = new Scan(counting, keys);
  const records = segments.flatMap(({ span, frames }) => frames.flatMap((frame) => reader.read(frame, span)));
  return {
    records: [...records, ...reader.finish()],
    counters: reader.counters,
    pendingKeys: reader.pendingKeys,
    tries: counting.tries,
  };
}
