/* The functions that gcc calls by itself, since the binary is linked with no library: it then loads with any libc. */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t length) {
    uint8_t *target = to;
    const uint8_t *source = from;
    while (length-- > 0) *target++ = *source++;
    return to;
}

/* Eight octets at a time: `burn` calls it, for all that a batch used of the stack. */
void *memset(void *memory, int value, size_t length) {
    const uint64_t eight = (uint8_t)value * 0x0101010101010101ULL;
    uint8_t *target = memory;
    for (; length >= sizeof eight; length -= sizeof eight, target += sizeof eight)
        __builtin_memcpy(target, &eight, sizeof eight);
    while (length-- > 0) *target++ = (uint8_t)value;
    return memory;
}
