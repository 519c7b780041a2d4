import { onTestFinished } from "vitest";
import { NOON, temporaryFolder } from "../../e2e/scene.ts";
import { FolderCollection, type FolderOptions } from "./collection.ts";

/** A collection that goes with the test, in a folder of its own and at noon unless it says otherwise. */
export async function openCollection(options: Partial<FolderOptions> & Pick<FolderOptions, "keeping">) {
  const folder = options.folder ?? (await temporaryFolder());
  const collection = await FolderCollection.open({ now: NOON, ...options, folder });
  onTestFinished(async () => {
    // Not waited for: an intake that a test let crash never ends.
    for (const intake of collection.intakes) intake.close().catch(() => {});
    await collection.log.close().catch(() => {});
  });
  return collection;
}
