import { existsSync, readFileSync } from "node:fs";
import { cpus } from "node:os";

/** What decides how fast our engines are, as Linux calls it. */
const FEATURES: readonly (readonly [flag: string, name: string])[] = [
  ["avx2", "AVX2"],
  ["fma", "FMA"],
  ["avx512ifma", "AVX-512 IFMA"],
  ["asimd", "NEON"],
];

/** The processor's name, and which of the features that matter here it has and has not. */
export function describeCpu(): string {
  const model = cpus()[0]?.model.trim() || "a processor that does not say its name";
  if (!existsSync("/proc/cpuinfo")) return `${model}; what it can do is not known here`;
  const [, list = ""] = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "latin1")) ?? [];
  const flags = new Set(list.trim().split(/\s+/));
  const named = (isThere: boolean) =>
    FEATURES.filter(([flag]) => flags.has(flag) === isThere)
      .map(([, name]) => name)
      .join(", ") || "none";
  return `${model}: has ${named(true)}; has not ${named(false)}`;
}
