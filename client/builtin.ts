import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** Node's cryptography, loaded when it is first used: it takes longer than all that a usual run of ours does. */
export function nodeCrypto(): typeof import("node:crypto") {
  return require("node:crypto");
}

/** Node's processes, loaded when one is started. */
export function nodeChildProcess(): typeof import("node:child_process") {
  return require("node:child_process");
}
