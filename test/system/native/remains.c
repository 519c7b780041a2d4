/*
 * Has a binary match frames, without Node, and looks for secrets in the stack that it has left:
 *
 *     remains <binary> <path> <file>
 *
 * The file: 64 octets of keys | 64 octets of secrets | frames. Prints how many pieces of 8 octets of the secrets are left, and
 * how many octets of the stack were used.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STACK = 512 * 1024, PAINT = 0xa5, FRAME = 118, MAX_FRAMES = 1000 };

/* The little of Node-API that the binary calls. A value is the number of an argument. */
typedef int (*callback)(void *env, void *info);
static struct {
    const void *octets;
    size_t length;
} arguments[4];
static double path;
static callback match;

int napi_get_cb_info(void *env, void *info, size_t *count, void **values, void *self, void *data) {
    (void)env, (void)info, (void)self, (void)data;
    for (size_t i = 0; i < *count; i++) values[i] = (void *)i;
    return 0;
}
int napi_get_value_double(void *env, void *value, double *number) {
    (void)env, (void)value;
    *number = path;
    return 0;
}
int napi_is_typedarray(void *env, void *value, uint8_t *is) { return (void)env, (void)value, *is = 1, 0; }
int napi_is_arraybuffer(void *env, void *value, uint8_t *is) { return (void)env, (void)value, *is = 1, 0; }
int napi_is_detached_arraybuffer(void *env, void *value, uint8_t *is) { return (void)env, (void)value, *is = 0, 0; }
int napi_get_typedarray_info(void *env, void *value, int *type, size_t *length, const void **data, void **buffer,
                             size_t *offset) {
    (void)env;
    *type = 1, *length = arguments[(size_t)value].length, *data = arguments[(size_t)value].octets;
    *buffer = NULL, *offset = 0;
    return 0;
}
int napi_create_function(void *env, const char *name, size_t length, callback function, void *data, void **result) {
    (void)env, (void)name, (void)length, (void)data, (void)result;
    if (match == NULL) match = function;
    return 0;
}
int napi_throw_type_error(void *env, const char *code, const char *message) {
    (void)env, (void)code;
    fprintf(stderr, "remains: %s\n", message);
    exit(1);
}
int napi_create_array_with_length() { return 0; }
int napi_create_object() { return 0; }
int napi_get_boolean() { return 0; }
int napi_create_string_utf8() { return 0; }
int napi_set_named_property() { return 0; }
int napi_set_element() { return 0; }

static __attribute__((noinline)) void paint(void) {
    volatile uint8_t stack[STACK];
    for (int i = 0; i < STACK; i++) stack[i] = PAINT;
}

/* Reads what others left: nobody may do so but a test. */
static __attribute__((noinline)) int left_of(const uint8_t *secrets, int *used) {
    volatile uint8_t stack[STACK];
    __asm__ volatile("" : : "r"(stack) : "memory");
    int left = 0;
    *used = 0;
    for (int i = 0; i + 8 <= STACK; i++) {
        if (stack[i] != PAINT) ++*used;
        for (int piece = 0; piece < 64; piece += 8) {
            int same = 0;
            while (same < 8 && stack[i + same] == secrets[piece + same]) same++;
            left += same == 8;
        }
    }
    return left;
}

int main(int argc, char **argv) {
    static uint8_t file[128 + FRAME * MAX_FRAMES], found[MAX_FRAMES / 8 + 1];
    FILE *input = argc == 4 ? fopen(argv[3], "rb") : NULL;
    void *binary = argc == 4 ? dlopen(argv[1], RTLD_NOW) : NULL;
    if (input == NULL || binary == NULL) return fprintf(stderr, "remains: %s\n", argc == 4 ? dlerror() : "arguments"), 1;
    const size_t frames = (fread(file, 1, sizeof file, input) - 128) / FRAME;
    void *(*start)(void *, void *);
    *(void **)&start = dlsym(binary, "napi_register_module_v1");
    start(NULL, NULL);
    path = atof(argv[2]);
    arguments[1].octets = file + 128, arguments[1].length = frames * FRAME;
    arguments[2].octets = file, arguments[2].length = 64;
    arguments[3].octets = found, arguments[3].length = (frames + 7) / 8;
    paint();
    match(NULL, NULL);
    int used, matches = 0, left = left_of(file + 64, &used);
    for (size_t i = 0; i < frames; i++) matches += (found[i / 8] >> (i % 8)) & 1;
    printf("{\"left\":%d,\"used\":%d,\"matches\":%d}\n", left, used, matches);
    return 0;
}
