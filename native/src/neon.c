/* The path NEON: two lanes of doubles. */
#include "path.h"

#include "lanes_neon.h"
#include "field_double.h"
#include "batch.h"

void neon_match(uint8_t *found, const uint8_t *frames, size_t count, const uint8_t *keys, size_t key_count) {
    match_frames(found, frames, count, keys, key_count);
    burn();
}

void neon_x25519(uint8_t *results, const uint8_t *scalar, const uint8_t *points, size_t count) {
    multiply_points(results, scalar, points, count);
    burn();
}
