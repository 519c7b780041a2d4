import { setFlagsFromString } from "node:v8";

/** A flag of V8 while a module is compiled, and as it is by default. */
interface Flag {
  readonly during: string;
  readonly after: string;
}

/**
 * By default V8 compiles each function when it is first called, quickly and not well, and the busy ones better later on, in
 * another thread: a trial of a few milliseconds would measure the former, and a self-test would have to be done again.
 */
const AT_ONCE: readonly Flag[] = [
  { during: "--no-wasm-lazy-compilation", after: "--wasm-lazy-compilation" },
  { during: "--no-liftoff", after: "--liftoff" },
];

/** Makes one instruction on 256 bits of two on 128 that lie next to each other: an experiment of V8's, on x64 with AVX2. */
const PAIRED: Flag = {
  during: "--experimental-wasm-revectorize",
  after: "--no-experimental-wasm-revectorize",
};

/** The first version of V8 with which pairs were seen to gain anything; the one before (Node 22) has the flag, without use. */
const FIRST_PAIRING = 13;

/** Whether V8 may pair instructions on this machine; whether it does is to be measured. */
export function mayPair(arch: string = process.arch, v8: string = process.versions.v8): boolean {
  return arch === "x64" && Number.parseInt(v8, 10) >= FIRST_PAIRING;
}

/**
 * Compiles a module wholly, and as well as V8 can, before it returns: some 15 ms. V8's flags are those of the process and all
 * its threads; they are set back, so that what else is compiled later is compiled as ever.
 */
export function compileOptimised(octets: Uint8Array<ArrayBuffer>, isPaired: boolean): WebAssembly.Module {
  const flags = isPaired ? [...AT_ONCE, PAIRED] : AT_ONCE;
  for (const { during } of flags) setFlagsFromString(during);
  try {
    return new WebAssembly.Module(octets);
  } finally {
    for (const { after } of flags) setFlagsFromString(after);
  }
}
