import { createRequire } from "node:module";
import { NativeError } from "./errors.ts";

/** A way to compute, of those that a binary has. */
export interface Path {
  /** With what it computes: `AVX2, 4 lanes`. */
  readonly name: string;
  /** The instructions that it needs: `AVX2`. */
  readonly feature: string;
  /** Whether this CPU has them, and the system lets them be used. */
  readonly runs: boolean;
}

/** What native/src/addon.c gives to Node. It throws TypeErrors, `SOTTO_NATIVE_ARGUMENT`. */
export interface Binding {
  /** The fastest first. */
  readonly paths: readonly Path[];
  /**
   * @param path a number of `paths`, of one that runs.
   * @param frames of 118 octets each.
   * @param keys of 64 octets each: public, secret.
   * @param found receives bit `frame * number of keys + key`, least significant first, for each that fits; as many
   *   octets as that takes.
   */
  match(path: number, frames: Uint8Array, keys: Uint8Array, found: Uint8Array): void;
  /** @param results receives 32 octets for each of the points, which have as many. */
  x25519(path: number, scalar: Uint8Array, points: Uint8Array, results: Uint8Array): void;
}

/** The machines that there are binaries for, as `process.platform` and `process.arch` name them. */
const MACHINES: readonly string[] = ["linux-x64", "linux-arm64"];

/**
 * Loads the binary for this machine. Each thread that uses it has to; Node keeps one copy.
 *
 * @throws NativeError `SOTTO_NATIVE_ABSENT` where there is none, `SOTTO_NATIVE_BROKEN` where it does not load.
 */
export function loadBinding(
  machine = `${process.platform}-${process.arch}`,
  load: (name: string) => Binding = createRequire(import.meta.url),
): Binding {
  if (!MACHINES.includes(machine)) {
    throw new NativeError("SOTTO_NATIVE_ABSENT", `@sotto/native has no binary for ${machine}`);
  }
  try {
    return load(`#prebuilds/${machine}.node`);
  } catch (cause) {
    const isAbsent = cause instanceof Error && "code" in cause && cause.code === "MODULE_NOT_FOUND";
    throw isAbsent
      ? new NativeError("SOTTO_NATIVE_ABSENT", `@sotto/native came without its binary for ${machine}`, { cause })
      : new NativeError("SOTTO_NATIVE_BROKEN", `the binary of @sotto/native for ${machine} does not load`, { cause });
  }
}
