import { ENGINE_NAMES } from "../../../decoder/engine/engine.ts";

/** Engines that run wherever Node does. `native` is built by a compiler, and tested in test/system/native. */
export const PORTABLE_ENGINES = ENGINE_NAMES.filter((name) => name !== "native");
