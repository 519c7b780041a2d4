/*
 * Poly1305 (RFC 8439, section 2.5) of the 66 octets of a block. Three limbs of 44, 44 and 42 bits.
 *
 * BOUNDS. r: below 2^44, with the bits that clamping clears; 20 r_i < 2^48.4 stands for r_i 2^132, since 2^130 is 5. After
 * each block h0 and h2 are below 2^44 and 2^42, h1 below 2^44 + 2^9; a block added, h_i < 2^45.1. A column has three
 * products below 2^93.5, and stays below 2^96: 128 bits hold it, and its carry below 2^52.
 */
#ifndef SOTTO_POLY1305_H
#define SOTTO_POLY1305_H

#define LIMB44 ((1ULL << 44) - 1)
#define LIMB42 ((1ULL << 42) - 1)

typedef unsigned __int128 uint128;

typedef struct {
    uint64_t h0, h1, h2, r0, r1, r2;
} poly1305;

/* h = (h + block) r. top: bit 128 of the block, which all but a shorter one have, worth 2^40 in the third limb. */
ALWAYS_INLINE void poly1305_add(poly1305 *p, uint64_t low, uint64_t high, uint64_t top) {
    const uint64_t five_r1 = 20 * p->r1, five_r2 = 20 * p->r2;
    const uint64_t h0 = p->h0 + (low & LIMB44);
    const uint64_t h1 = p->h1 + (((low >> 44) | (high << 20)) & LIMB44);
    const uint64_t h2 = p->h2 + ((high >> 24) | top);
    const uint128 d0 = (uint128)h0 * p->r0 + (uint128)h1 * five_r2 + (uint128)h2 * five_r1;
    const uint128 d1 = (uint128)h0 * p->r1 + (uint128)h1 * p->r0 + (uint128)h2 * five_r2 + (uint64_t)(d0 >> 44);
    const uint128 d2 = (uint128)h0 * p->r2 + (uint128)h1 * p->r1 + (uint128)h2 * p->r0 + (uint64_t)(d1 >> 44);
    p->h0 = ((uint64_t)d0 & LIMB44) + 5 * (uint64_t)(d2 >> 42);
    p->h1 = ((uint64_t)d1 & LIMB44) + (p->h0 >> 44);
    p->h0 &= LIMB44;
    p->h2 = (uint64_t)d2 & LIMB42;
}

/* key: 32 octets, r and s. text: 66 octets. tag: two words. */
ALWAYS_INLINE void poly1305_of_66(uint64_t tag[2], const uint8_t *key, const uint8_t *text) {
    const uint64_t low = load64(key), high = load64(key + 8);
    poly1305 p = {
        .r0 = low & 0xffc0fffffff,
        .r1 = ((low >> 44) | (high << 20)) & 0xfffffc0ffff,
        .r2 = (high >> 24) & 0x00ffffffc0f,
    };
    for (int i = 0; i < 4; i++) poly1305_add(&p, load64(text + 16 * i), load64(text + 16 * i + 8), 1ULL << 40);
    poly1305_add(&p, text[64] | (uint64_t)text[65] << 8 | 1ULL << 16, 0, 0);

    /* Carried to the end, h is below 2^130. g = h + 5 - 2^130 is h - p: taken, by mask, unless it is negative. */
    p.h2 += p.h1 >> 44, p.h1 &= LIMB44;
    p.h0 += 5 * (p.h2 >> 42), p.h2 &= LIMB42;
    p.h1 += p.h0 >> 44, p.h0 &= LIMB44;
    p.h2 += p.h1 >> 44, p.h1 &= LIMB44;
    const uint64_t g0 = p.h0 + 5, g1 = p.h1 + (g0 >> 44), g2 = p.h2 + (g1 >> 44) - (1ULL << 42);
    const uint64_t keep = 0 - (g2 >> 63);
    const uint64_t h0 = (p.h0 & keep) | (g0 & LIMB44 & ~keep);
    const uint64_t h1 = (p.h1 & keep) | (g1 & LIMB44 & ~keep);
    const uint64_t h2 = (p.h2 & keep) | (g2 & ~keep);

    /* Plus s, modulo 2^128. */
    const uint128 sum = (((uint128)((h1 >> 20) | (h2 << 24))) << 64 | (h0 | (h1 << 44))) +
                        ((uint128)load64(key + 24) << 64 | load64(key + 16));
    tag[0] = (uint64_t)sum;
    tag[1] = (uint64_t)(sum >> 64);
}

#endif
