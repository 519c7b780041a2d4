/*
 * Salsa20 and HSalsa20 with a key a lane. Bernstein: The Salsa20 family of stream ciphers (2007), section 4; Extending the
 * Salsa20 nonce (2011), section 2.
 */
#ifndef SOTTO_SALSA20_H
#define SOTTO_SALSA20_H

ALWAYS_INLINE word32 all_word32(uint32_t value) {
    return (word32){} + value;
}

ALWAYS_INLINE void quarter_round(word32 *a, word32 *b, word32 *c, word32 *d) {
    word32 t;
    t = *a + *d, *b ^= (t << 7) | (t >> 25);
    t = *b + *a, *c ^= (t << 9) | (t >> 23);
    t = *c + *b, *d ^= (t << 13) | (t >> 19);
    t = *d + *c, *a ^= (t << 18) | (t >> 14);
}

/* The matrix of constants, key and input (nonce and counter), row by row. */
ALWAYS_INLINE void salsa20_matrix(word32 x[16], const word32 key[8], const word32 input[4]) {
    x[0] = all_word32(0x61707865), x[5] = all_word32(0x3320646e);
    x[10] = all_word32(0x79622d32), x[15] = all_word32(0x6b206574);
    for (int i = 0; i < 4; i++) x[1 + i] = key[i], x[11 + i] = key[4 + i], x[6 + i] = input[i];
}

/* Ten double rounds: columns, then rows. */
NEVER_INLINE void salsa20_rounds(word32 x[16]) {
    for (int i = 0; i < 10; i++) {
        quarter_round(&x[0], &x[4], &x[8], &x[12]);
        quarter_round(&x[5], &x[9], &x[13], &x[1]);
        quarter_round(&x[10], &x[14], &x[2], &x[6]);
        quarter_round(&x[15], &x[3], &x[7], &x[11]);
        quarter_round(&x[0], &x[1], &x[2], &x[3]);
        quarter_round(&x[5], &x[6], &x[7], &x[4]);
        quarter_round(&x[10], &x[11], &x[8], &x[9]);
        quarter_round(&x[15], &x[12], &x[13], &x[14]);
    }
}

/* HSalsa20 of 16 octets: the diagonal, then the places of the input. result may be the key. */
ALWAYS_INLINE void hsalsa20(word32 result[8], const word32 key[8], const word32 input[4]) {
    word32 x[16];
    salsa20_matrix(x, key, input);
    salsa20_rounds(x);
    for (int i = 0; i < 4; i++) result[i] = x[5 * i], result[4 + i] = x[6 + i];
}

/* The first 32 octets of Salsa20's first block. nonce: 8 octets. */
ALWAYS_INLINE void salsa20_start(word32 result[8], const word32 key[8], const word32 nonce[2]) {
    const word32 input[4] = {nonce[0], nonce[1]};
    word32 first[16], x[16];
    salsa20_matrix(first, key, input);
    salsa20_matrix(x, key, input);
    salsa20_rounds(x);
    for (int i = 0; i < 8; i++) result[i] = x[i] + first[i];
}

#endif
