/* Two lanes of 64 bits: NEON, which every arm64 has. */
#ifndef SOTTO_LANES_H
#define SOTTO_LANES_H

#include <arm_neon.h>
#include <stdint.h>

#define LANES 2

typedef double real __attribute__((vector_size(8 * LANES)));
typedef uint64_t word __attribute__((vector_size(8 * LANES)));
typedef uint32_t word32 __attribute__((vector_size(4 * LANES)));

/* a * b + c, rounded once. */
static inline __attribute__((always_inline)) real fused(real a, real b, real c) {
    return (real)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
}

/* 19 x, for x below 2^32. */
static inline __attribute__((always_inline)) word small_times19(word x) {
    return (word)vmull_u32(vmovn_u64((uint64x2_t)x), vdup_n_u32(19));
}

/* Lanes of a where the mask is all ones, of b where it is zero. */
static inline __attribute__((always_inline)) real select_real(word mask, real a, real b) {
    return (real)vbslq_f64((uint64x2_t)mask, (float64x2_t)a, (float64x2_t)b);
}

#endif
