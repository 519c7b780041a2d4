/* BLAKE2b, unkeyed, of 64 octets a lane to 24: the nonce of a sealed box. RFC 7693, section 3. */
#ifndef SOTTO_BLAKE2B_H
#define SOTTO_BLAKE2B_H

static const uint64_t BLAKE2B_IV[8] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

/* Which word of the message goes where, by round; rounds 10 and 11 are as 0 and 1. */
static const uint8_t BLAKE2B_SIGMA[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

ALWAYS_INLINE word turned(word x, int right) {
    return (x >> right) | (x << (64 - right));
}

ALWAYS_INLINE void blake2b_mix(word *a, word *b, word *c, word *d, word x, word y) {
    *a += *b + x, *d = turned(*d ^ *a, 32), *c += *d, *b = turned(*b ^ *c, 24);
    *a += *b + y, *d = turned(*d ^ *a, 16), *c += *d, *b = turned(*b ^ *c, 63);
}

/* message: 8 words, the others of the block are zero. digest: 3 words. */
NEVER_INLINE void blake2b_24_of_64(word digest[3], const word message[8]) {
    word m[16] = {}, v[16];
    for (int i = 0; i < 8; i++) m[i] = message[i];
    for (int i = 0; i < 16; i++) v[i] = all_word(BLAKE2B_IV[i & 7]);
    /* The parameters: a digest of 24 octets, no key, one leaf. Then the octets so far, and that this block is the last. */
    v[0] ^= all_word(0x01010000 ^ 24);
    v[12] ^= all_word(64);
    v[14] = ~v[14];
    for (int round = 0; round < 12; round++) {
        const uint8_t *s = BLAKE2B_SIGMA[round % 10];
        for (int i = 0; i < 4; i++)
            blake2b_mix(&v[i], &v[4 + i], &v[8 + i], &v[12 + i], m[s[2 * i]], m[s[2 * i + 1]]);
        for (int i = 0; i < 4; i++)
            blake2b_mix(&v[i], &v[4 + (i + 1) % 4], &v[8 + (i + 2) % 4], &v[12 + (i + 3) % 4], m[s[8 + 2 * i]],
                        m[s[9 + 2 * i]]);
    }
    for (int i = 0; i < 3; i++) digest[i] = all_word(BLAKE2B_IV[i]) ^ v[i] ^ v[8 + i];
    digest[0] ^= all_word(0x01010000 ^ 24);
}

#endif
