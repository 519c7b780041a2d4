import { SourceError } from "../errors.ts";
import { type CheckedSegment, type Segment, segmentOf } from "../source/segment.ts";
import { isFolder, listSegments } from "../source/source.ts";
import type { SegmentJob } from "./job.ts";

/** Where segments of jobs are. A place is listed once, and again when something is asked for that its list had not. */
export class Places {
  readonly #lists = new Map<string, ReadonlyMap<string, Segment>>();

  /**
   * Finds a job's segment. What it opens is what was queued, or an error.
   *
   * @returns null when a collector or a database has it no more: it was purged.
   * @throws SourceError and others, as `listSegments`, when the place cannot be listed; SourceError when a folder has it
   *   not, since nobody purges those, and it may be in another place on this machine.
   */
  async find(job: SegmentJob): Promise<Segment | null> {
    const { place, name, sha256 } = job;
    const segment = this.#lists.get(place)?.get(name) ?? (await this.#list(job)).get(name);
    if (segment === undefined) {
      if (isFolder(place)) throw missing();
      return null;
    }
    return segmentOf({ ...segment, sha256, open: () => openQueued(segment, job) });
  }

  async #list({ place, name }: SegmentJob): Promise<ReadonlyMap<string, Segment>> {
    const damaged = (what: string, error: Error) => {
      if (what === name) throw error;
    };
    // The list's signature was asked for when the job was made, and the job has the sum that it named.
    const list = new Map((await listSegments(place, damaged)).map((segment) => [segment.name, segment]));
    this.#lists.set(place, list);
    return list;
  }
}

async function openQueued(segment: Segment, { place, sha256 }: SegmentJob): Promise<CheckedSegment> {
  const checked = await segment.open().catch((error) => {
    throw error instanceof SourceError && error.code === "SOTTO_SOURCE_GONE" && isFolder(place) ? missing() : error;
  });
  if (checked.facts.sha256 === sha256) return checked;
  await checked.close();
  throw new SourceError("SOTTO_SOURCE_READ", "the segment is not the one that was queued");
}

function missing(): SourceError {
  return new SourceError("SOTTO_SOURCE_READ", "it is not in the folder, as this machine sees it");
}
