/*
 * What libsodium itself does in a second: crypto_box_seal_open in a loop over frames of a segment file, on one core.
 *
 *     cc -O2 -o sealopen sealopen.c -lsodium
 *     sealopen <segment> <first frame> <frames> <public key, hex> <secret key, hex>
 *
 * Prints how many opened, and seconds by the clock and of the processor. Reading the file is not in them.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { HEADER = 128, FRAME = 118, HEAD = 4, BOX = 114, BLOCK = 66 };

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static int fail(const char *what) {
    fprintf(stderr, "sealopen: %s\n", what);
    return 1;
}

static int read_key(unsigned char *key, const char *hex) {
    size_t length;
    return sodium_hex2bin(key, 32, hex, 64, NULL, &length, NULL) == 0 && length == 32;
}

int main(int argc, char **argv) {
    unsigned char public_key[32], secret_key[32], block[BLOCK];
    if (argc != 6) return fail("usage: sealopen segment first frames public secret");
    if (sodium_init() < 0) return fail("libsodium does not start");
    if (!read_key(public_key, argv[4]) || !read_key(secret_key, argv[5])) return fail("a key has 64 digits");
    long first = atol(argv[2]), count = atol(argv[3]);
    unsigned char *frames = malloc((size_t)count * FRAME);
    FILE *file = fopen(argv[1], "rb");
    if (file == NULL || frames == NULL) return fail("cannot read the segment");
    if (fseek(file, HEADER + first * FRAME, SEEK_SET) != 0 || fread(frames, FRAME, count, file) != (size_t)count)
        return fail("the segment has fewer frames");
    fclose(file);

    long opened = 0;
    double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (long i = 0; i < count; i++)
        opened += crypto_box_seal_open(block, frames + i * FRAME + HEAD, BOX, public_key, secret_key) == 0;
    wall = seconds(CLOCK_MONOTONIC) - wall;
    cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    printf("%ld %.9f %.9f\n", opened, wall, cpu);
    return 0;
}
