/* The path AVX2: four lanes of doubles. Compiled with -mavx2 -mfma, and called on CPUs that have both. */
#include "path.h"

#include "lanes_avx2.h"
#include "field_double.h"
#include "batch.h"

void avx2_match(uint8_t *found, const uint8_t *frames, size_t count, const uint8_t *keys, size_t key_count) {
    match_frames(found, frames, count, keys, key_count);
    burn();
}

void avx2_x25519(uint8_t *results, const uint8_t *scalar, const uint8_t *points, size_t count) {
    multiply_points(results, scalar, points, count);
    burn();
}
