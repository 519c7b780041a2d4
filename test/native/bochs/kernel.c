/*
 * What the emulated CPU does instead of an operating system: runs the first path on what is linked in, and says the results
 * in hexadecimal to the port that Bochs prints. Then it asks Bochs to end.
 */
#include "path.h"

/* Where the linker put it: points of 32 octets, frames, one pair of keys. */
__asm__(".section .text.entry, \"ax\"\n jmp kernel\n"
        ".section .rodata\n"
        "points: .incbin \"points.bin\"\n points_end:\n"
        "frames: .incbin \"frames.bin\"\n frames_end:\n"
        "keys: .incbin \"keys.bin\"\n"
        ".text\n");
extern const uint8_t points[], points_end[], frames[], frames_end[], keys[];

enum { MAX_POINTS = 4096, KEY = 32, FRAME = 118, PRINTER = 0xe9, POWER = 0x8900 };

static uint8_t results[MAX_POINTS * KEY], found[MAX_POINTS];

static void put(uint16_t port, uint8_t octet) {
    __asm__ volatile("outb %0, %1" : : "a"(octet), "Nd"(port));
}

static void say(uint16_t port, const char *text) {
    while (*text != 0) put(port, (uint8_t)*text++);
}

static void say_octets(const uint8_t *octets, size_t length) {
    for (size_t i = 0; i < length; i++) {
        put(PRINTER, "0123456789abcdef"[octets[i] >> 4]);
        put(PRINTER, "0123456789abcdef"[octets[i] & 15]);
    }
    put(PRINTER, '\n');
}

void kernel(void) {
    const size_t point_count = (points_end - points) / KEY, frame_count = (frames_end - frames) / FRAME;
    say(PRINTER, "path ");
    say(PRINTER, PATHS[0].runs() ? PATHS[0].name : "none");
    say(PRINTER, "\n");
    if (PATHS[0].runs()) {
        PATHS[0].x25519(results, keys + KEY, points, point_count);
        say(PRINTER, "products ");
        say_octets(results, point_count * KEY);
        PATHS[0].match(found, frames, frame_count, keys, 1);
        say(PRINTER, "found ");
        say_octets(found, (frame_count + 7) / 8);
    }
    say(POWER, "Shutdown");
    for (;;) __asm__ volatile("hlt");
}
