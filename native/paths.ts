import { batchOf, type NativeBatch } from "./batch.ts";
import { loadBinding, type Path } from "./binding.ts";

/**
 * The names of the paths that this CPU can run, the fastest first, such as `["IFMA, 8 lanes", "AVX2, 4 lanes"]`.
 *
 * @throws NativeError `SOTTO_NATIVE_ABSENT`, `SOTTO_NATIVE_BROKEN`.
 */
export function paths(): string[] {
  return loadBinding()
    .paths.filter(({ runs }) => runs)
    .map(({ name }) => name);
}

/**
 * The paths that the binary has and this CPU cannot run, with the instructions that it lacks.
 *
 * @throws NativeError `SOTTO_NATIVE_ABSENT`, `SOTTO_NATIVE_BROKEN`.
 */
export function pathsNotRun(): Pick<Path, "name" | "feature">[] {
  return loadBinding()
    .paths.filter(({ runs }) => !runs)
    .map(({ name, feature }) => ({ name, feature }));
}

/**
 * Trial opening in C.
 *
 * @param path one of {@link paths}; the fastest when there is none.
 * @throws NativeError `SOTTO_NATIVE_ABSENT`, `SOTTO_NATIVE_BROKEN`, or `SOTTO_NATIVE_PATH` when this CPU cannot run
 *   that path, or any.
 */
export function loadBatch(path?: string): NativeBatch {
  return batchOf(loadBinding(), path);
}
