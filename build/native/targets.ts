/** A file of native/src with what it is compiled with beyond {@link FLAGS}. */
export interface Unit {
  readonly source: string;
  readonly flags: readonly string[];
}

/** A machine that there is a binary for. */
export interface Target {
  /** As `process.platform` and `process.arch` name it: the binary's name. */
  readonly name: string;
  readonly compiler: string;
  /** Debian's packages that bring the compiler and the headers that it needs. */
  readonly packages: readonly string[];
  readonly units: readonly Unit[];
}

/**
 * For every unit. No library, so the binary may not refer to one: nothing that a distribution's compiler adds by itself
 * (stack protector, fortified functions). No contraction: where a multiplication is fused is said in the source.
 */
export const FLAGS: readonly string[] = [
  ..."-std=gnu17 -fPIC -ffreestanding -fvisibility=hidden -ffp-contract=off -fno-strict-aliasing".split(" "),
  ..."-fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none".split(" "),
  ..."-U_FORTIFY_SOURCE -Wall -Wextra -Werror".split(" "),
];

/**
 * For the arithmetic. -O2 leaves the loops over limbs as they are, at a quarter of the speed; without shrinking live
 * ranges gcc keeps whole products in memory, which costs a tenth.
 */
const FAST = ["-O3", "-flive-range-shrinkage"];

/** Else gcc makes a call of memcpy out of the loop in memcpy. */
export const MEMORY: Unit = { source: "memory.c", flags: ["-O2", "-fno-tree-loop-distribute-patterns"] };
/** What Node sees of it. */
export const ADDON: Unit = { source: "addon.c", flags: ["-O2"] };

/** What there are binaries for. */
export const TARGETS: readonly Target[] = [
  {
    name: "linux-x64",
    compiler: "gcc",
    packages: ["gcc", "libc6-dev"],
    units: [
      ADDON,
      MEMORY,
      { source: "paths_x64.c", flags: ["-O2"] },
      { source: "ifma.c", flags: [...FAST, "-mavx2", "-mfma", "-mavx512f", "-mavx512vl", "-mavx512ifma"] },
      { source: "avx2.c", flags: [...FAST, "-mavx2", "-mfma"] },
    ],
  },
  {
    name: "linux-arm64",
    compiler: "aarch64-linux-gnu-gcc",
    packages: ["gcc-aarch64-linux-gnu"],
    units: [ADDON, MEMORY, { source: "paths_arm64.c", flags: ["-O2"] }, { source: "neon.c", flags: FAST }],
  },
];
