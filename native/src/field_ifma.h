/*
 * The field of 2^255 - 19 elements on lanes of integers, by multiplications of 52 bits: five limbs of radix 2^51.
 *
 * IFMA adds the lower or the upper 52 bits of a product of 104. Since limbs have 51, the upper ones are worth 2^52, twice
 * a limb of the next column. (Gueron, Krasnov: Accelerating big integer arithmetic using Intel IFMA extensions, IEEE ARITH
 * 2016.)
 *
 * BOUNDS. All values are at least zero.
 *
 *   element   limb < 2^51 + 2^16, from `carried`: below 2^52, so that a multiplication takes all of it.
 *   gap       an element.
 *   wide      column < 2^62. A product's < 2^59; a sum's of two < 2^60.
 *
 * This field has no use for raising, which `ladder.h` does for the other one: `difference` adds a multiple of the prime.
 */
#ifndef SOTTO_FIELD_H
#define SOTTO_FIELD_H

#include "limbs.h"

typedef struct {
    word limb[LIMBS];
} element;

/*
 * Columns 0 to 9 modulo 2^255 - 19: 2^255 is 19. Low halves are below 2^52, high ones below (2^51 + 2^16)^2 / 2^52 <
 * 2^50 + 2^17, and count twice. Most has column 0, of 1 low half and 19 times 4 low and 5 high ones:
 * (1 + 19 (4 + 5 * 2 / 4)) 2^52 and a little = 124.5 * 2^52 < 2^59.
 */
ALWAYS_INLINE wide folded(const word columns[2 * LIMBS]) {
    wide result;
    UNROLL for (int k = 0; k < LIMBS; k++) result.column[k] = columns[k] + times19(columns[k + LIMBS]);
    return result;
}

ALWAYS_INLINE wide product(const element *a, const element *b) {
    word columns[2 * LIMBS] = {};
    UNROLL for (int i = 0; i < LIMBS; i++)
        UNROLL for (int j = 0; j < LIMBS; j++)
            columns[i + j + 1] = madd52_high(columns[i + j + 1], a->limb[i], b->limb[j]);
    UNROLL for (int k = 1; k < 2 * LIMBS; k++) columns[k] += columns[k];
    UNROLL for (int i = 0; i < LIMBS; i++)
        UNROLL for (int j = 0; j < LIMBS; j++)
            columns[i + j] = madd52_low(columns[i + j], a->limb[i], b->limb[j]);
    return folded(columns);
}

ALWAYS_INLINE wide bare_product(const element *a, const element *b) {
    return product(a, b);
}

ALWAYS_INLINE wide bare_gap_product(const element *gap, const element *b) {
    return product(gap, b);
}

/*
 * a^2. Products of two limbs occur twice: their high halves count four times, their low ones, and the high ones of
 * squares, twice. Each group is doubled as often, together with the groups before it.
 */
ALWAYS_INLINE wide square(const element *a) {
    word columns[2 * LIMBS] = {};
    UNROLL for (int i = 0; i < LIMBS; i++)
        UNROLL for (int j = i + 1; j < LIMBS; j++)
            columns[i + j + 1] = madd52_high(columns[i + j + 1], a->limb[i], a->limb[j]);
    UNROLL for (int k = 2; k < 2 * LIMBS - 1; k++) columns[k] += columns[k];
    UNROLL for (int i = 0; i < LIMBS; i++)
        UNROLL for (int j = i + 1; j < LIMBS; j++)
            columns[i + j] = madd52_low(columns[i + j], a->limb[i], a->limb[j]);
    UNROLL for (int i = 0; i < LIMBS; i++)
        columns[2 * i + 1] = madd52_high(columns[2 * i + 1], a->limb[i], a->limb[i]);
    UNROLL for (int k = 1; k < 2 * LIMBS; k++) columns[k] += columns[k];
    UNROLL for (int i = 0; i < LIMBS; i++) columns[2 * i] = madd52_low(columns[2 * i], a->limb[i], a->limb[i]);
    return folded(columns);
}

/* a + 121665 gap, for a product a. High halves are below 2^17: it stays below 2^59 + 2^53. */
ALWAYS_INLINE wide plus_a24(wide a, const element *gap) {
    const word a24 = all_word(121665);
    word high[LIMBS];
    UNROLL for (int k = 0; k < LIMBS; k++) {
        high[k] = madd52_high(all_word(0), gap->limb[k], a24);
        a.column[k] = madd52_low(a.column[k], gap->limb[k], a24);
    }
    a.column[0] += times19(high[LIMBS - 1] + high[LIMBS - 1]);
    UNROLL for (int k = 1; k < LIMBS; k++) a.column[k] += high[k - 1] + high[k - 1];
    return a;
}

ALWAYS_INLINE wide raised(wide a) {
    return a;
}

ALWAYS_INLINE wide sum(wide a, wide b) {
    UNROLL for (int k = 0; k < LIMBS; k++) a.column[k] += b.column[k];
    return a;
}

/* a - b + 2^9 (2^255 - 19), for products: 2^9 (2^51 - 19) > 2^59 > b, and all of it is below 2^61. */
ALWAYS_INLINE wide difference(wide a, wide b) {
    UNROLL for (int k = 0; k < LIMBS; k++) a.column[k] += all_word(PRIME_LIMB(k) << 9) - b.column[k];
    return a;
}

/* An element of columns below 2^62: carries are below 2^11, and 19 of them below 2^16. */
ALWAYS_INLINE element carried(wide a) {
    word carry[LIMBS];
    element result;
    UNROLL for (int k = 0; k < LIMBS; k++) {
        carry[k] = a.column[k] >> RADIX_BITS;
        result.limb[k] = a.column[k] & all_word(LIMB_MASK);
    }
    result.limb[0] = madd52_low(result.limb[0], carry[LIMBS - 1], all_word(19));
    UNROLL for (int k = 1; k < LIMBS; k++) result.limb[k] += carry[k - 1];
    return result;
}

/* a - b: 2 (2^255 - 19) is added, of which each limb is larger than an element's. */
ALWAYS_INLINE element gap_of(const element *a, const element *b) {
    wide columns;
    UNROLL for (int k = 0; k < LIMBS; k++) columns.column[k] = a->limb[k] + all_word(2 * PRIME_LIMB(k)) - b->limb[k];
    return carried(columns);
}

/* Lanes of a where the mask is all ones, of b where it is zero. */
ALWAYS_INLINE element selected(word mask, const element *a, const element *b) {
    element result;
    UNROLL for (int k = 0; k < LIMBS; k++) result.limb[k] = (mask & a->limb[k]) | (~mask & b->limb[k]);
    return result;
}

/* An element of columns below 2^52. */
ALWAYS_INLINE element element_of(wide limbs) {
    return carried(limbs);
}

/* The limbs, which are between 0 and 2^53. */
ALWAYS_INLINE wide positive(const element *a) {
    wide result;
    UNROLL for (int k = 0; k < LIMBS; k++) result.column[k] = a->limb[k];
    return result;
}

#endif
