/* What both fields share: elements modulo 2^255 - 19 have five limbs of radix 2^51, and a lane holds one of each. */
#ifndef SOTTO_LIMBS_H
#define SOTTO_LIMBS_H

#include "octets.h"

#define LIMBS 5
#define RADIX_BITS 51
#define LIMB_MASK ((1ULL << RADIX_BITS) - 1)

/* 2^255 - 19 in limbs. */
#define PRIME_LIMB(k) (LIMB_MASK - ((k) == 0 ? 18 : 0))

/* Loops over limbs have fixed ends, and no indices are left of them. */
#define UNROLL _Pragma("GCC unroll 16")

/* Integers by power of 2^51, beyond 51 bits: what a product is before carries. */
typedef struct {
    word column[LIMBS];
} wide;

ALWAYS_INLINE word all_word(uint64_t value) {
    return (word){} + value;
}

/* 19 x: a multiplication of 64 bits takes longer, or is not there. */
ALWAYS_INLINE word times19(word x) {
    return x + (x + x) + (x << 4);
}

#endif
