export type { NativeBatch, NativeKeyPair, NativeMatch } from "./batch.ts";
export { NativeError } from "./errors.ts";
export { loadBatch, paths, pathsNotRun } from "./paths.ts";
