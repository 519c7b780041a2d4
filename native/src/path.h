/* What a path is: one way to compute a batch, for CPUs that have certain instructions. */
#ifndef SOTTO_PATH_H
#define SOTTO_PATH_H

#include <stddef.h>
#include <stdint.h>

/*
 * Sets bit i * key_count + j of `found`, least significant first, where key j fits frame i.
 *
 * found: all zero. frames: 118 octets each. keys: 64 octets each, public and secret.
 */
typedef void match_function(uint8_t *found, const uint8_t *frames, size_t count, const uint8_t *keys, size_t key_count);

/* scalar * u for each u coordinate. 32 octets each; all zero where the point is of low order. */
typedef void x25519_function(uint8_t *results, const uint8_t *scalar, const uint8_t *points, size_t count);

typedef struct {
    /* What it computes with, for people: `AVX2, 4 lanes`. */
    const char *name;
    /* The instructions that it needs, for people: `AVX2`. */
    const char *feature;
    /* Whether this CPU has them, and the operating system keeps its registers. */
    int (*runs)(void);
    match_function *match;
    x25519_function *x25519;
} path;

/* The paths of this binary, the fastest first. */
extern const path PATHS[];
extern const unsigned PATH_COUNT;

match_function avx2_match, ifma_match, neon_match;
x25519_function avx2_x25519, ifma_x25519, neon_x25519;

#endif
