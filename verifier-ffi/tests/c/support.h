/* What the test programs share: a check that ends the program, files, hexadecimal, days, numbers that look random. */

#ifndef SUPPORT_H
#define SUPPORT_H

#include <airlock.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the program with the place and the condition: after a fault nothing else is worth knowing. */
#define CHECK(condition) ((condition) ? (void)0 : fail(__FILE__, __LINE__, #condition))

/* As CHECK, for a status: says both names. */
#define EXPECT(expected, call) expect(__FILE__, __LINE__, #call, (expected), (call))

static inline _Noreturn void fail(const char *file, int line, const char *what) {
    fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
    exit(1);
}

static inline void expect(const char *file, int line, const char *call, uint32_t expected, uint32_t found) {
    if (expected != found) {
        fprintf(stderr, "%s:%d: found %s, expected %s: %s\n", file, line, airlock_status_name(found),
                airlock_status_name(expected), call);
        exit(1);
    }
}

struct bytes {
    uint8_t *data;
    size_t length;
};

/* Exactly so many bytes on the heap: one byte read too far is seen. */
static inline struct bytes copy(const void *data, size_t length) {
    struct bytes made = {malloc(length > 0 ? length : 1), length};
    CHECK(made.data != NULL);
    if (length > 0) {
        memcpy(made.data, data, length);
    }
    return made;
}

/* The file's bytes and a NUL after them, which does not count. */
static inline struct bytes read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL);
    CHECK(fseek(file, 0, SEEK_END) == 0);
    long length = ftell(file);
    CHECK(length >= 0);
    rewind(file);
    struct bytes made = {calloc((size_t)length + 1, 1), (size_t)length};
    CHECK(made.data != NULL);
    CHECK(fread(made.data, 1, made.length, file) == made.length);
    CHECK(fclose(file) == 0);
    return made;
}

static inline uint8_t nibble(char digit) {
    const char *digits = "0123456789abcdef";
    const char *found = digit == 0 ? NULL : strchr(digits, digit);
    CHECK(found != NULL);
    return (uint8_t)(found - digits);
}

/* Reads `length` bytes of hexadecimal; the text has exactly so many. */
static inline void unhex(const char *text, uint8_t *bytes, size_t length) {
    CHECK(strlen(text) == 2 * length);
    for (size_t index = 0; index < length; index++) {
        bytes[index] = (uint8_t)(nibble(text[2 * index]) << 4 | nibble(text[2 * index + 1]));
    }
}

/* The day's number from 1970-01-01, as H. Hinnant's days_from_civil. */
static inline int32_t day_number(const char *text) {
    int year = 0, month = 0, day = 0, length = 0;
    CHECK(sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &length) == 3 && text[length] == 0);
    year -= month <= 2;
    int of_era = year % 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return year / 400 * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* xorshift (Marsaglia 2003): the same numbers in each run. */
static inline size_t below(uint64_t *state, size_t limit) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (size_t)(*state % limit);
}

/* A function that gives text for a license alone. */
typedef airlock_status text_function(const airlock_license *, uint8_t *, size_t, size_t *);

/* The text that a function gives, in a buffer that has exactly its size; the caller frees it. */
static inline char *text_of(text_function *function, const airlock_license *license) {
    size_t needed = 0;
    EXPECT(AIRLOCK_BUFFER_TOO_SMALL, function(license, NULL, 0, &needed));
    uint8_t *text = malloc(needed);
    CHECK(text != NULL);
    EXPECT(AIRLOCK_OK, function(license, text, needed, &needed));
    CHECK(strlen((char *)text) + 1 == needed);
    return (char *)text;
}

/* A refusal in words must repeat the status and have a sentence. */
static inline void check_error(const airlock_error *error, uint32_t status) {
    CHECK(error->status == status);
    CHECK(error->document >= -1 && error->document < 17);
    const uint8_t *end = memchr(error->message, 0, sizeof error->message);
    CHECK(end != NULL && end > error->message);
}

/* The root that signed most vectors and every license that the tests use. A TEST KEY: its private part is public. */
static const uint8_t TEST_ROOT[32] = {
    0x8a, 0x88, 0xe3, 0xdd, 0x74, 0x09, 0xf1, 0x95, 0xfd, 0x52, 0xdb, 0x2d, 0x3c, 0xba, 0x5d, 0x72,
    0xca, 0x67, 0x09, 0xbf, 0x1d, 0x94, 0x12, 0x1b, 0xf3, 0x74, 0x88, 0x01, 0xb4, 0x0f, 0x6f, 0x5c,
};

/* Facts with every field empty but the size and the day. */
static inline airlock_facts facts_on(int32_t today) {
    airlock_facts facts;
    memset(&facts, 0, sizeof facts);
    facts.size = sizeof facts;
    facts.today = today;
    return facts;
}

static inline airlock_verifier *test_verifier(void) {
    airlock_verifier *verifier = NULL;
    EXPECT(AIRLOCK_OK, airlock_verifier_new(TEST_ROOT, 1, NULL, &verifier));
    return verifier;
}

static inline airlock_license *open_bytes(const airlock_verifier *verifier, struct bytes given) {
    airlock_license *license = NULL;
    airlock_error error;
    memset(&error, 0, sizeof error);
    error.size = sizeof error;
    airlock_status status = airlock_license_open(verifier, given.data, given.length, &license, &error);
    if (status != AIRLOCK_OK) {
        fprintf(stderr, "%s\n", (const char *)error.message);
    }
    EXPECT(AIRLOCK_OK, status);
    return license;
}

#endif
