/* Eight lanes of 64 bits: AVX-512 with IFMA, VL for rotations of vectors of half the size. */
#ifndef SOTTO_LANES_H
#define SOTTO_LANES_H

#include <immintrin.h>
#include <stdint.h>

#define LANES 8

typedef uint64_t word __attribute__((vector_size(8 * LANES)));
typedef uint32_t word32 __attribute__((vector_size(4 * LANES)));

/* c + the lower 52 bits of the product of the lower 52 bits of a and b. */
static inline __attribute__((always_inline)) word madd52_low(word c, word a, word b) {
    return (word)_mm512_madd52lo_epu64((__m512i)c, (__m512i)a, (__m512i)b);
}

/* c + the upper 52 bits of that product. */
static inline __attribute__((always_inline)) word madd52_high(word c, word a, word b) {
    return (word)_mm512_madd52hi_epu64((__m512i)c, (__m512i)a, (__m512i)b);
}

#endif
