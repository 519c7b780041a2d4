/* The eight lanes of lanes_ifma.h in C that any CPU runs: the same two functions, so that what is tested is the rest. */
#ifndef SOTTO_LANES_H
#define SOTTO_LANES_H

#include <stdint.h>

#define LANES 8

typedef uint64_t word __attribute__((vector_size(8 * LANES)));
typedef uint32_t word32 __attribute__((vector_size(4 * LANES)));

static inline unsigned __int128 product104(uint64_t a, uint64_t b) {
    const uint64_t lower52 = (1ULL << 52) - 1;
    return (unsigned __int128)(a & lower52) * (b & lower52);
}

/* Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2: VPMADD52LUQ, VPMADD52HUQ. */
static __attribute__((noinline)) word madd52_low(word c, word a, word b) {
    for (int lane = 0; lane < LANES; lane++) c[lane] += (uint64_t)product104(a[lane], b[lane]) & ((1ULL << 52) - 1);
    return c;
}

static __attribute__((noinline)) word madd52_high(word c, word a, word b) {
    for (int lane = 0; lane < LANES; lane++) c[lane] += (uint64_t)(product104(a[lane], b[lane]) >> 52);
    return c;
}

#endif
