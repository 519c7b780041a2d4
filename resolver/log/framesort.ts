import { setImmediate } from "node:timers/promises";
import { FRAME_OCTETS } from "@sotto/wire";

/** Distinct frames in ascending order. */
export interface SortedFrames {
  readonly count: number;
  /** Runs of whole frames. */
  readonly runs: readonly Uint8Array[];
}

/**
 * Collects frames and gives them back in ascending order, each once.
 *
 * Frames are parted by their first two octets, which are week and salt and so spread evenly; parts are sorted one at a
 * time, with a turn of the event loop between them, so that name service goes on.
 */
export class FrameSorter {
  readonly #parts = new Map<number, Uint8Array[]>();
  readonly #known = new Set<string>();

  /** @param frame 118 octets; they are copied. */
  add(frame: Uint8Array): void {
    const key = ((frame[0] as number) << 8) | (frame[1] as number);
    const copy = new Uint8Array(frame);
    const part = this.#parts.get(key);
    if (part === undefined) this.#parts.set(key, [copy]);
    else part.push(copy);
  }

  /** Leaves a frame out of the result, whether it was added or not. */
  exclude(frame: Uint8Array): void {
    this.#known.add(latin1(frame));
  }

  /** The frames added and not excluded. */
  async sort(): Promise<SortedFrames> {
    const runs: Uint8Array[] = [];
    for (const key of [...this.#parts.keys()].sort((a, b) => a - b)) {
      runs.push(Buffer.concat(this.#distinct(this.#parts.get(key) ?? [])));
      await setImmediate();
    }
    return { count: runs.reduce((sum, run) => sum + run.length / FRAME_OCTETS, 0), runs };
  }

  #distinct(part: Uint8Array[]): Uint8Array[] {
    part.sort(Buffer.compare);
    return part.filter((frame, i) => {
      const previous = part[i - 1];
      if (previous !== undefined && Buffer.compare(frame, previous) === 0) return false;
      return !this.#known.has(latin1(frame));
    });
  }
}

function latin1(frame: Uint8Array): string {
  return Buffer.from(frame.buffer, frame.byteOffset, frame.length).toString("latin1");
}
