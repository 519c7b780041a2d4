/*
 * The authenticator of a sealed box (`crypto_box_seal` of libsodium) under a shared secret: XSalsa20-Poly1305 with
 * HSalsa20 of the secret as key, and BLAKE2b of both public keys as nonce.
 */
#ifndef SOTTO_SEALEDBOX_H
#define SOTTO_SEALEDBOX_H

/* A frame: head (4) | box: ephemeral public key (32) | authenticator (16) | ciphertext (66). wire/frame.ts. */
enum { FRAME = 118, EPHEMERAL = 4, AUTHENTICATOR = 36, CIPHERTEXT = 52, KEY = 32 };

/* The halves of each lane, as words of 32 bits. */
ALWAYS_INLINE void split(word32 *halves, const word *from, int count) {
    for (int i = 0; i < count; i++) {
        halves[2 * i] = __builtin_convertvector(from[i], word32);
        halves[2 * i + 1] = __builtin_convertvector(from[i] >> 32, word32);
    }
}

/* The nonces of the boxes of some frames for one public key. */
ALWAYS_INLINE void nonces(word32 nonce[6], const uint8_t *const frames[LANES], const uint8_t *public_key) {
    word message[8], digest[3];
    const words ephemeral = gathered(frames, EPHEMERAL);
    for (int i = 0; i < 4; i++) message[i] = ephemeral.part[i], message[4 + i] = all_word(load64(public_key + 8 * i));
    blake2b_24_of_64(digest, message);
    split(nonce, digest, 3);
}

/* Writes the Poly1305 key of each lane's box. */
ALWAYS_INLINE void poly1305_keys(uint8_t keys[LANES][KEY], const words *shared, const word32 nonce[6]) {
    const word32 zero[4] = {};
    word32 key[8], start[8];
    split(key, shared->part, 4);
    hsalsa20(key, key, zero);
    hsalsa20(key, key, nonce);
    salsa20_start(start, key, nonce + 4);
    for (int lane = 0; lane < LANES; lane++)
        for (int i = 0; i < 4; i++)
            store64(keys[lane] + 8 * i, start[2 * i][lane] | (uint64_t)start[2 * i + 1][lane] << 32);
}

/*
 * Which lanes' frames were sealed for this public key, a bit each.
 *
 * shared: what X25519 made of its secret and the frames' ephemeral keys. All zero, from a point of low order, fits no
 * frame: RFC 7748 section 6.1, and so libsodium.
 */
NEVER_INLINE unsigned fitting(const uint8_t *const frames[LANES], const uint8_t *public_key, const words *shared) {
    uint8_t keys[LANES][KEY];
    word32 nonce[6];
    const word refused = zero_lanes(*shared);
    unsigned fits = 0;
    nonces(nonce, frames, public_key);
    poly1305_keys(keys, shared, nonce);
    for (int lane = 0; lane < LANES; lane++) {
        uint64_t tag[2];
        poly1305_of_66(tag, keys[lane], frames[lane] + CIPHERTEXT);
        const uint64_t differs = (tag[0] ^ load64(frames[lane] + AUTHENTICATOR)) |
                                 (tag[1] ^ load64(frames[lane] + AUTHENTICATOR + 8)) | refused[lane];
        fits |= (unsigned)(((differs | (0 - differs)) >> 63) ^ 1) << lane;
    }
    return fits;
}

#endif
