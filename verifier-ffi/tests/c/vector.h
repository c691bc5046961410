/* A test vector as test-vectors/README.md says: lines `name: value`, an empty line, bodies in hexadecimal. */

#ifndef VECTOR_H
#define VECTOR_H

#include "support.h"

#define MOST_LINES 64
#define MOST_BODIES 8

struct line {
    const char *name;
    const char *value;
};

struct vector {
    char *text;
    struct line lines[MOST_LINES];
    size_t line_count;
    struct bytes bodies[MOST_BODIES];
    size_t body_count;
};

/* Cuts a line out of the text, which it changes: its end becomes a NUL. Moves `at` to the next line. */
static inline char *cut_line(char **at) {
    char *line = *at;
    char *end = strchr(line, '\n');
    CHECK(end != NULL);
    *end = 0;
    *at = end + 1;
    return line;
}

static inline void add_line(struct vector *vector, char *line) {
    char *colon = strchr(line, ':');
    CHECK(colon != NULL && vector->line_count < MOST_LINES);
    *colon = 0;
    const char *value = colon + 1 + (colon[1] == ' ');
    vector->lines[vector->line_count++] = (struct line){line, value};
}

static inline void add_hex(struct bytes *body, const char *line) {
    size_t more = strlen(line) / 2;
    uint8_t *grown = realloc(body->data, body->length + more);
    CHECK(grown != NULL);
    unhex(line, grown + body->length, more);
    *body = (struct bytes){grown, body->length + more};
}

static inline void read_bodies(struct vector *vector, char *at) {
    vector->body_count = 1;
    while (*at != 0) {
        char *line = cut_line(&at);
        if (*line != 0) {
            add_hex(&vector->bodies[vector->body_count - 1], line);
        } else if (vector->bodies[vector->body_count - 1].length > 0) {
            CHECK(vector->body_count++ < MOST_BODIES);
        }
    }
}

static inline struct vector read_vector(const char *path) {
    struct vector vector;
    memset(&vector, 0, sizeof vector);
    vector.text = (char *)read_file(path).data;
    char *at = vector.text;
    for (char *line = cut_line(&at); *line != 0; line = cut_line(&at)) {
        add_line(&vector, line);
    }
    read_bodies(&vector, at);
    return vector;
}

static inline void free_vector(struct vector *vector) {
    for (size_t index = 0; index < vector->body_count; index++) {
        free(vector->bodies[index].data);
    }
    free(vector->text);
}

/* The value of the line, or NULL where there is none. */
static inline const char *maybe_value(const struct vector *vector, const char *name) {
    for (size_t index = 0; index < vector->line_count; index++) {
        if (strcmp(vector->lines[index].name, name) == 0) {
            return vector->lines[index].value;
        }
    }
    return NULL;
}

static inline const char *value(const struct vector *vector, const char *name) {
    const char *found = maybe_value(vector, name);
    CHECK(found != NULL);
    return found;
}

static inline bool is(const struct vector *vector, const char *name, const char *expected) {
    const char *found = maybe_value(vector, name);
    return found != NULL && strcmp(found, expected) == 0;
}

/* The status of a code, by the library's own table. */
static inline uint32_t status_named(const char *name) {
    if (strcmp(name, "ok") == 0) {
        return AIRLOCK_OK;
    }
    for (uint32_t status = 0; status < 256; status++) {
        if (strcmp(airlock_status_name(status), name) == 0) {
            return status;
        }
    }
    fail(__FILE__, __LINE__, name);
}

#define MOST_ROOTS 16

static inline size_t roots_of(const struct vector *vector, uint8_t *roots) {
    size_t count = 0;
    for (size_t index = 0; index < vector->line_count; index++) {
        if (strcmp(vector->lines[index].name, "root") == 0) {
            CHECK(count < MOST_ROOTS);
            unhex(vector->lines[index].value, roots + 32 * count++, 32);
        }
    }
    return count;
}

#endif
