import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { jobOf, type SegmentJob } from "../../../decoder/queue/job.ts";
import { Places } from "../../../decoder/queue/places.ts";
import { listSegments } from "../../../decoder/source/source.ts";
import { seededOctets } from "../../e2e/frames.ts";
import { temporaryFolder } from "../../e2e/scene.ts";
import { seededKeyPair } from "../keyrings.ts";
import { sealed, segmentFile } from "../sealing.ts";

/** A folder with a segment, and its job. */
async function scene() {
  const folder = await temporaryFolder();
  const write = async (name: string, text: string) => {
    await writeFile(join(folder, name), await segmentFile(sealed(text, seededKeyPair("places"), text)));
  };
  await write("a.seg", '{"a":1}');
  const [segment] = await listSegments(folder, (name) => expect.unreachable(name));
  const checked = await segment?.open();
  const job = jobOf(segment as NonNullable<typeof segment>, checked?.facts.sha256 ?? "", folder);
  return { at: (name: string) => join(folder, name), write, job };
}

it("finds a job's segment, also one that came after the folder was listed", async () => {
  const { at, write, job } = await scene();
  const places = new Places();
  expect((await (await places.find(job))?.open())?.facts).toMatchObject({ sha256: job.sha256, count: 1 });
  await write("b.seg", '{"b":1}');
  const later: SegmentJob = { ...job, name: at("b.seg"), sha256: job.sha256 };
  expect((await places.find(later))?.name).toBe(at("b.seg"));
});

it("opens nothing else than what was queued", async () => {
  const { write, job } = await scene();
  const segment = await new Places().find(job);
  await write("a.seg", '{"another":1}');
  await expect(segment?.open()).rejects.toThrow("the segment is not the one that was queued");
});

it("does not take a folder that is not mounted, or lacks a file, for one that was purged", async () => {
  const { at, job } = await scene();
  const places = new Places();
  const listed = await places.find(job);
  await rename(at("a.seg"), at("a.part"));
  await expect(listed?.open()).rejects.toMatchObject({ code: "SOTTO_SOURCE_READ" });
  await expect(new Places().find(job)).rejects.toThrow("it is not in the folder, as this machine sees it");
  const elsewhere = { ...job, place: at("missing"), name: at("missing/a.seg") };
  await expect(new Places().find(elsewhere)).rejects.toThrow(/cannot read segments/);
});

it("says of a file that is no segment any more what is wrong with it", async () => {
  const { at, job } = await scene();
  await writeFile(at("a.seg"), seededOctets("no segment", 400));
  await expect(new Places().find(job)).rejects.toMatchObject({ code: "SOTTO_SEGMENT_HEADER" });
});
