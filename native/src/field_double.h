/*
 * The field of 2^255 - 19 elements on lanes of doubles: five limbs of radix 2^51, integers of either sign.
 *
 * A product of two limbs has up to 102 bits, a double 53. Adding 1.5 * 2^103, whose last place is worth 2^51, in a fused
 * multiplication rounds it to a multiple of 2^51, its high half; a second one gives what is left, its low half, exactly.
 * (Emmart, Zheng, Weems: Faster modular exponentiation using double precision floating point arithmetic on the GPU, IEEE
 * ARITH 2018.) Added to 1.5 * 2^103 or 1.5 * 2^52, a half stands in the last bits of the double as an integer, and
 * doubles are summed as integers; what their exponents add is a constant. Rounding is to nearest, as Node leaves it.
 *
 * BOUNDS. 2^51 is the radix. Each value below is an integer; where a double holds it, that is exact below 2^53.
 *
 *   element   |limb| <= 2^50 + 9728, from `carried`.
 *   gap       |limb| <= 2^51 + 19456: the difference of two elements, not carried.
 *   wide      columns, signed: |column| < 2^60. A *raised* one has RAISE added to each column.
 */
#ifndef SOTTO_FIELD_H
#define SOTTO_FIELD_H

#include "limbs.h"

typedef struct {
    real limb[LIMBS];
} element;

/* The last place of HIGH is worth 2^51, that of LOW 1; either has room for 2^51 of these to both sides. */
#define HIGH 0x1.8p103
#define LOW 0x1.8p52
#define HIGH_BITS 0x4668000000000000ULL
#define LOW_BITS 0x4338000000000000ULL

/* Makes columns positive, and with its 2^50 their limbs balanced around zero: see `carried`. */
#define RAISE ((1ULL << 60) + (1ULL << 50))

ALWAYS_INLINE real all_real(double value) {
    return (real){} + value;
}

/*
 * The two halves of one product, or of the sum of two, as integers under the exponents of LOW and HIGH.
 *
 * One: |a b| <= 2^102, and |low| <= 2^50.
 * Two: |a b + c d| <= 2^102, so that the second high half is added within the first one's binade, exactly; each low half
 * is at most 2^50, both at most 2^51. Elements fulfil that: 2 (2^50 + 9728)^2 < 2^101.1. A gap and an element do not.
 */
typedef struct {
    word low, high;
} halves;

ALWAYS_INLINE halves halves_of_one(real a, real b) {
    const real high = fused(a, b, all_real(HIGH));
    const real low = fused(a, b, all_real(HIGH + LOW) - high);
    return (halves){(word)low, (word)high};
}

ALWAYS_INLINE halves halves_of_two(real a, real b, real c, real d) {
    const real first = fused(a, b, all_real(HIGH));
    const real high = fused(c, d, first);
    const real low = fused(a, b, all_real(HIGH + LOW) - first) + fused(c, d, first - high);
    return (halves){(word)low, (word)high};
}

/*
 * What the exponents of `low` low and `high` high halves add to a column and, 19-fold, those of the column five above it.
 * Integers wrap, here and where it is taken off again.
 */
ALWAYS_INLINE uint64_t exponents(unsigned low, unsigned high, unsigned low_above, unsigned high_above) {
    return low * LOW_BITS + high * HIGH_BITS + 19 * (low_above * LOW_BITS + high_above * HIGH_BITS);
}

/* Columns 0 to 9 of a product while it is made, and how many halves were added to each; the counts are constants. */
typedef struct {
    word column[2 * LIMBS];
    unsigned low[2 * LIMBS], high[2 * LIMBS];
} columns;

ALWAYS_INLINE void add_halves(columns *sum, int column, halves both) {
    sum->column[column] = sum->low[column] + sum->high[column] == 0 ? both.low : sum->column[column] + both.low;
    sum->column[column + 1] =
        sum->low[column + 1] + sum->high[column + 1] == 0 ? both.high : sum->column[column + 1] + both.high;
    sum->low[column]++;
    sum->high[column + 1]++;
}

/*
 * Columns modulo 2^255 - 19: 2^255 is 19. A column has at most 5 low and 5 high halves of products, of at most
 * 2^50 and 2^50 + 2^16 (of a gap and an element; 2^49 + 2^16 of elements): |column| < 20 * 10.1 * 2^50 < 2^58.
 */
ALWAYS_INLINE wide folded(const columns *sum, uint64_t raise) {
    wide result;
    UNROLL for (int k = 0; k < LIMBS; k++) {
        const int above = k + LIMBS;
        const uint64_t taken = exponents(sum->low[k], sum->high[k], sum->low[above], sum->high[above]);
        result.column[k] = sum->column[k] + times19(sum->column[above]) + all_word(raise - taken);
    }
    return result;
}

ALWAYS_INLINE wide multiplied(const element *a, const element *b, int in_pairs, uint64_t raise) {
    columns sum = {};
    UNROLL for (int k = 0; k < 2 * LIMBS - 1; k++) {
        const int last = k < LIMBS ? k : LIMBS - 1;
        UNROLL for (int i = k < LIMBS ? 0 : k - LIMBS + 1; i <= last; i++) {
            if (in_pairs && i < last) {
                add_halves(&sum, k, halves_of_two(a->limb[i], b->limb[k - i], a->limb[i + 1], b->limb[k - i - 1]));
                i++;
            } else {
                add_halves(&sum, k, halves_of_one(a->limb[i], b->limb[k - i]));
            }
        }
    }
    return folded(&sum, raise);
}

/* a b, raised. */
ALWAYS_INLINE wide product(const element *a, const element *b) {
    return multiplied(a, b, 1, RAISE);
}

/* a b, not raised: for `sum` and `difference`. */
ALWAYS_INLINE wide bare_product(const element *a, const element *b) {
    return multiplied(a, b, 1, 0);
}

/* gap b, not raised. |limb of gap| |limb of b| < 2^101.1, one at a time. */
ALWAYS_INLINE wide bare_gap_product(const element *gap, const element *b) {
    return multiplied(gap, b, 0, 0);
}

/*
 * a^2, raised. What occurs twice is doubled before: |2 a_i| |a_j| <= 2^101.1, so that it goes in a pair with a square,
 * 2^101.7, but not with another like it.
 */
ALWAYS_INLINE wide square(const element *a) {
    const real *x = a->limb;
    const real twice[] = {x[0] + x[0], x[1] + x[1], x[2] + x[2], x[3] + x[3]};
    columns sum = {};
    add_halves(&sum, 0, halves_of_one(x[0], x[0]));
    add_halves(&sum, 1, halves_of_one(twice[0], x[1]));
    add_halves(&sum, 2, halves_of_two(twice[0], x[2], x[1], x[1]));
    add_halves(&sum, 3, halves_of_one(twice[0], x[3]));
    add_halves(&sum, 3, halves_of_one(twice[1], x[2]));
    add_halves(&sum, 4, halves_of_two(twice[0], x[4], x[2], x[2]));
    add_halves(&sum, 4, halves_of_one(twice[1], x[3]));
    add_halves(&sum, 5, halves_of_one(twice[1], x[4]));
    add_halves(&sum, 5, halves_of_one(twice[2], x[3]));
    add_halves(&sum, 6, halves_of_two(twice[2], x[4], x[3], x[3]));
    add_halves(&sum, 7, halves_of_one(twice[3], x[4]));
    add_halves(&sum, 8, halves_of_one(x[4], x[4]));
    return folded(&sum, RAISE);
}

/* a + 121665 gap, raised as a is. 121665 (2^51 + 19456) < 2^68: high halves are below 2^17. */
ALWAYS_INLINE wide plus_a24(wide a, const element *gap) {
    halves part[LIMBS];
    UNROLL for (int k = 0; k < LIMBS; k++) {
        part[k] = halves_of_one(gap->limb[k], all_real(121665));
        a.column[k] += part[k].low;
    }
    a.column[0] += times19(part[LIMBS - 1].high) - all_word(LOW_BITS + 19 * HIGH_BITS);
    UNROLL for (int k = 1; k < LIMBS; k++) a.column[k] += part[k - 1].high - all_word(LOW_BITS + HIGH_BITS);
    return a;
}

ALWAYS_INLINE wide raised(wide a) {
    UNROLL for (int k = 0; k < LIMBS; k++) a.column[k] += all_word(RAISE);
    return a;
}

/* a + b and a - b, raised where a is and b is not. Two of them below 2^58 make less than 2^59. */
ALWAYS_INLINE wide sum(wide a, wide b) {
    UNROLL for (int k = 0; k < LIMBS; k++) a.column[k] += b.column[k];
    return a;
}

ALWAYS_INLINE wide difference(wide a, wide b) {
    UNROLL for (int k = 0; k < LIMBS; k++) a.column[k] -= b.column[k];
    return a;
}

/*
 * An element of raised columns. Of column + 2^60 + 2^50, between 0 and 2^62, the lower 51 bits less 2^50 are the limb,
 * between -2^50 and 2^50, and the upper ones less 2^9 the carry, |carry| <= 2^9; of the last one 19-fold to the first limb,
 * 19 * 2^9 = 9728. Both are added as integers, below 2^52, then given the exponent of 2^52, and all constants taken off.
 */
ALWAYS_INLINE element carried(wide raised) {
    const word exponent = all_word(0x4330000000000000ULL);
    word carry[LIMBS];
    element result;
    UNROLL for (int k = 0; k < LIMBS; k++) carry[k] = raised.column[k] >> RADIX_BITS;
    UNROLL for (int k = 0; k < LIMBS; k++) {
        const word rest = raised.column[k] & all_word(LIMB_MASK);
        const word joined = rest + (k == 0 ? small_times19(carry[LIMBS - 1]) : carry[k - 1]);
        result.limb[k] = (real)(joined | exponent) - all_real(0x1p52 + 0x1p50 + (k == 0 ? 19 * 512 : 512));
    }
    return result;
}

/* a - b: a gap. */
ALWAYS_INLINE element gap_of(const element *a, const element *b) {
    element result;
    UNROLL for (int k = 0; k < LIMBS; k++) result.limb[k] = a->limb[k] - b->limb[k];
    return result;
}

/* Lanes of a where the mask is all ones, of b where it is zero. */
ALWAYS_INLINE element selected(word mask, const element *a, const element *b) {
    element result;
    UNROLL for (int k = 0; k < LIMBS; k++) result.limb[k] = select_real(mask, a->limb[k], b->limb[k]);
    return result;
}

/* An element of columns below 2^52, which are not raised. */
ALWAYS_INLINE element element_of(wide limbs) {
    UNROLL for (int k = 0; k < LIMBS; k++) limbs.column[k] += all_word(RAISE);
    return carried(limbs);
}

/* The limbs as integers between 0 and 2^53, of the same value modulo 2^255 - 19: 2 (2^255 - 19) is added. */
ALWAYS_INLINE wide positive(const element *a) {
    wide result;
    UNROLL for (int k = 0; k < LIMBS; k++) {
        result.column[k] = (word)(a->limb[k] + all_real(LOW)) + all_word(2 * PRIME_LIMB(k) - LOW_BITS);
    }
    return result;
}

#endif
