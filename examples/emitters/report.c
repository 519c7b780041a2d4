/* Tells one report to a project that the user said yes to. README.md: what it needs, and what it does not do. */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <json-c/json.h>
#include <netdb.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define PROJECT "emitter"
#define PROJECT_VARIABLE "EMITTER_TELEMETRY"
#define ZONE "r.example.net"
#define ACK "198.18.0.7"
#define BITS 18
#define PUBLIC_KEY "" /* 64 hexadecimal digits */
#define KEY_FROM 20773 /* days since 1970-01-01: 2026-11-16 */
#define KEY_UNTIL 21501 /* 2028-11-13: from that day on it is not sealed for */
#define POLICY "/etc/sotto/policy.json"
#define USAGE "usage: report '{\"v\":\"1.4.2\",\"t\":true}'    (a flat JSON object of at most 63 octets)\n" \
    "Exit codes: 0 stored; 1 not, or nobody knows; 2 wrong usage; 3 somebody forbids it."

/* The key in the text, the field's name in the consent file, and the hash of what the user was told about it. */
static const struct { const char *key, *name, *told; } FIELDS[] = {
    {"v", "weekly.version", "f141fba433690c9a3c94719842f96fe1f32898c795907dcc51bdac47045cdf8b"},
    {"t", "weekly.tty", "ffcbb90e8f161b43474fe693a30a98685cba2fdd73e79ba91e8acf5c0d00502c"},
};
#define FIELD_COUNT (sizeof FIELDS / sizeof *FIELDS)

static json_object *parse_object(const char *text, size_t length, int depth) {
    json_tokener *tokener = json_tokener_new_ex(depth);
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    json_object *parsed = json_tokener_parse_ex(tokener, text, (int)length);
    bool is_whole = json_tokener_get_error(tokener) == json_tokener_success;
    json_tokener_free(tokener);
    return is_whole && json_object_is_type(parsed, json_type_object) ? parsed : NULL;
}

/* The JSON object in a regular file, or NULL. A pipe in its place must not hold us. */
static json_object *read_object(const char *path, off_t most) {
    struct stat status;
    bool is_fit = stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= most;
    FILE *file = is_fit ? fopen(path, "r") : NULL;
    if (file == NULL) return NULL;
    char *text = malloc((size_t)status.st_size + 1);
    size_t length = text == NULL ? 0 : fread(text, 1, (size_t)status.st_size, file);
    fclose(file);
    return length == 0 ? NULL : parse_object(text, length, JSON_TOKENER_DEFAULT_DEPTH);
}

static bool is(json_object *value, const char *word) {
    return json_object_is_type(value, json_type_string) && strcmp(json_object_get_string(value), word) == 0;
}

/* Whether a variable, blanks around it and letter case aside, is one of the words; a bar stands behind each of them. */
static bool says(const char *name, const char *words) {
    const char *value = getenv(name) == NULL ? "" : getenv(name), *blanks = " \t\r\n";
    value += strspn(value, blanks);
    size_t length = strlen(value);
    while (length > 0 && strchr(blanks, value[length - 1]) != NULL) length--;
    for (const char *word = words; *word != '\0'; word = strchr(word, '|') + 1)
        if (strcspn(word, "|") == length && strncasecmp(word, value, length) == 0) return true;
    return false;
}

/* Names who says no, the strongest first; NULL if nobody does, and the user said yes to the fields of this report. */
static const char *who_forbids(json_object *report) {
    static char path[4096];
    struct stat status;
    if (lstat(POLICY, &status) == 0 || errno != ENOENT) return POLICY;
    if (!says("DO_NOT_TRACK", "|0|false|")) return "DO_NOT_TRACK";
    if (getenv("SOTTO_TELEMETRY") != NULL && !says("SOTTO_TELEMETRY", "on|1|true|yes|")) return "SOTTO_TELEMETRY";
    if (getenv(PROJECT_VARIABLE) != NULL && !says(PROJECT_VARIABLE, "on|1|true|yes|")) return PROJECT_VARIABLE;
    const char *home = getenv("HOME"), *config = getenv("XDG_CONFIG_HOME"), *ci = getenv("CI");
    if (home == NULL || *home != '/') return "HOME";
    snprintf(path, sizeof path, "%s/.sotto-opt-out", home);
    if (lstat(path, &status) == 0) return path;
    for (char *end = path; end <= path + 3 * 256; end = stpcpy(end, "../")) {
        strcpy(end, ".sotto-opt-out");
        if (lstat(path, &status) == 0) return path;
    }
    bool is_set = config != NULL && *config == '/';
    snprintf(path, sizeof path, "%s%s/sotto/consent.json", is_set ? config : home, is_set ? "" : "/.config");
    json_object *consent = read_object(path, 4 << 20), *host = json_object_object_get(consent, "host");
    json_object *version = json_object_object_get(consent, "version"), *said = json_object_object_get(host, "decision");
    json_object *mine = json_object_object_get(json_object_object_get(consent, "projects"), PROJECT);
    json_object *day = json_object_object_get(mine, "day"), *told = json_object_object_get(mine, "fields");
    if (!json_object_is_type(version, json_type_int) || json_object_get_int64(version) != 1) return path;
    if (host != NULL && (!json_object_is_type(host, json_type_object) || (said != NULL && !is(said, "granted")))) return path;
    if (!json_object_is_type(day, json_type_int) || !is(json_object_object_get(mine, "decision"), "granted")) return path;
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (json_object_object_get(report, FIELDS[i].key) != NULL)
            if (!is(json_object_object_get(told, FIELDS[i].name), FIELDS[i].told)) return path;
    return ci == NULL || *ci == '\0' || strcmp(ci, "false") == 0 ? NULL : "CI";
}

/* Writes the DNS name of a frame with the text: docs/protocol.md, section 17. */
static void write_name(const char *text, char *name) {
    time_t now = time(NULL);
    uint32_t day = (uint32_t)(now / 86400), is_unsolved = 1;
    unsigned char key[32], hash[32], frame[119] = {0}, block[66] = {1, (unsigned char)(day >> 8), (unsigned char)day};
    size_t length = 0;
    sodium_hex2bin(key, sizeof key, PUBLIC_KEY, strlen(PUBLIC_KEY), NULL, &length, NULL);
    if (length != sizeof key || day < KEY_FROM || day >= KEY_UNTIL) errx(1, "there is no key to seal for today");
    memcpy(block + 3, text, strlen(text));
    while (is_unsolved) {
        if (crypto_box_seal(frame + 4, block, sizeof block, key) != 0) errx(1, "libsodium refuses the key");
        uint32_t salt = randombytes_uniform(1 << 24);
        for (uint32_t tries = 0; tries < 1 << 24 && is_unsolved; tries++, salt++) {
            uint32_t head = htonl((day - 4) / 7 % 64 << 24 | (salt & 0xffffff));
            memcpy(frame, &head, 4);
            crypto_hash_sha256(hash, frame, 118);
            is_unsolved = (uint32_t)(hash[0] << 16 | hash[1] << 8 | hash[2]) >> (24 - BITS);
        }
    }
    for (int i = 0; i < 189; i++) { /* The frame has an octet of 0 behind it, for the last bit of the last digit. */
        int octets = frame[i * 5 / 8] << 8 | frame[i * 5 / 8 + 1];
        *name++ = "abcdefghijklmnopqrstuvwxyz234567"[octets >> (11 - i * 5 % 8) & 31];
        if (i % 63 == 62) *name++ = '.';
    }
    strcpy(name, ZONE ".");
}

int main(int argc, char **argv) {
    if (argc != 2 || argv[1][0] == '-') errx(2, USAGE);
    if (sodium_init() < 0) errx(1, "libsodium cannot start");
    json_object *report = parse_object(argv[1], strlen(argv[1]), 2);
    if (report == NULL) errx(2, "this is no flat JSON object: %s", argv[1]);
    int known = 0;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        json_object *value = json_object_object_get(report, FIELDS[i].key);
        known += value != NULL && !json_object_is_type(value, json_type_double);
    }
    if (known != json_object_object_length(report)) errx(2, "other fields or values than allowed: %s", argv[1]);
    const char *text = json_object_to_json_string_ext(report, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
    if (strlen(text) > 63) errx(2, "the report has %zu octets, and 63 are the most", strlen(text));
    const char *who = who_forbids(report);
    if (who != NULL) errx(3, "%s says no, or no yes, so this was not sent: %s", who, text);
    char name[189 + 3 + sizeof ZONE "."];
    write_name(text, name);
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_DGRAM}, *found;
    bool is_single = getaddrinfo(name, NULL, &hints, &found) == 0 && found->ai_next == NULL;
    if (!is_single || ((struct sockaddr_in *)found->ai_addr)->sin_addr.s_addr != inet_addr(ACK))
        errx(1, "not stored, or not acknowledged");
}
