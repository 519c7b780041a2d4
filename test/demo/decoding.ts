import { type Engine, listSegments, Scan, type ScanCounters } from "@sotto/decoder";
import type { Project } from "./traffic.ts";

/** What a project found in the log. */
export interface Decoded {
  readonly project: Project;
  readonly texts: readonly string[];
  readonly counters: ScanCounters;
  /** Whether it is all that was sent for it, each once, and nothing else. */
  readonly isRight: boolean;
}

/** Tries a project's key on every frame of the published log. */
export async function decode(project: Project, place: string, engine: Engine): Promise<Decoded> {
  const scan = new Scan(engine, [project.keyPair]);
  const texts: string[] = [];
  const damaged = (name: string) => {
    throw new Error(`damaged: ${name}`);
  };
  for (const segment of await listSegments(place, damaged)) {
    for await (const run of segment.frames()) texts.push(...scan.read(run, segment).map(({ text }) => text));
  }
  texts.push(...scan.finish().map(({ text }) => text));
  return { project, texts, counters: scan.counters, isRight: sameTexts(texts, project.sent) };
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
}
