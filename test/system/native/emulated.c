/* The path IFMA on emulated lanes. */
#include "path.h"

#include "lanes_emulated.h"
#include "field_ifma.h"
#include "batch.h"

static int anywhere(void) {
    return 1;
}

static void emulated_match(uint8_t *found, const uint8_t *frames, size_t count, const uint8_t *keys, size_t key_count) {
    match_frames(found, frames, count, keys, key_count);
    burn();
}

static void emulated_x25519(uint8_t *results, const uint8_t *scalar, const uint8_t *points, size_t count) {
    multiply_points(results, scalar, points, count);
    burn();
}

const path PATHS[] = {{"IFMA emulated, 8 lanes", "", anywhere, emulated_match, emulated_x25519}};
const unsigned PATH_COUNT = 1;
