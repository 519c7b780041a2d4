/*
 * X25519's Montgomery ladder (RFC 7748, section 5), one scalar and a point a lane, without the inversion at its end.
 *
 * A point is kept as x + z and x - z, which is all that the formulas need. Of the two points of a ladder, `doubled` was
 * made by doubling and `added` by addition. Which of them is the lower, of the multiple so far, depends on the bit before: so
 * nothing is swapped, and one selection a bit finds the point to be doubled next. The addition takes both in any order.
 */
#ifndef SOTTO_LADDER_H
#define SOTTO_LADDER_H

typedef struct {
    element plus, minus;
} point;

/* x : z, with x / z the coordinate. */
typedef struct {
    element x, z;
} fraction;

/* Both columns of a doubled point: x is raised, z is not. */
typedef struct {
    wide x, z;
} wide_fraction;

/* RFC 7748: AA = A^2, BB = B^2, E = AA - BB, x = AA BB, z = E (AA + a24 E). */
ALWAYS_INLINE wide_fraction doubled_fraction(const point *p) {
    const wide aa = square(&p->plus);
    const element plus_squared = carried(aa), minus_squared = carried(square(&p->minus));
    const element gap = gap_of(&plus_squared, &minus_squared);
    const element factor = carried(plus_a24(aa, &gap));
    return (wide_fraction){product(&plus_squared, &minus_squared), bare_gap_product(&gap, &factor)};
}

ALWAYS_INLINE point point_of(wide_fraction f) {
    return (point){carried(sum(f.x, f.z)), carried(difference(f.x, f.z))};
}

/*
 * One step: `added` becomes the sum of both points, whose difference has the coordinate u, and `doubled` twice `next`.
 *
 * RFC 7748 once more: x3 = (DA + CB)^2, z3 = u (DA - CB)^2. Doubling and addition depend on each other in nothing. They
 * alternate here, so that the CPU has other work while one waits for its carries: a tenth of the time.
 */
ALWAYS_INLINE void step(point *added, point *doubled, const point *next, const element *u) {
    const wide da = product(&added->plus, &doubled->minus), cb = bare_product(&added->minus, &doubled->plus);
    const wide aa = square(&next->plus);
    const element together = carried(sum(da, cb)), apart = carried(difference(da, cb));
    const wide bb = square(&next->minus);
    const element plus_squared = carried(aa);
    const wide x3 = square(&together);
    const element minus_squared = carried(bb);
    const element gap = gap_of(&plus_squared, &minus_squared);
    const wide apart_squared = square(&apart);
    const element factor = carried(plus_a24(aa, &gap));
    const wide x2 = product(&plus_squared, &minus_squared);
    const element z3_factor = carried(apart_squared);
    const wide z2 = bare_gap_product(&gap, &factor);
    const wide z3 = bare_product(u, &z3_factor);
    *doubled = (point){carried(sum(x2, z2)), carried(difference(x2, z2))};
    *added = (point){carried(sum(x3, z3)), carried(difference(x3, z3))};
}

/* All ones for 1, zero for 0, and no branch: the compiler may not know that it is either. */
ALWAYS_INLINE word mask_of(uint64_t bit) {
    uint64_t mask = 0 - bit;
    __asm__("" : "+r"(mask));
    return all_word(mask);
}

ALWAYS_INLINE point selected_point(word mask, const point *a, const point *b) {
    return (point){selected(mask, &a->plus, &b->plus), selected(mask, &a->minus, &b->minus)};
}

/*
 * scalar * u. A clamped scalar has bit 254 set and bits 255, 2, 1 and 0 not: the first step begins with the point itself
 * and its double, the last three only double.
 *
 * clamped: 32 octets. u: from `coordinate`. Where the point is of low order, z is zero.
 */
NEVER_INLINE void ladder(fraction *result, const uint8_t *clamped, const element *u) {
    const element one = element_of((wide){{all_word(1)}});
    const wide u_times_one = product(u, &one), one_squared = bare_product(&one, &one);
    point added = point_of((wide_fraction){u_times_one, one_squared});
    point doubled = point_of(doubled_fraction(&added));
    uint64_t before = 1;
    for (int t = 253; t >= 3; t--) {
        const uint64_t bit = (clamped[t >> 3] >> (t & 7)) & 1;
        const point next = selected_point(mask_of(bit ^ before), &added, &doubled);
        before = bit;
        step(&added, &doubled, &next, u);
    }
    point lower = selected_point(mask_of(before), &added, &doubled);
    wide_fraction last = doubled_fraction(&lower);
    for (int t = 1; t >= 0; t--) {
        lower = point_of(last);
        last = doubled_fraction(&lower);
    }
    result->x = carried(last.x);
    result->z = carried(raised(last.z));
}

#endif
