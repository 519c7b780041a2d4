/* The path IFMA: eight lanes of integers. Compiled for AVX-512 F, VL and IFMA, and called on CPUs that have them. */
#include "path.h"

#include "lanes_ifma.h"
#include "field_ifma.h"
#include "batch.h"

void ifma_match(uint8_t *found, const uint8_t *frames, size_t count, const uint8_t *keys, size_t key_count) {
    match_frames(found, frames, count, keys, key_count);
    burn();
}

void ifma_x25519(uint8_t *results, const uint8_t *scalar, const uint8_t *points, size_t count) {
    multiply_points(results, scalar, points, count);
    burn();
}
