/* Four lanes of 64 bits: AVX2 and FMA3. */
#ifndef SOTTO_LANES_H
#define SOTTO_LANES_H

#include <immintrin.h>
#include <stdint.h>

#define LANES 4

typedef double real __attribute__((vector_size(8 * LANES)));
typedef uint64_t word __attribute__((vector_size(8 * LANES)));
typedef uint32_t word32 __attribute__((vector_size(4 * LANES)));

/* a * b + c, rounded once. */
static inline __attribute__((always_inline)) real fused(real a, real b, real c) {
    return (real)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
}

/* 19 x, for x below 2^32. */
static inline __attribute__((always_inline)) word small_times19(word x) {
    return (word)_mm256_mul_epu32((__m256i)x, _mm256_set1_epi64x(19));
}

/* Lanes of a where the mask is all ones, of b where it is zero. */
static inline __attribute__((always_inline)) real select_real(word mask, real a, real b) {
    return (real)_mm256_blendv_pd((__m256d)b, (__m256d)a, (__m256d)mask);
}

#endif
