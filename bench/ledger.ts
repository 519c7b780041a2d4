import { createHash, randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { listSegments } from "@sotto/decoder";
import { BOX_OCTETS, dayOf, FRAME_OCTETS, HEAD_OCTETS, headWeekOf, makeFrame, toHex } from "@sotto/wire";
import { journalSpan, readJournal } from "../resolver/log/journal.ts";

const INDEX_OCTETS = 4;
const GROWTH = 2 ** 20;

/** What was acknowledged, beside what is stored. */
export interface Comparison {
  readonly acknowledged: number;
  /** Acknowledged and not stored: has to be none. */
  readonly missing: number;
  /** Distinct frames of ours that are stored. */
  readonly stored: number;
  /** Distinct frames that came of mutated packets. */
  readonly others: number;
  /** Journal slots and segments that cannot be read. */
  readonly damaged: number;
}

/**
 * Makes frames by number and notes which were acknowledged, one octet each: a soak has more frames than a set of texts
 * would have room for. A frame's box begins with its number, so a stored one is known without having been kept.
 */
export class Ledger {
  readonly #seed = randomBytes(16).toString("hex");
  readonly #week = headWeekOf(dayOf(Date.now() / 1000));
  #acked = new Uint8Array(GROWTH);
  #acknowledged = 0;

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** The frame of a number. No key opens it, which a collector cannot tell. */
  frame(index: number): Uint8Array {
    const box = Buffer.alloc(BOX_OCTETS);
    box.writeUInt32BE(index);
    const rest = createHash("shake256", { outputLength: BOX_OCTETS - INDEX_OCTETS });
    rest.update(`${this.#seed} ${index}`).digest().copy(box, INDEX_OCTETS);
    return makeFrame(this.#week, index % 2 ** 24, box);
  }

  acknowledge(index: number): void {
    if (index >= this.#acked.length) {
      const grown = new Uint8Array(index + GROWTH);
      grown.set(this.#acked);
      this.#acked = grown;
    }
    if (this.#acked[index] === 0) this.#acknowledged++;
    this.#acked[index] = 1;
  }

  /** Reads all that a stopped server left in its data folder: journals, segments and what is held for a larger batch. */
  async compare(data: string): Promise<Comparison> {
    const found = new Uint8Array(this.#acked.length);
    const others = new Set<string>();
    let stored = 0;
    let damaged = 0;
    const see = (frame: Uint8Array) => {
      const index = this.#indexOf(frame);
      if (index === null) others.add(toHex(frame));
      else if (found[index] === 0) {
        found[index] = 1;
        stored++;
      }
    };
    const journals = join(data, "journal");
    for (const name of await readdir(journals)) {
      if (journalSpan(name) === null) continue;
      for await (const chunk of readJournal(join(journals, name))) {
        chunk.frames.forEach(see);
        damaged += chunk.damaged;
      }
    }
    for (const segment of await listSegments(data, () => damaged++)) {
      for await (const run of segment.frames()) {
        for (let at = 0; at < run.length; at += FRAME_OCTETS) see(run.subarray(at, at + FRAME_OCTETS));
      }
    }
    let missing = 0;
    for (const [index, acked] of this.#acked.entries()) if (acked === 1 && found[index] === 0) missing++;
    return { acknowledged: this.#acknowledged, missing, stored, others: others.size, damaged };
  }

  /** The number of a frame of ours; null for another's. */
  #indexOf(frame: Uint8Array): number | null {
    const index = Buffer.from(frame.buffer, frame.byteOffset, frame.length).readUInt32BE(HEAD_OCTETS);
    return index < this.#acked.length && Buffer.compare(this.frame(index), frame) === 0 ? index : null;
  }
}
