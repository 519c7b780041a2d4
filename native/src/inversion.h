/* One inversion for many elements: Montgomery's trick. Mathematics of Computation 48 (1987), section 10.3.1. */
#ifndef SOTTO_INVERSION_H
#define SOTTO_INVERSION_H

NEVER_INLINE void multiply(element *result, const element *a, const element *b) {
    *result = carried(product(a, b));
}

/* a^(2^times). */
NEVER_INLINE void square_times(element *result, const element *a, int times) {
    element power = *a;
    while (times-- > 0) power = carried(square(&power));
    *result = power;
}

/* 1 / a = a^(p - 2), p - 2 = 2^255 - 21, by Fermat; zero for zero. `ones_n` is a^(2^n - 1). */
NEVER_INLINE void invert(element *result, const element *a) {
    element a2, a9, a11, ones_5, ones_10, ones_20, ones_50, ones_100, t;
    square_times(&a2, a, 1);
    square_times(&t, &a2, 2);
    multiply(&a9, &t, a);
    multiply(&a11, &a9, &a2);
    square_times(&t, &a11, 1);
    multiply(&ones_5, &t, &a9);
    square_times(&t, &ones_5, 5);
    multiply(&ones_10, &t, &ones_5);
    square_times(&t, &ones_10, 10);
    multiply(&ones_20, &t, &ones_10);
    square_times(&t, &ones_20, 20);
    multiply(&t, &t, &ones_20);
    square_times(&t, &t, 10);
    multiply(&ones_50, &t, &ones_10);
    square_times(&t, &ones_50, 50);
    multiply(&ones_100, &t, &ones_50);
    square_times(&t, &ones_100, 100);
    multiply(&t, &t, &ones_100);
    square_times(&t, &t, 50);
    multiply(&t, &t, &ones_50);
    square_times(&t, &t, 5);
    multiply(result, &t, &a11);
}

/*
 * Makes 0 : 1 of what has z = 0 in a lane, a point of low order: a single zero would make zero of the product that is
 * inverted, and so of every other result of its lane. By mask, since whether it is zero depends on the secret.
 */
NEVER_INLINE void without_zero(fraction *f) {
    const element one = element_of((wide){{all_word(1)}}), zero = element_of((wide){});
    const word is_zero = zero_lanes(canonical(&f->z));
    f->x = selected(is_zero, &zero, &f->x);
    f->z = selected(is_zero, &one, &f->z);
}

/*
 * x / z of each, in place of x. All must have passed `without_zero`. products: room for as many, and is left full of
 * secrets.
 */
NEVER_INLINE void divide_all(fraction *fractions, element *products, size_t count) {
    element inverse, own;
    products[0] = fractions[0].z;
    for (size_t i = 1; i < count; i++) multiply(&products[i], &products[i - 1], &fractions[i].z);
    invert(&inverse, &products[count - 1]);
    for (size_t i = count - 1; i > 0; i--) {
        multiply(&own, &inverse, &products[i - 1]);
        multiply(&inverse, &inverse, &fractions[i].z);
        multiply(&fractions[i].x, &fractions[i].x, &own);
    }
    multiply(&fractions[0].x, &fractions[0].x, &inverse);
}

#endif
