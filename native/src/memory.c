/* The functions that gcc calls by itself, since the binary is linked with no library: it then loads with any libc. */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t length) {
    uint8_t *target = to;
    const uint8_t *source = from;
    while (length-- > 0) *target++ = *source++;
    return to;
}

void *memset(void *memory, int value, size_t length) {
    uint8_t *target = memory;
    while (length-- > 0) *target++ = (uint8_t)value;
    return memory;
}
