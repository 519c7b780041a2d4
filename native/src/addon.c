/*
 * The binding to Node: checks its arguments, and calls a path. native/binding.ts says what it has.
 *
 * Nothing of it is static and mutable, so every worker thread may load it.
 */
#define NAPI_VERSION 8
#include <node_api.h>

#include "path.h"

enum { FRAME = 118, KEY_PAIR = 64, KEY = 32, MAX_ARGUMENTS = 4 };

/* The memory of a Uint8Array. */
typedef struct {
    uint8_t *octets;
    size_t length;
} memory;

static napi_value refuse(napi_env env, const char *what) {
    napi_throw_type_error(env, "SOTTO_NATIVE_ARGUMENT", what);
    return NULL;
}

/* False for all but a Uint8Array of memory that this thread alone has; not of a SharedArrayBuffer, nor detached. */
static bool memory_of(napi_env env, napi_value value, memory *result) {
    napi_typedarray_type type;
    napi_value buffer;
    void *data;
    size_t offset;
    bool is;
    if (napi_is_typedarray(env, value, &is) != napi_ok || !is) return false;
    if (napi_get_typedarray_info(env, value, &type, &result->length, &data, &buffer, &offset) != napi_ok) return false;
    if (type != napi_uint8_array) return false;
    if (napi_is_arraybuffer(env, buffer, &is) != napi_ok || !is) return false;
    if (napi_is_detached_arraybuffer(env, buffer, &is) != napi_ok || is) return false;
    result->octets = data;
    return result->length == 0 || data != NULL;
}

/* The path of a number, which this CPU can run; else null. */
static const path *path_of(napi_env env, napi_value value) {
    double number;
    if (napi_get_value_double(env, value, &number) != napi_ok) return NULL;
    for (unsigned i = 0; i < PATH_COUNT; i++)
        if (number == i) return PATHS[i].runs() ? &PATHS[i] : NULL;
    return NULL;
}

/* Takes a path and three pieces of memory; false where they are anything else. */
static bool arguments_of(napi_env env, napi_callback_info info, const path **which, memory parts[3]) {
    napi_value values[MAX_ARGUMENTS];
    size_t count = MAX_ARGUMENTS;
    if (napi_get_cb_info(env, info, &count, values, NULL, NULL) != napi_ok) return false;
    *which = path_of(env, values[0]);
    if (*which == NULL) return false;
    for (int i = 0; i < 3; i++)
        if (!memory_of(env, values[1 + i], &parts[i])) return false;
    return true;
}

/* match(path, frames, keys, found) */
static napi_value match(napi_env env, napi_callback_info info) {
    const path *which;
    memory parts[3];
    if (!arguments_of(env, info, &which, parts))
        return refuse(env, "needs a path that runs here, and frames, keys and bits as a Uint8Array each");
    const memory frames = parts[0], keys = parts[1], found = parts[2];
    const size_t frame_count = frames.length / FRAME, key_count = keys.length / KEY_PAIR;
    if (frames.length % FRAME != 0 || keys.length % KEY_PAIR != 0)
        return refuse(env, "frames have 118 octets each, and keys 64");
    if (key_count > 0 && frame_count > (SIZE_MAX - 7) / key_count) return refuse(env, "so many cannot be counted");
    if (found.length != (frame_count * key_count + 7) / 8) return refuse(env, "needs a bit for each frame and key");
    for (size_t i = 0; i < found.length; i++) found.octets[i] = 0;
    which->match(found.octets, frames.octets, frame_count, keys.octets, key_count);
    return NULL;
}

/* x25519(path, scalar, points, results) */
static napi_value x25519(napi_env env, napi_callback_info info) {
    const path *which;
    memory parts[3];
    if (!arguments_of(env, info, &which, parts))
        return refuse(env, "needs a path that runs here, and scalar, points and results as a Uint8Array each");
    const memory scalar = parts[0], points = parts[1], results = parts[2];
    if (scalar.length != KEY || points.length % KEY != 0 || results.length != points.length)
        return refuse(env, "a scalar, a point and a result have 32 octets each");
    which->x25519(results.octets, scalar.octets, points.octets, points.length / KEY);
    return NULL;
}

static napi_value string(napi_env env, const char *text) {
    napi_value value = NULL;
    napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
    return value;
}

/* [{ name, feature, runs }], the fastest first. */
static napi_value paths(napi_env env) {
    napi_value list = NULL;
    napi_create_array_with_length(env, PATH_COUNT, &list);
    for (unsigned i = 0; i < PATH_COUNT; i++) {
        napi_value one = NULL, runs = NULL;
        napi_create_object(env, &one);
        napi_get_boolean(env, PATHS[i].runs(), &runs);
        napi_set_named_property(env, one, "name", string(env, PATHS[i].name));
        napi_set_named_property(env, one, "feature", string(env, PATHS[i].feature));
        napi_set_named_property(env, one, "runs", runs);
        napi_set_element(env, list, i, one);
    }
    return list;
}

NAPI_MODULE_INIT() {
    napi_value function = NULL;
    napi_set_named_property(env, exports, "paths", paths(env));
    napi_create_function(env, "match", NAPI_AUTO_LENGTH, match, NULL, &function);
    napi_set_named_property(env, exports, "match", function);
    napi_create_function(env, "x25519", NAPI_AUTO_LENGTH, x25519, NULL, &function);
    napi_set_named_property(env, exports, "x25519", function);
    return exports;
}
