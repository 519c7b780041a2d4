/* Reads keys of 32 octets and texts of 66, and writes their tags of 16. */
#include <stdio.h>

#include "octets.h"

#include "poly1305.h"

int main(void) {
    uint8_t input[32 + 66];
    uint64_t tag[2];
    while (fread(input, sizeof input, 1, stdin) == 1) {
        poly1305_of_66(tag, input, input + 32);
        fwrite(tag, sizeof tag, 1, stdout);
    }
    return 0;
}
