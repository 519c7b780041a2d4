import { EngineError } from "../errors.ts";
import type { Batch } from "./batch.ts";

/** What is called of @sotto/native. */
type Native = Pick<typeof import("@sotto/native"), "loadBatch">;

/**
 * The batch in C.
 *
 * @param path one of those that this machine runs; the fastest when there is none.
 * @param load loads the package.
 * @throws EngineError `SOTTO_ENGINE_ABSENT` where the package is missing or has no binary for this machine, or where the
 *   CPU lacks what the path needs.
 */
export async function loadNative(path?: string, load: () => Promise<Native> = importNative): Promise<Batch> {
  try {
    const { loadBatch } = await load();
    return { name: "native", ...loadBatch(path) };
  } catch (error) {
    const [reason] = (error as Error).message.split("\n");
    throw new EngineError("SOTTO_ENGINE_ABSENT", `the engine native does not load on this machine: ${reason}`);
  }
}

function importNative(): Promise<Native> {
  return import("@sotto/native");
}
