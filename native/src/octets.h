/* Octets in memory: little-endian words of them, and how secrets among them are removed. */
#ifndef SOTTO_OCTETS_H
#define SOTTO_OCTETS_H

#include <stddef.h>
#include <stdint.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define NEVER_INLINE static __attribute__((noinline))

/* Both machines that there are binaries for keep the least significant octet first. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "little-endian");

ALWAYS_INLINE uint64_t load64(const uint8_t *octets) {
    uint64_t value;
    __builtin_memcpy(&value, octets, sizeof value);
    return value;
}

ALWAYS_INLINE void store64(uint8_t *octets, uint64_t value) {
    __builtin_memcpy(octets, &value, sizeof value);
}

/* Overwrites with zeros what held a secret; the compiler may not leave it out as nobody reads it afterwards. */
ALWAYS_INLINE void wipe(void *memory, size_t length) {
    __builtin_memset(memory, 0, length);
    __asm__ volatile("" : : "r"(memory) : "memory");
}

#endif
