/*
 * Many points or frames, the lanes of a vector at a time, GROUP vectors to an inversion. No memory but the stack's, so
 * that any number of threads may call it; what it leaves there is wiped, see `burn`.
 *
 * Includes everything of one path: the file that includes it has chosen lanes and field.
 */
#ifndef SOTTO_BATCH_H
#define SOTTO_BATCH_H

/* Each is written with what the ones before it define. */
#include "octetform.h"
#include "ladder.h"
#include "inversion.h"
#include "salsa20.h"
#include "blake2b.h"
#include "poly1305.h"
#include "sealedbox.h"

/* Vectors that share an inversion, which costs some tenth of a ladder. More would not fit a first-level cache. */
enum { GROUP = 32 };

/* A vector of frames, or of points, and the key that is tried on it. */
typedef struct {
    size_t vector, key;
} slot;

typedef struct {
    fraction fractions[GROUP];
    element products[GROUP];
    slot slots[GROUP];
    size_t used;
} group;

/*
 * Octets of the stack in which a call may leave secrets: no more than all functions of a path take together, two of which
 * have a group. `npm run build:native` compares.
 */
enum { BURNT = 2 * sizeof(group) + 16 * 1024 };

/* Overwrites them, where the functions that the caller has called had their variables, and the registers. */
__attribute__((noinline, zero_call_used_regs("all"))) static void burn(void) {
    uint8_t stack[BURNT];
    wipe(stack, sizeof stack);
}

/* Where each lane of a vector finds its octets; lanes beyond the last take the last one again. */
ALWAYS_INLINE void lane_addresses(const uint8_t *at[LANES], const uint8_t *first, size_t stride, size_t vector,
                                  size_t count) {
    for (size_t lane = 0; lane < LANES; lane++) {
        const size_t index = vector * LANES + lane;
        at[lane] = first + stride * (index < count ? index : count - 1);
    }
}

/* RFC 7748, section 5: decodeScalar25519. */
ALWAYS_INLINE void clamp(uint8_t clamped[KEY], const uint8_t *scalar) {
    __builtin_memcpy(clamped, scalar, KEY);
    clamped[0] &= 248;
    clamped[31] &= 127;
    clamped[31] |= 64;
}

/* Adds scalar * u to a group. */
NEVER_INLINE void enter(group *g, size_t vector, size_t key, const uint8_t *scalar, const element *u) {
    uint8_t clamped[KEY];
    clamp(clamped, scalar);
    ladder(&g->fractions[g->used], clamped, u);
    without_zero(&g->fractions[g->used]);
    g->slots[g->used++] = (slot){vector, key};
}

/* The coordinates of a group's results, in the order in which they were added. */
ALWAYS_INLINE words result_of(const group *g, size_t at) {
    return canonical(&g->fractions[at].x);
}

NEVER_INLINE void finish_points(group *g, uint8_t *results, size_t count) {
    divide_all(g->fractions, g->products, g->used);
    for (size_t i = 0; i < g->used; i++) {
        const words result = result_of(g, i);
        for (size_t lane = 0; lane < LANES && g->slots[i].vector * LANES + lane < count; lane++)
            for (int part = 0; part < 4; part++)
                store64(results + (g->slots[i].vector * LANES + lane) * KEY + 8 * part, result.part[part][lane]);
    }
    g->used = 0;
}

NEVER_INLINE void multiply_points(uint8_t *results, const uint8_t *scalar, const uint8_t *points, size_t count) {
    group g;
    g.used = 0;
    for (size_t vector = 0; vector * LANES < count; vector++) {
        const uint8_t *at[LANES];
        lane_addresses(at, points, KEY, vector, count);
        const element u = coordinate(gathered(at, 0));
        enter(&g, vector, 0, scalar, &u);
        if (g.used == GROUP) finish_points(&g, results, count);
    }
    if (g.used > 0) finish_points(&g, results, count);
}

NEVER_INLINE void finish_frames(group *g, uint8_t *found, const uint8_t *frames, size_t count, const uint8_t *keys,
                                size_t key_count) {
    divide_all(g->fractions, g->products, g->used);
    for (size_t i = 0; i < g->used; i++) {
        const slot s = g->slots[i];
        const words shared = result_of(g, i);
        const uint8_t *at[LANES];
        lane_addresses(at, frames, FRAME, s.vector, count);
        const unsigned fits = fitting(at, keys + 2 * KEY * s.key, &shared);
        for (size_t lane = 0; lane < LANES && s.vector * LANES + lane < count; lane++) {
            const size_t bit = (s.vector * LANES + lane) * key_count + s.key;
            found[bit / 8] |= (uint8_t)(((fits >> lane) & 1) << (bit % 8));
        }
    }
    g->used = 0;
}

NEVER_INLINE void match_frames(uint8_t *found, const uint8_t *frames, size_t count, const uint8_t *keys,
                               size_t key_count) {
    group g;
    g.used = 0;
    for (size_t vector = 0; vector * LANES < count; vector++) {
        const uint8_t *at[LANES];
        lane_addresses(at, frames, FRAME, vector, count);
        const element u = coordinate(gathered(at, EPHEMERAL));
        for (size_t key = 0; key < key_count; key++) {
            enter(&g, vector, key, keys + 2 * KEY * key + KEY, &u);
            if (g.used == GROUP) finish_frames(&g, found, frames, count, keys, key_count);
        }
    }
    if (g.used > 0) finish_frames(&g, found, frames, count, keys, key_count);
}

#endif
