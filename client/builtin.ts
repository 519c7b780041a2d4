/**
 * Parts of Node that are loaded when they are first used: each takes longer to load than all the rest of a usual run of
 * ours. `getBuiltinModule` rather than `createRequire`, which would load the latter's own module first.
 */

/** Node's cryptography. */
export function nodeCrypto(): typeof import("node:crypto") {
  return process.getBuiltinModule("node:crypto");
}

/** Node's view of the system. */
export function nodeOs(): typeof import("node:os") {
  return process.getBuiltinModule("node:os");
}

/** Node's processes. */
export function nodeChildProcess(): typeof import("node:child_process") {
  return process.getBuiltinModule("node:child_process");
}

/** Node's module loader. */
export function nodeModule(): typeof import("node:module") {
  return process.getBuiltinModule("node:module");
}

/** Node's terminals, and with them its streams and sockets. */
export function nodeTty(): typeof import("node:tty") {
  return process.getBuiltinModule("node:tty");
}
