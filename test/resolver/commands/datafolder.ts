import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type SegmentEntry, type Span, verifySegment } from "@sotto/wire";
import { segmentFile } from "../../decoder/sealing.ts";
import { seededFrame } from "../../e2e/frames.ts";
import { temporaryFolder } from "../../e2e/scene.ts";

/** The zone of {@link segmentFile}. */
export const ZONE = "r.example.net";

const HOUR = 3600;

/** When the tests began: an hour that ends meanwhile must not shift what they made. */
const NOW = Date.now() / 1000;

const TODAY = Math.floor(NOW / 86_400);

/** A whole hour that ended `hours` hours, and the minutes of this one, ago. */
export function hourAgo(hours: number): Span {
  const end = (Math.floor(NOW / HOUR) - hours) * HOUR;
  return { start: end - HOUR, end };
}

/** A segment of `count` frames that no key opens. */
export async function madeSegment(span: Span, count = 3): Promise<{ entry: SegmentEntry; octets: Buffer }> {
  const frames = Array.from({ length: count }, (_, index) => seededFrame(`${span.start} ${index}`, TODAY, 0));
  const octets = await segmentFile(frames, span);
  return { entry: (await verifySegment([octets])).entry, octets };
}

/** A collector's data folder as it is when nothing was sent yet. */
export async function emptyDataFolder(): Promise<string> {
  const data = await temporaryFolder();
  for (const folder of ["journal", "held", "segments"]) await mkdir(join(data, folder));
  return data;
}

/** Puts a segment of that span into a data folder. */
export async function addSegment(
  data: string,
  span: Span,
  folder: "segments" | "held" = "segments",
  count = 3,
): Promise<SegmentEntry> {
  const { entry, octets } = await madeSegment(span, count);
  await writeFile(join(data, folder, `${entry.id}.seg`), octets);
  return entry;
}

/** The names in a folder, sorted. */
export async function namesIn(...path: string[]): Promise<string[]> {
  return (await readdir(join(...path))).sort();
}

/** The file names of segments, sorted. */
export function fileNames(...entries: readonly SegmentEntry[]): string[] {
  return entries.map(({ id }) => `${id}.seg`).sort();
}
