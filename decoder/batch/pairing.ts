import { setFlagsFromString } from "node:v8";

/**
 * The first version of V8 with which pairs were seen to gain anything; the one before (Node 22) has the flag, without
 * use.
 */
const FIRST_PAIRING = 13;

/**
 * Whether V8 may make one instruction on 256 bits of a pair on 128 on this machine; whether it does is to be measured.
 */
export function mayPair(arch: string = process.arch, v8: string = process.versions.v8): boolean {
  return arch === "x64" && Number.parseInt(v8, 10) >= FIRST_PAIRING;
}

/**
 * Does something while V8 pairs instructions of the functions that it optimises: an experiment of V8's, on x64 with
 * AVX2.
 *
 * V8 compiles each function when it is first called, quickly and not well, and again in another thread once it was busy
 * for some milliseconds; that is when the flag counts. It is of the whole process, so it is set back for what others
 * compile. The flags that would have all compiled well at once are left alone: set while V8 compiles something else,
 * they end the process of Node 25.
 */
export function whilePairing<T>(work: () => T): T {
  setFlagsFromString("--experimental-wasm-revectorize");
  try {
    return work();
  } finally {
    setFlagsFromString("--no-experimental-wasm-revectorize");
  }
}
