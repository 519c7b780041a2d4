/* The path of arm64: NEON is part of it. */
#include "path.h"

static int always(void) {
    return 1;
}

const path PATHS[] = {{"NEON, 2 lanes", "NEON", always, neon_match, neon_x25519}};
const unsigned PATH_COUNT = 1;
