import { createRequire } from "node:module";
import { join } from "node:path";
import { compile } from "../../../build/native/compile.ts";
import { ADDON, MEMORY, type Target } from "../../../build/native/targets.ts";
import { batchOf } from "../../../native/batch.ts";
import { REDUCED, type Subject, subjectOf } from "./subject.ts";

/** The path IFMA with the two instructions of it that CPUs may lack written in C: the same code but for these. */
const EMULATED: Target = {
  name: "emulated IFMA",
  compiler: "gcc",
  packages: ["gcc", "libc6-dev"],
  units: [ADDON, MEMORY, { source: "../../test/system/native/emulated.c", flags: ["-Og", "-Wno-psabi"] }],
};

/** Compiles it into a folder, and loads it. */
export function emulatedSubject(folder: string): Subject {
  const binary = join(folder, "emulated.node");
  compile(EMULATED, binary);
  return subjectOf(batchOf(createRequire(import.meta.url)(binary)), REDUCED);
}
