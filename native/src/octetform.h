/* Field elements from and to their 32 octets, in all lanes at once. RFC 7748, section 5. */
#ifndef SOTTO_OCTETFORM_H
#define SOTTO_OCTETFORM_H

/* Four words of 64 bits a lane: 32 octets, the least significant ones first. */
typedef struct {
    word part[4];
} words;

/* 32 octets from an address a lane. */
ALWAYS_INLINE words gathered(const uint8_t *const octets[LANES], size_t offset) {
    words result;
    for (int i = 0; i < 4; i++) {
        uint64_t lanes[LANES];
        for (int lane = 0; lane < LANES; lane++) lanes[lane] = load64(octets[lane] + offset + 8 * i);
        __builtin_memcpy(&result.part[i], lanes, sizeof lanes);
    }
    return result;
}

/* The u coordinate: the top bit is ignored, and what is not below 2^255 - 19 is taken modulo that. */
ALWAYS_INLINE element coordinate(words u) {
    const word mask = all_word(LIMB_MASK);
    return element_of((wide){{
        u.part[0] & mask,
        ((u.part[0] >> 51) | (u.part[1] << 13)) & mask,
        ((u.part[1] >> 38) | (u.part[2] << 26)) & mask,
        ((u.part[2] >> 25) | (u.part[3] << 39)) & mask,
        (u.part[3] >> 12) & mask,
    }});
}

/*
 * The one number below p = 2^255 - 19 that stands for the element. In: limbs below 2^53. After one round of carries all
 * but the first are below 2^51, the first below 2^51 + 19 * 2^2, after two the value is below 2^255. That is p or more
 * exactly if adding 19 carries out of its top, and then 19 is added and the carry dropped.
 */
ALWAYS_INLINE words canonical(const element *a) {
    const word mask = all_word(LIMB_MASK);
    word limb[LIMBS];
    const wide start = positive(a);
    UNROLL for (int k = 0; k < LIMBS; k++) limb[k] = start.column[k];
    for (int round = 0; round < 2; round++) {
        UNROLL for (int k = 0; k < LIMBS - 1; k++) {
            limb[k + 1] += limb[k] >> RADIX_BITS;
            limb[k] &= mask;
        }
        limb[0] += times19(limb[LIMBS - 1] >> RADIX_BITS);
        limb[LIMBS - 1] &= mask;
    }
    word over = (limb[0] + all_word(19)) >> RADIX_BITS;
    UNROLL for (int k = 1; k < LIMBS; k++) over = (limb[k] + over) >> RADIX_BITS;
    limb[0] += times19(over);
    UNROLL for (int k = 0; k < LIMBS - 1; k++) {
        limb[k + 1] += limb[k] >> RADIX_BITS;
        limb[k] &= mask;
    }
    limb[LIMBS - 1] &= mask;
    return (words){{
        limb[0] | (limb[1] << 51),
        (limb[1] >> 13) | (limb[2] << 38),
        (limb[2] >> 26) | (limb[3] << 25),
        (limb[3] >> 39) | (limb[4] << 12),
    }};
}

/* All ones in the lanes whose words are all zero. */
ALWAYS_INLINE word zero_lanes(words a) {
    return (word)((a.part[0] | a.part[1] | a.part[2] | a.part[3]) == all_word(0));
}

#endif
