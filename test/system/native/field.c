/*
 * Does to elements of a field what the ladder does, and says limbs and octets of each result. Compiled with -DLANES_H=... and
 * -DFIELD_H=..., the files that a path is made of.
 *
 * Reads elements in pairs, ten integers of 64 bits each; writes for each pair RESULTS times five limbs and four words.
 */
#include <stdio.h>

#include LANES_H
#include FIELD_H
#include "octetform.h"

#ifdef SIGNED
typedef double limb_type;
#else
typedef uint64_t limb_type;
#endif

enum { RESULTS = 6 };

int main(void) {
    int64_t pairs[LANES][2][LIMBS];
    while (fread(pairs, sizeof pairs, 1, stdin) == 1) {
        element a, b;
        for (int lane = 0; lane < LANES; lane++)
            for (int k = 0; k < LIMBS; k++) {
                a.limb[k][lane] = (limb_type)pairs[lane][0][k];
                b.limb[k][lane] = (limb_type)pairs[lane][1][k];
            }
        const element gap = gap_of(&a, &b);
        const element results[RESULTS] = {
            carried(product(&a, &b)),
            carried(square(&a)),
            carried(sum(product(&a, &b), bare_product(&b, &b))),
            carried(difference(product(&a, &b), bare_product(&b, &b))),
            carried(raised(bare_gap_product(&gap, &b))),
            carried(plus_a24(square(&a), &gap)),
        };
        for (int lane = 0; lane < LANES; lane++)
            for (int i = 0; i < RESULTS; i++) {
                const words octets = canonical(&results[i]);
                int64_t said[LIMBS + 4];
                for (int k = 0; k < LIMBS; k++) said[k] = (int64_t)results[i].limb[k][lane];
                for (int k = 0; k < 4; k++) said[LIMBS + k] = (int64_t)octets.part[k][lane];
                fwrite(said, sizeof said, 1, stdout);
            }
    }
    return 0;
}
