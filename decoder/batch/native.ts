import { EngineError } from "../errors.ts";
import type { Batch } from "./batch.ts";

/** What is called of @sotto/native. */
export type Native = Pick<typeof import("@sotto/native"), "loadBatch" | "paths" | "pathsNotRun">;

/** What the package can compute with on this machine, and what it lacks for more. */
export interface NativePaths {
  /** The fastest first; at least one. */
  readonly runs: readonly string[];
  /** Those that need instructions that this processor has not: `IFMA`. */
  readonly notRun: readonly { readonly name: string; readonly feature: string }[];
}

/**
 * The ways in which the batch in C can compute here.
 *
 * @param load loads the package.
 * @throws EngineError `SOTTO_ENGINE_ABSENT` where the package is missing or has no binary for this machine, or where the
 *   processor can run none of its ways.
 */
export async function nativePaths(load = importNative): Promise<NativePaths> {
  return await orAbsent(load, ({ paths, pathsNotRun }) => {
    const [runs, notRun] = [paths(), pathsNotRun()];
    if (runs.length === 0) throw new Error(`no ${notRun.map(({ feature }) => feature).join(", no ")}`);
    return { runs, notRun };
  });
}

/**
 * The batch in C.
 *
 * @param path one of those that run here.
 * @throws EngineError as {@link nativePaths}.
 */
export async function nativeBatch(path: string, load = importNative): Promise<Batch> {
  return await orAbsent(load, ({ loadBatch }) => ({ name: "native", ...loadBatch(path) }));
}

async function orAbsent<T>(load: () => Promise<Native>, use: (native: Native) => T): Promise<T> {
  try {
    return use(await load());
  } catch (error) {
    const [reason] = (error as Error).message.split("\n");
    throw new EngineError("SOTTO_ENGINE_ABSENT", `the engine native does not load on this machine: ${reason}`);
  }
}

function importNative(): Promise<Native> {
  return import("@sotto/native");
}
