/*
 * Mutated licenses: `mutate FOLDER COUNT`. Bits flipped, ends cut, bytes deleted, two files spliced; as bytes and as text.
 * Each is refused, or is a license that decides as the original with its id does.
 */

#include "vector.h"

#include <dirent.h>

#define MOST 256
#define TODAY 20485

struct original {
    struct bytes file;
    struct bytes text;
    uint8_t id[16];
    airlock_verdict verdict;
};

static struct original originals[MOST];
static size_t originals_count;
static airlock_verifier *verifier;
static struct {
    size_t refused, same, repaired, by_status[256];
} count;

static airlock_verdict verdict_of(const airlock_license *license) {
    airlock_facts facts = facts_on(TODAY);
    const uint32_t series[] = {90, AIRLOCK_NO_DATA, 130};
    facts.known = AIRLOCK_KNOWS_USERS_NOW | AIRLOCK_KNOWS_SERIES;
    facts.users_now = 120;
    facts.series_first_day = TODAY - 3;
    facts.series = series;
    facts.series_len = 3;
    airlock_verdict verdict;
    memset(&verdict, 0, sizeof verdict);
    verdict.size = sizeof verdict;
    EXPECT(AIRLOCK_OK, airlock_license_check(license, &facts, &verdict));
    return verdict;
}

/* Takes a vector in, if it is a license that is good under the root that all tests trust. */
static void take(const struct vector *vector) {
    bool license_file = is(vector, "form", "file") && is(vector, "expect", "ok") && is(vector, "kind", "license");
    airlock_license *license = NULL;
    struct bytes file = vector->bodies[0];
    /* The longest files would take most of the time, and have nothing that the others lack. */
    if (!license_file || file.length > 4096) {
        return;
    }
    if (airlock_license_open(verifier, file.data, file.length, &license, NULL) != AIRLOCK_OK) {
        return;
    }
    CHECK(originals_count < MOST);
    struct original *original = &originals[originals_count++];
    char *text = text_of(airlock_license_text, license);
    original->file = copy(file.data, file.length);
    original->text = (struct bytes){(uint8_t *)text, strlen(text)};
    EXPECT(AIRLOCK_OK, airlock_license_id(license, original->id));
    original->verdict = verdict_of(license);
    EXPECT(AIRLOCK_OK, airlock_license_free(license));
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The vectors by name: the order of a folder is not the same everywhere, and would make other inputs. */
static void take_all(const char *folder) {
    static char *names[4096];
    size_t names_count = 0;
    DIR *entries = opendir(folder);
    CHECK(entries != NULL);
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        if (strstr(entry->d_name, ".txt") != NULL) {
            CHECK(names_count < 4096);
            names[names_count++] = (char *)copy(entry->d_name, strlen(entry->d_name) + 1).data;
        }
    }
    CHECK(closedir(entries) == 0);
    qsort(names, names_count, sizeof *names, by_name);
    for (size_t index = 0; index < names_count; index++) {
        char path[4096];
        CHECK((size_t)snprintf(path, sizeof path, "%s/%s", folder, names[index]) < sizeof path);
        struct vector vector = read_vector(path);
        take(&vector);
        free_vector(&vector);
        free(names[index]);
    }
}

/* Whether an original decides as this license does. Two may have one id: the same license under two issuer documents. */
static bool decides_as_an_original(const airlock_license *license) {
    uint8_t id[16];
    EXPECT(AIRLOCK_OK, airlock_license_id(license, id));
    airlock_verdict verdict = verdict_of(license);
    for (size_t index = 0; index < originals_count; index++) {
        const struct original *original = &originals[index];
        if (memcmp(id, original->id, 16) == 0 && memcmp(&verdict, &original->verdict, sizeof verdict) == 0) {
            return true;
        }
    }
    return false;
}

static airlock_status try_open(struct bytes given) {
    airlock_license *license = NULL;
    airlock_error error;
    memset(&error, 0, sizeof error);
    error.size = sizeof error;
    airlock_status status = airlock_license_open(verifier, given.data, given.length, &license, &error);
    if (status == AIRLOCK_OK) {
        CHECK(decides_as_an_original(license));
        EXPECT(AIRLOCK_OK, airlock_license_free(license));
        count.same++;
    } else {
        CHECK(license == NULL && status >= 10 && status < 256);
        check_error(&error, status);
        count.refused++;
        count.by_status[status]++;
    }
    return status;
}

/* What a repairing reader makes of it is refused, or decides as an original, too. */
static void try_repair(struct bytes given) {
    size_t needed = 0;
    if (airlock_text_repair(given.data, given.length, NULL, 0, &needed, NULL) != AIRLOCK_BUFFER_TOO_SMALL) {
        return;
    }
    uint8_t *text = malloc(needed);
    CHECK(text != NULL);
    EXPECT(AIRLOCK_OK, airlock_text_repair(given.data, given.length, text, needed, &needed, NULL));
    struct bytes repaired = copy(text, needed - 1);
    free(text);
    airlock_license *license = NULL;
    if (airlock_license_open(verifier, repaired.data, repaired.length, &license, NULL) == AIRLOCK_OK) {
        CHECK(decides_as_an_original(license));
        EXPECT(AIRLOCK_OK, airlock_license_free(license));
    }
    free(repaired.data);
    count.repaired++;
}

static void flip(struct bytes *input, uint64_t *state) {
    for (size_t flips = 1 + below(state, 3); flips > 0; flips--) {
        input->data[below(state, input->length)] ^= (uint8_t)(1U << below(state, 8));
    }
}

static void delete_some(struct bytes *input, uint64_t *state) {
    size_t at = below(state, input->length);
    size_t length = 1 + below(state, input->length - at);
    memmove(input->data + at, input->data + at + length, input->length - at - length);
    input->length -= length;
}

/* The start of one and the end of another, half the time cut at the same place. */
static struct bytes splice(struct bytes a, struct bytes b, uint64_t *state) {
    size_t start = below(state, a.length + 1);
    size_t from = start <= b.length && below(state, 2) == 0 ? start : below(state, b.length + 1);
    struct bytes made = {malloc(start + b.length - from + 1), start + b.length - from};
    CHECK(made.data != NULL);
    memcpy(made.data, a.data, start);
    memcpy(made.data + start, b.data + from, b.length - from);
    return made;
}

static struct bytes mutated(uint64_t *state) {
    const struct original *a = &originals[below(state, originals_count)];
    const struct original *b = &originals[below(state, originals_count)];
    bool text = below(state, 3) == 0;
    struct bytes input = copy(text ? a->text.data : a->file.data, text ? a->text.length : a->file.length);
    switch (below(state, 4)) {
    case 0:
        flip(&input, state);
        break;
    case 1:
        input.length = below(state, input.length);
        break;
    case 2:
        delete_some(&input, state);
        break;
    default:
        free(input.data);
        return splice(text ? a->text : a->file, text ? b->text : b->file, state);
    }
    return input;
}

static void run(size_t rounds, uint64_t seed) {
    /* Of 0 the numbers would stay 0. */
    uint64_t state = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) | 1;
    for (size_t round = 0; round < rounds; round++) {
        struct bytes input = mutated(&state);
        /* A copy of its exact length: what is read beyond it is found. */
        struct bytes exact = copy(input.data, input.length);
        try_open(exact);
        try_repair(exact);
        free(exact.data);
        free(input.data);
    }
}

int main(int argc, char **argv) {
    CHECK(argc == 4);
    verifier = test_verifier();
    take_all(argv[1]);
    CHECK(originals_count > 50);
    run((size_t)strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
    size_t kinds = 0;
    for (size_t status = 0; status < 256; status++) {
        kinds += count.by_status[status] > 0;
    }
    for (size_t index = 0; index < originals_count; index++) {
        free(originals[index].file.data);
        free(originals[index].text.data);
    }
    EXPECT(AIRLOCK_OK, airlock_verifier_free(verifier));
    printf("originals %zu inputs %zu refused %zu same %zu repaired %zu statuses %zu\n", originals_count,
           count.refused + count.same, count.refused, count.same, count.repaired, kinds);
    return 0;
}
