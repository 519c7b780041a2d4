/*
 * The paths of x64, and what they need of CPU and operating system. Intel 64 and IA-32 Architectures Software Developer's
 * Manual, volume 1, sections 13.3, 14.3, 14.5.3 and 15.2: an instruction may be used where CPUID has it and XCR0 says that the
 * system keeps the registers that it uses.
 */
#include <cpuid.h>

#include "path.h"

/* CPUID, leaf 1, ECX. */
#define FMA (1u << 12)
#define OSXSAVE (1u << 27)
#define AVX (1u << 28)

/* CPUID, leaf 7, EBX. */
#define AVX2 (1u << 5)
#define AVX512F (1u << 16)
#define AVX512IFMA (1u << 21)
#define AVX512VL (1u << 31)

/* XCR0: the registers of SSE, AVX; the masks, the upper halves and the upper sixteen of AVX-512. */
#define YMM_STATE 0x06u
#define ZMM_STATE 0xe6u

static unsigned xcr0(void) {
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

static int has(unsigned in_leaf_1, unsigned in_leaf_7, unsigned state) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
    const unsigned needed = in_leaf_1 | OSXSAVE | AVX;
    if ((c & needed) != needed || (xcr0() & state) != state) return 0;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & in_leaf_7) == in_leaf_7;
}

static int has_avx2(void) {
    return has(FMA, AVX2, YMM_STATE);
}

static int has_ifma(void) {
    return has(FMA, AVX2 | AVX512F | AVX512IFMA | AVX512VL, ZMM_STATE);
}

const path PATHS[] = {
    {"IFMA, 8 lanes", "IFMA", has_ifma, ifma_match, ifma_x25519},
    {"AVX2, 4 lanes", "AVX2", has_avx2, avx2_match, avx2_x25519},
};
const unsigned PATH_COUNT = sizeof PATHS / sizeof PATHS[0];
