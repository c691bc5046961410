/*
 * Every function of the header, with every pointer NULL, lengths of nothing and of everything, structs of other sizes,
 * buffers that are too small, pointers that are not aligned, and arguments out of range: `api LICENSE` runs all,
 * `api --list` prints the functions that are run. Outputs are filled before each call that must fail, and compared.
 *
 * Nothing here is undefined in C: pointers that are not aligned are made from integers, and are not followed.
 */

#include "support.h"

#include <limits.h>

/* 2026-02-01: the license of the tests is in force. */
#define TODAY 20485
/* 9999-12-31. */
#define LAST_DAY 2932896
#define MOST_USERS 16777215
#define MOST_SERIES_DAYS 10958
/* One more than any object may have. */
#define TOO_LONG ((size_t)PTRDIFF_MAX + 1)
#define FILL 0xa5

static struct bytes file;
static airlock_verifier *verifier;
static airlock_license *license;

/* An address one byte beside an aligned one. */
#define BESIDE(type, place) ((type)((uintptr_t)(place) + 1))

static bool filled(const void *place, size_t length) {
    const uint8_t *bytes = place;
    size_t index = 0;
    while (index < length && bytes[index] == FILL) {
        index++;
    }
    return index == length;
}

/* Expects a status, and that the output is as it was. */
#define REFUSED(status, output, call)                                                                                           \
    do {                                                                                                                        \
        memset(&(output), FILL, sizeof(output));                                                                                \
        EXPECT(status, call);                                                                                                   \
        CHECK(filled(&(output), sizeof(output)));                                                                               \
    } while (0)

/* ---- functions that never fail ---- */

static void airlock_abi_version_test(void) {
    CHECK(airlock_abi_version() == AIRLOCK_ABI_VERSION);
}

static void airlock_version_test(void) {
    unsigned major = 0, minor = 0, patch = 0;
    CHECK(sscanf(airlock_version(), "%u.%u.%u", &major, &minor, &patch) == 3);
    CHECK(airlock_version() == airlock_version());
}

static void airlock_status_name_test(void) {
    CHECK(strcmp(airlock_status_name(AIRLOCK_OK), "ok") == 0);
    CHECK(strcmp(airlock_status_name(AIRLOCK_BAD_SIGNATURE), "bad_signature") == 0);
    CHECK(strcmp(airlock_status_name(7), "denied") == 0 && strcmp(airlock_status_name(8), "undecided") == 0);
    const uint32_t unknown[] = {9, 16, 119, 121, 1000, 0x7fffffff, 0x80000000, UINT32_MAX};
    for (size_t index = 0; index < sizeof unknown / sizeof *unknown; index++) {
        CHECK(strcmp(airlock_status_name(unknown[index]), "unknown") == 0);
    }
}

static void airlock_status_message_test(void) {
    for (uint32_t status = 0; status < 1000; status++) {
        bool known = strcmp(airlock_status_name(status), "unknown") != 0;
        CHECK(known == (strlen(airlock_status_message(status)) > 0));
    }
    CHECK(strcmp(airlock_status_message(UINT32_MAX), "") == 0);
}

/* ---- verifiers ---- */

static void airlock_verifier_new_test(void) {
    uint8_t roots[17 * 32], id[16] = {0};
    for (size_t index = 0; index < 17; index++) {
        memcpy(roots + 32 * index, TEST_ROOT, 32);
    }
    airlock_verifier *made;
    REFUSED(AIRLOCK_NULL_POINTER, made, airlock_verifier_new(NULL, 1, id, &made));
    EXPECT(AIRLOCK_NULL_POINTER, airlock_verifier_new(roots, 1, id, NULL));
    const size_t counts[] = {0, 17, SIZE_MAX, TOO_LONG, SIZE_MAX / 32 + 2};
    for (size_t index = 0; index < sizeof counts / sizeof *counts; index++) {
        REFUSED(AIRLOCK_BAD_ARGUMENT, made, airlock_verifier_new(roots, counts[index], id, &made));
        REFUSED(AIRLOCK_BAD_ARGUMENT, made, airlock_verifier_new(NULL, counts[index], NULL, &made));
    }
    EXPECT(AIRLOCK_BAD_ARGUMENT, airlock_verifier_new(roots, 1, id, BESIDE(airlock_verifier **, &made)));
    memset(roots + 32, 0, 32);
    REFUSED(AIRLOCK_WEAK_KEY, made, airlock_verifier_new(roots, 2, NULL, &made));
    memcpy(roots + 32, TEST_ROOT, 32);
    for (size_t count = 1; count <= 16; count += 15) {
        EXPECT(AIRLOCK_OK, airlock_verifier_new(roots, count, count == 1 ? NULL : id, &made));
        EXPECT(AIRLOCK_OK, airlock_verifier_free(made));
    }
}

/* The key of the seed of 32 bytes of 1, as `openssl pkey -pubout` writes it. */
#define PEM                                                          \
    "-----BEGIN PUBLIC KEY-----\n"                                   \
    "MCowBQYDK2VwAyEAiojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=\n" \
    "-----END PUBLIC KEY-----\n"
/* The same form with a key of 32 bytes of 0, a point of low order. */
#define WEAK_PEM                                                     \
    "-----BEGIN PUBLIC KEY-----\n"                                   \
    "MCowBQYDK2VwAyEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" \
    "-----END PUBLIC KEY-----\n"
#define UUID "01234567-89ab-4def-8123-456789ABCDEF"

static airlock_status from_text(const char *roots, const char *id, airlock_error *error) {
    struct bytes exact = copy(roots, strlen(roots));
    struct bytes exact_id = id == NULL ? exact : copy(id, strlen(id) + 1);
    airlock_verifier *made = NULL;
    airlock_status status =
        airlock_verifier_from_text(exact.data, exact.length, id == NULL ? NULL : (char *)exact_id.data, &made, error);
    CHECK((made != NULL) == (status == AIRLOCK_OK));
    EXPECT(AIRLOCK_OK, airlock_verifier_free(made));
    if (id != NULL) {
        free(exact_id.data);
    }
    free(exact.data);
    return status;
}

static void texts_that_are_not_so(void) {
    static const struct {
        airlock_status status;
        const char *roots, *id, *words;
    } BAD[] = {
        {AIRLOCK_BAD_ARGUMENT, "", NULL, "roots: key 1: found no line -----BEGIN PUBLIC KEY-----"},
        {AIRLOCK_BAD_ARGUMENT, PEM "-----BEGIN PRIVATE KEY-----\n", NULL, "roots: key 2: found a private key, expected"},
        {AIRLOCK_BAD_ARGUMENT, PEM, "", "instance id: "},
        {AIRLOCK_BAD_ARGUMENT, PEM, "01234567-89ab-4def-8123-456789abcde", "instance id: "},
        {AIRLOCK_BAD_ARGUMENT, PEM, UUID "0", "instance id: "},
        {AIRLOCK_BAD_ARGUMENT, PEM, "0123456789ab4def8123456789abcdef", "instance id: "},
        {AIRLOCK_BAD_ARGUMENT, PEM, "\xff", "instance id: "},
        {AIRLOCK_WEAK_KEY, PEM WEAK_PEM, NULL, "roots: key 2: "},
    };
    for (size_t index = 0; index < sizeof BAD / sizeof *BAD; index++) {
        airlock_error error;
        memset(&error, FILL, sizeof error);
        error.size = sizeof error;
        EXPECT(BAD[index].status, from_text(BAD[index].roots, BAD[index].id, &error));
        check_error(&error, BAD[index].status);
        CHECK(strstr((const char *)error.message, BAD[index].words) != NULL);
        EXPECT(BAD[index].status, from_text(BAD[index].roots, BAD[index].id, NULL));
    }
}

static void airlock_verifier_from_text_test(void) {
    const uint8_t *pem = (const uint8_t *)PEM;
    const size_t length = sizeof PEM - 1;
    airlock_verifier *made;
    airlock_error error;
    REFUSED(AIRLOCK_NULL_POINTER, made, airlock_verifier_from_text(NULL, 1, NULL, &made, NULL));
    EXPECT(AIRLOCK_NULL_POINTER, airlock_verifier_from_text(pem, length, NULL, NULL, NULL));
    REFUSED(AIRLOCK_BAD_ARGUMENT, made, airlock_verifier_from_text(NULL, 0, NULL, &made, NULL));
    REFUSED(AIRLOCK_BAD_ARGUMENT, made, airlock_verifier_from_text(pem, TOO_LONG, NULL, &made, NULL));
    EXPECT(AIRLOCK_BAD_ARGUMENT, airlock_verifier_from_text(pem, length, NULL, BESIDE(airlock_verifier **, &made), NULL));
    airlock_error *beside = BESIDE(airlock_error *, &error);
    REFUSED(AIRLOCK_BAD_ARGUMENT, made, airlock_verifier_from_text(pem, length, NULL, &made, beside));
    error.size = sizeof error - 1;
    REFUSED(AIRLOCK_BAD_STRUCT, made, airlock_verifier_from_text(pem, length, NULL, &made, &error));
    texts_that_are_not_so();
    /* No byte is read behind the longest text and its NUL, whatever stands there. */
    struct bytes endless = copy(UUID "0", 37);
    const char *id = (const char *)endless.data;
    REFUSED(AIRLOCK_BAD_ARGUMENT, made, airlock_verifier_from_text(pem, length, id, &made, NULL));
    free(endless.data);
    char many[17 * sizeof PEM] = "";
    for (size_t count = 1; count <= 17; count++) {
        strcat(many, PEM);
        CHECK(from_text(many, UUID, NULL) == (count <= 16 ? AIRLOCK_OK : AIRLOCK_BAD_ARGUMENT));
    }
    /* It is the same verifier as one of bytes. */
    EXPECT(AIRLOCK_OK, airlock_verifier_from_text(pem, length, NULL, &made, NULL));
    EXPECT(AIRLOCK_OK, airlock_license_free(open_bytes(made, file)));
    EXPECT(AIRLOCK_OK, airlock_verifier_free(made));
}

static void airlock_verifier_free_test(void) {
    EXPECT(AIRLOCK_OK, airlock_verifier_free(NULL));
    /* A license outlives its verifier; handles may be freed in any order. */
    airlock_verifier *mine = test_verifier();
    airlock_license *opened = open_bytes(mine, file);
    EXPECT(AIRLOCK_OK, airlock_verifier_free(mine));
    uint8_t id[16];
    EXPECT(AIRLOCK_OK, airlock_license_id(opened, id));
    EXPECT(AIRLOCK_OK, airlock_license_free(opened));
}

/* ---- licenses ---- */

static airlock_status open_with(size_t length, airlock_error *error) {
    airlock_license *opened = NULL;
    airlock_status status = airlock_license_open(verifier, file.data, length, &opened, error);
    CHECK((opened != NULL) == (status == AIRLOCK_OK));
    EXPECT(AIRLOCK_OK, airlock_license_free(opened));
    return status;
}

/* Room for a struct and more, aligned as any struct. */
union room {
    size_t size;
    max_align_t aligned;
    uint8_t bytes[65536 + 64];
};

/* A struct that receives: other sizes are refused untouched, a longer tail becomes zero, success leaves it alone. */
static void error_sizes(size_t bad_length) {
    static union room room;
    const size_t bad[] = {0, 1, sizeof(airlock_error) - 1, 65537, SIZE_MAX, TOO_LONG};
    for (size_t index = 0; index < sizeof bad / sizeof *bad; index++) {
        memset(&room, FILL, sizeof room);
        room.size = bad[index];
        EXPECT(AIRLOCK_BAD_STRUCT, open_with(bad_length, (airlock_error *)&room));
        CHECK(room.size == bad[index] && filled(room.bytes + sizeof(size_t), sizeof room - sizeof(size_t)));
    }
    const size_t good[] = {sizeof(airlock_error), sizeof(airlock_error) + 1, sizeof(airlock_error) + 8, 65536};
    for (size_t index = 0; index < sizeof good / sizeof *good; index++) {
        memset(&room, FILL, sizeof room);
        room.size = good[index];
        EXPECT(AIRLOCK_OK, open_with(file.length, (airlock_error *)&room));
        CHECK(filled(room.bytes + sizeof(size_t), sizeof room - sizeof(size_t)));
        airlock_status status = open_with(bad_length, (airlock_error *)&room);
        CHECK(status >= 10 && room.size == good[index]);
        check_error((airlock_error *)&room, status);
        for (size_t at = sizeof(airlock_error); at < good[index]; at++) {
            CHECK(room.bytes[at] == 0);
        }
        CHECK(filled(room.bytes + good[index], sizeof room - good[index]));
    }
}

static void airlock_license_open_test(void) {
    airlock_license *opened;
    airlock_error error;
    REFUSED(AIRLOCK_NULL_POINTER, opened, airlock_license_open(NULL, file.data, file.length, &opened, NULL));
    REFUSED(AIRLOCK_NULL_POINTER, opened, airlock_license_open(verifier, NULL, 1, &opened, NULL));
    REFUSED(AIRLOCK_NULL_POINTER, opened, airlock_license_open(verifier, NULL, SIZE_MAX, &opened, NULL));
    EXPECT(AIRLOCK_NULL_POINTER, airlock_license_open(verifier, file.data, file.length, NULL, NULL));
    REFUSED(AIRLOCK_EMPTY, opened, airlock_license_open(verifier, NULL, 0, &opened, NULL));
    REFUSED(AIRLOCK_EMPTY, opened, airlock_license_open(verifier, file.data, 0, &opened, NULL));
    REFUSED(AIRLOCK_BAD_ARGUMENT, opened, airlock_license_open(verifier, file.data, SIZE_MAX, &opened, NULL));
    REFUSED(AIRLOCK_BAD_ARGUMENT, opened, airlock_license_open(verifier, file.data, TOO_LONG, &opened, NULL));
    EXPECT(AIRLOCK_BAD_ARGUMENT, airlock_license_open(verifier, file.data, file.length, BESIDE(airlock_license **, &opened), NULL));
    EXPECT(AIRLOCK_BAD_ARGUMENT, open_with(file.length, BESIDE(airlock_error *, &error)));
    REFUSED(AIRLOCK_NULL_POINTER, error, airlock_license_open(NULL, file.data, file.length, &opened, &error));
    error_sizes(file.length - 1);
    error_sizes(0);
    CHECK(open_with(file.length, NULL) == AIRLOCK_OK && open_with(1, NULL) >= 10);
}

static void airlock_license_free_test(void) {
    EXPECT(AIRLOCK_OK, airlock_license_free(NULL));
    /* Nothing of the input is kept: it may change and go. */
    struct bytes mine = copy(file.data, file.length);
    airlock_license *opened = open_bytes(verifier, mine);
    memset(mine.data, 0, mine.length);
    free(mine.data);
    char *text = text_of(airlock_license_text, opened);
    CHECK(strstr(text, "AIRLOCK LICENSE") != NULL);
    free(text);
    EXPECT(AIRLOCK_OK, airlock_license_free(opened));
}

/* ---- facts and verdicts ---- */

static airlock_verdict verdict;

/* Expects a status of the same facts from the four functions that take facts, and no output but on success. */
static void facts_give(airlock_status expected, const airlock_facts *facts) {
    memset(&verdict, FILL, sizeof verdict);
    verdict.size = sizeof verdict;
    EXPECT(expected, airlock_license_check(license, facts, &verdict));
    CHECK(verdict.size == sizeof verdict);
    const size_t after = sizeof verdict.size;
    CHECK((expected != AIRLOCK_OK) == filled((uint8_t *)&verdict + after, sizeof verdict - after));
    size_t needed;
    memset(&needed, FILL, sizeof needed);
    const airlock_status text = expected == AIRLOCK_OK ? AIRLOCK_BUFFER_TOO_SMALL : expected;
    EXPECT(text, airlock_license_findings(license, facts, NULL, 0, &needed));
    CHECK((expected != AIRLOCK_OK) == filled(&needed, sizeof needed));
    memset(&needed, FILL, sizeof needed);
    EXPECT(text, airlock_license_explain(license, facts, NULL, 0, &needed));
    CHECK((expected != AIRLOCK_OK) == filled(&needed, sizeof needed));
    const airlock_status may = airlock_license_may(license, facts, AIRLOCK_ACT_ADD_USERS);
    const bool answered = may == AIRLOCK_OK || may == AIRLOCK_DENIED || may == AIRLOCK_UNDECIDED;
    CHECK(expected == AIRLOCK_OK ? answered : may == expected);
}

static void facts_sizes(void) {
    static union room room;
    const size_t bad[] = {0, 1, sizeof(airlock_facts) - 1, 65537, SIZE_MAX, TOO_LONG};
    for (size_t index = 0; index < sizeof bad / sizeof *bad; index++) {
        airlock_facts facts = facts_on(TODAY);
        facts.size = bad[index];
        facts_give(AIRLOCK_BAD_STRUCT, &facts);
    }
    const size_t good[] = {sizeof(airlock_facts) + 1, sizeof(airlock_facts) + 8, 65536};
    for (size_t index = 0; index < sizeof good / sizeof *good; index++) {
        memset(&room, 0, sizeof room);
        airlock_facts facts = facts_on(TODAY);
        facts.size = good[index];
        memcpy(&room, &facts, sizeof facts);
        facts_give(AIRLOCK_OK, (airlock_facts *)&room);
        room.bytes[good[index] - 1] = 1;
        facts_give(AIRLOCK_BAD_STRUCT, (airlock_facts *)&room);
    }
}

static void facts_days(void) {
    const int32_t bad[] = {-1, INT32_MIN, LAST_DAY + 1, INT32_MAX};
    uint32_t count = 1;
    for (size_t index = 0; index < sizeof bad / sizeof *bad; index++) {
        airlock_facts facts = facts_on(bad[index]);
        facts_give(AIRLOCK_BAD_ARGUMENT, &facts);
        facts = facts_on(TODAY);
        facts.last_report_day = bad[index];
        facts_give(AIRLOCK_BAD_ARGUMENT, &facts);
        facts.known = AIRLOCK_KNOWS_LAST_REPORT;
        facts_give(AIRLOCK_BAD_ARGUMENT, &facts);
        facts = facts_on(TODAY);
        facts.series_first_day = bad[index];
        facts_give(AIRLOCK_BAD_ARGUMENT, &facts);
        facts.known = AIRLOCK_KNOWS_SERIES;
        facts.series = &count;
        facts.series_len = 1;
        facts_give(AIRLOCK_BAD_ARGUMENT, &facts);
    }
    const int32_t good[] = {0, LAST_DAY};
    for (size_t index = 0; index < 2; index++) {
        airlock_facts facts = facts_on(good[index]);
        facts.known = AIRLOCK_KNOWS_LAST_REPORT | AIRLOCK_KNOWS_SERIES;
        facts.last_report_day = facts.series_first_day = good[index];
        facts.series = &count;
        facts.series_len = 1;
        facts_give(AIRLOCK_OK, &facts);
    }
}

static void facts_bits(void) {
    for (unsigned bit = 3; bit < 32; bit++) {
        airlock_facts facts = facts_on(TODAY);
        facts.known = UINT32_C(1) << bit;
        facts_give(AIRLOCK_BAD_ARGUMENT, &facts);
    }
    airlock_facts facts = facts_on(TODAY);
    facts.activating = 2;
    facts_give(AIRLOCK_BAD_ARGUMENT, &facts);
    facts.activating = 1;
    facts_give(AIRLOCK_OK, &facts);
    facts.reserved = 1;
    facts_give(AIRLOCK_BAD_ARGUMENT, &facts);
    facts = facts_on(TODAY);
    facts.state = file.data;
    facts_give(AIRLOCK_BAD_ARGUMENT, &facts);
    facts.state_len = 1;
    facts_give(AIRLOCK_BAD_ARGUMENT, &facts);
    facts.state = NULL;
    facts_give(AIRLOCK_BAD_ARGUMENT, &facts);
}

static void facts_users(void) {
    const uint32_t bad[] = {MOST_USERS + 1, UINT32_MAX};
    for (size_t index = 0; index < 2; index++) {
        airlock_facts facts = facts_on(TODAY);
        facts.users_now = bad[index];
        facts_give(AIRLOCK_BAD_ARGUMENT, &facts);
        facts.known = AIRLOCK_KNOWS_USERS_NOW;
        facts_give(AIRLOCK_OVER_LIMIT, &facts);
        facts = facts_on(TODAY);
        facts.users_adding = bad[index];
        facts_give(AIRLOCK_OVER_LIMIT, &facts);
    }
    airlock_facts facts = facts_on(TODAY);
    facts.known = AIRLOCK_KNOWS_USERS_NOW;
    facts.users_now = facts.users_adding = MOST_USERS;
    facts_give(AIRLOCK_OK, &facts);
    CHECK(verdict.users_now == 2 * MOST_USERS);
}

static void facts_series(void) {
    uint32_t *counts = malloc((MOST_SERIES_DAYS + 1) * sizeof *counts);
    CHECK(counts != NULL);
    for (size_t index = 0; index <= MOST_SERIES_DAYS; index++) {
        counts[index] = index % 2 == 0 ? AIRLOCK_NO_DATA : MOST_USERS;
    }
    airlock_facts facts = facts_on(TODAY);
    facts.series_len = SIZE_MAX;
    facts_give(AIRLOCK_BAD_ARGUMENT, &facts);
    facts.known = AIRLOCK_KNOWS_SERIES;
    const size_t bad[] = {MOST_SERIES_DAYS + 1, TOO_LONG, SIZE_MAX, SIZE_MAX / 4 + 1};
    facts.series = counts;
    for (size_t index = 0; index < sizeof bad / sizeof *bad; index++) {
        facts.series_len = bad[index];
        facts_give(AIRLOCK_OVER_LIMIT, &facts);
    }
    facts.series_len = MOST_SERIES_DAYS;
    facts_give(AIRLOCK_OK, &facts);
    counts[MOST_SERIES_DAYS - 1] = MOST_USERS + 1;
    facts_give(AIRLOCK_OVER_LIMIT, &facts);
    facts.series = BESIDE(const uint32_t *, counts);
    facts.series_len = 1;
    facts_give(AIRLOCK_BAD_ARGUMENT, &facts);
    facts.series = NULL;
    facts_give(AIRLOCK_NULL_POINTER, &facts);
    facts.series_len = 0;
    facts_give(AIRLOCK_OK, &facts);
    free(counts);
}

/* A value without its bit is a bit that was forgotten; a value of 0 cannot be told from none. */
static void facts_without_bits(void) {
    const uint32_t count = 1;
    airlock_facts facts[5];
    for (size_t index = 0; index < 5; index++) {
        facts[index] = facts_on(TODAY);
    }
    facts[0].users_now = 1;
    facts[1].last_report_day = 1;
    facts[2].series = &count;
    facts[3].series_len = 1;
    facts[4].series_first_day = 1;
    const uint32_t all = AIRLOCK_KNOWS_USERS_NOW | AIRLOCK_KNOWS_SERIES | AIRLOCK_KNOWS_LAST_REPORT;
    const uint32_t bits[5] = {AIRLOCK_KNOWS_USERS_NOW, AIRLOCK_KNOWS_LAST_REPORT, AIRLOCK_KNOWS_SERIES, AIRLOCK_KNOWS_SERIES,
                              AIRLOCK_KNOWS_SERIES};
    for (size_t index = 0; index < 5; index++) {
        facts_give(AIRLOCK_BAD_ARGUMENT, &facts[index]);
        facts[index].known = all & ~bits[index];
        facts_give(AIRLOCK_BAD_ARGUMENT, &facts[index]);
        facts[index].known = bits[index];
        facts_give(index == 3 ? AIRLOCK_NULL_POINTER : AIRLOCK_OK, &facts[index]);
    }
}

static void all_facts(void) {
    facts_give(AIRLOCK_NULL_POINTER, NULL);
    airlock_facts facts = facts_on(TODAY);
    facts_give(AIRLOCK_OK, &facts);
    facts_give(AIRLOCK_BAD_ARGUMENT, BESIDE(const airlock_facts *, &facts));
    facts_sizes();
    facts_days();
    facts_bits();
    facts_without_bits();
    facts_users();
    facts_series();
}

static void verdict_sizes(const airlock_facts *facts) {
    static union room room;
    const size_t bad[] = {0, 1, sizeof(airlock_verdict) - 1, 65537, SIZE_MAX, TOO_LONG};
    for (size_t index = 0; index < sizeof bad / sizeof *bad; index++) {
        memset(&room, FILL, sizeof room);
        room.size = bad[index];
        EXPECT(AIRLOCK_BAD_STRUCT, airlock_license_check(license, facts, (airlock_verdict *)&room));
        CHECK(room.size == bad[index] && filled(room.bytes + sizeof(size_t), sizeof room - sizeof(size_t)));
    }
    facts_give(AIRLOCK_OK, facts);
    const size_t good[] = {sizeof verdict, sizeof verdict + 1, sizeof verdict + 8, 65536};
    for (size_t index = 0; index < sizeof good / sizeof *good; index++) {
        memset(&room, FILL, sizeof room);
        room.size = good[index];
        EXPECT(AIRLOCK_OK, airlock_license_check(license, facts, (airlock_verdict *)&room));
        CHECK(room.size == good[index]);
        CHECK(memcmp(room.bytes + sizeof(size_t), (uint8_t *)&verdict + sizeof(size_t), sizeof verdict - sizeof(size_t)) == 0);
        for (size_t at = sizeof verdict; at < good[index]; at++) {
            CHECK(room.bytes[at] == 0);
        }
        CHECK(filled(room.bytes + good[index], sizeof room - good[index]));
    }
}

static void airlock_license_check_test(void) {
    airlock_facts facts = facts_on(TODAY);
    airlock_verdict room;
    REFUSED(AIRLOCK_NULL_POINTER, room, airlock_license_check(NULL, &facts, &room));
    EXPECT(AIRLOCK_NULL_POINTER, airlock_license_check(license, &facts, NULL));
    EXPECT(AIRLOCK_BAD_ARGUMENT, airlock_license_check(license, &facts, BESIDE(airlock_verdict *, &room)));
    all_facts();
    verdict_sizes(&facts);
}

static void airlock_license_may_test(void) {
    airlock_facts facts = facts_on(TODAY);
    EXPECT(AIRLOCK_NULL_POINTER, airlock_license_may(NULL, &facts, AIRLOCK_ACT_USE));
    EXPECT(AIRLOCK_NULL_POINTER, airlock_license_may(license, NULL, AIRLOCK_ACT_USE));
    const uint32_t bad[] = {0, 5, 0x80000000, UINT32_MAX};
    for (size_t index = 0; index < sizeof bad / sizeof *bad; index++) {
        EXPECT(AIRLOCK_BAD_ARGUMENT, airlock_license_may(license, &facts, bad[index]));
    }
    EXPECT(AIRLOCK_OK, airlock_license_may(license, &facts, AIRLOCK_ACT_USE));
    all_facts();
}

static void airlock_license_understood_test(void) {
    airlock_error error;
    EXPECT(AIRLOCK_NULL_POINTER, airlock_license_understood(NULL, NULL));
    REFUSED(AIRLOCK_NULL_POINTER, error, airlock_license_understood(NULL, &error));
    EXPECT(AIRLOCK_BAD_ARGUMENT, airlock_license_understood(license, BESIDE(airlock_error *, &error)));
    const size_t bad[] = {0, sizeof error - 1, 65537, SIZE_MAX};
    for (size_t index = 0; index < sizeof bad / sizeof *bad; index++) {
        error.size = bad[index];
        EXPECT(AIRLOCK_BAD_STRUCT, airlock_license_understood(license, &error));
    }
    memset(&error, FILL, sizeof error);
    error.size = sizeof error;
    EXPECT(AIRLOCK_OK, airlock_license_understood(license, &error));
    CHECK(filled((uint8_t *)&error + sizeof error.size, sizeof error - sizeof error.size));
    EXPECT(AIRLOCK_OK, airlock_license_understood(license, NULL));
}

static void airlock_select_test(void) {
    const airlock_license **many = malloc(1025 * sizeof *many);
    CHECK(many != NULL);
    for (size_t index = 0; index < 1025; index++) {
        many[index] = license;
    }
    size_t place;
    REFUSED(AIRLOCK_NULL_POINTER, place, airlock_select(NULL, many, 1, TODAY, &place));
    REFUSED(AIRLOCK_NULL_POINTER, place, airlock_select(verifier, NULL, 1, TODAY, &place));
    EXPECT(AIRLOCK_NULL_POINTER, airlock_select(verifier, many, 1, TODAY, NULL));
    REFUSED(AIRLOCK_NO_LICENSE, place, airlock_select(verifier, NULL, 0, TODAY, &place));
    REFUSED(AIRLOCK_NO_LICENSE, place, airlock_select(verifier, many, 0, TODAY, &place));
    REFUSED(AIRLOCK_NO_LICENSE, place, airlock_select(verifier, many, 1, 0, &place));
    const size_t counts[] = {1025, SIZE_MAX, TOO_LONG, SIZE_MAX / sizeof *many + 2};
    for (size_t index = 0; index < sizeof counts / sizeof *counts; index++) {
        REFUSED(AIRLOCK_BAD_ARGUMENT, place, airlock_select(verifier, many, counts[index], TODAY, &place));
    }
    const int32_t days[] = {-1, INT32_MIN, LAST_DAY + 1, INT32_MAX};
    for (size_t index = 0; index < sizeof days / sizeof *days; index++) {
        REFUSED(AIRLOCK_BAD_ARGUMENT, place, airlock_select(verifier, many, 1, days[index], &place));
    }
    EXPECT(AIRLOCK_BAD_ARGUMENT, airlock_select(verifier, many, 1, TODAY, BESIDE(size_t *, &place)));
    REFUSED(AIRLOCK_BAD_ARGUMENT, place, airlock_select(verifier, BESIDE(const airlock_license *const *, many), 1, TODAY, &place));
    EXPECT(AIRLOCK_OK, airlock_select(verifier, many, 1024, TODAY, &place));
    CHECK(place < 1024);
    many[1023] = NULL;
    REFUSED(AIRLOCK_NULL_POINTER, place, airlock_select(verifier, many, 1024, TODAY, &place));
    EXPECT(AIRLOCK_OK, airlock_select(verifier, many, 1, LAST_DAY, &place));
    CHECK(place == 0);
    free(many);
}

static void airlock_license_id_test(void) {
    uint8_t id[17];
    memset(id, FILL, sizeof id);
    EXPECT(AIRLOCK_NULL_POINTER, airlock_license_id(NULL, id));
    EXPECT(AIRLOCK_NULL_POINTER, airlock_license_id(license, NULL));
    CHECK(filled(id, sizeof id));
    EXPECT(AIRLOCK_OK, airlock_license_id(license, id));
    CHECK(!filled(id, 16) && id[16] == FILL);
    /* Bytes need no alignment. */
    uint8_t again[17];
    EXPECT(AIRLOCK_OK, airlock_license_id(license, again + 1));
    CHECK(memcmp(id, again + 1, 16) == 0);
}

static void airlock_license_term_test(void) {
    int32_t from, until;
    REFUSED(AIRLOCK_NULL_POINTER, from, airlock_license_term(NULL, &from, &until));
    REFUSED(AIRLOCK_NULL_POINTER, until, airlock_license_term(license, NULL, &until));
    REFUSED(AIRLOCK_NULL_POINTER, from, airlock_license_term(license, &from, NULL));
    REFUSED(AIRLOCK_BAD_ARGUMENT, until, airlock_license_term(license, BESIDE(int32_t *, &from), &until));
    REFUSED(AIRLOCK_BAD_ARGUMENT, from, airlock_license_term(license, &from, BESIDE(int32_t *, &until)));
    EXPECT(AIRLOCK_OK, airlock_license_term(license, &from, &until));
    CHECK(0 <= from && from <= TODAY && TODAY < until && until <= LAST_DAY);
}

/* ---- texts ---- */

/* A buffer of `capacity` bytes, between bytes that must stay. */
static void text_in(text_function *call, size_t capacity, size_t expected_size) {
    uint8_t *room = malloc(capacity + 2);
    CHECK(room != NULL);
    memset(room, FILL, capacity + 2);
    size_t needed = 0;
    const airlock_status expected = capacity < expected_size ? AIRLOCK_BUFFER_TOO_SMALL : AIRLOCK_OK;
    EXPECT(expected, call(license, room + 1, capacity, &needed));
    CHECK(needed == expected_size && room[0] == FILL);
    const size_t written = expected == AIRLOCK_OK ? needed : 0;
    CHECK(filled(room + 1 + written, capacity + 1 - written));
    CHECK(written == 0 || strlen((char *)room + 1) + 1 == needed);
    free(room);
}

static void text_calls(text_function *call, bool needs_license) {
    size_t needed, size = 0;
    uint8_t byte = FILL;
    if (needs_license) {
        REFUSED(AIRLOCK_NULL_POINTER, needed, call(NULL, NULL, 0, &needed));
    }
    EXPECT(AIRLOCK_NULL_POINTER, call(license, NULL, 0, NULL));
    EXPECT(AIRLOCK_NULL_POINTER, call(license, &byte, 1, NULL));
    REFUSED(AIRLOCK_NULL_POINTER, needed, call(license, NULL, 1, &needed));
    REFUSED(AIRLOCK_NULL_POINTER, needed, call(license, NULL, SIZE_MAX, &needed));
    EXPECT(AIRLOCK_BAD_ARGUMENT, call(license, NULL, 0, BESIDE(size_t *, &needed)));
    EXPECT(AIRLOCK_BUFFER_TOO_SMALL, call(license, NULL, 0, &size));
    EXPECT(AIRLOCK_BUFFER_TOO_SMALL, call(license, &byte, 0, &needed));
    CHECK(size > 1 && needed == size && byte == FILL);
    const size_t capacities[] = {0, 1, size - 1, size, size + 1};
    for (size_t index = 0; index < sizeof capacities / sizeof *capacities; index++) {
        text_in(call, capacities[index], size);
    }
    /* The capacity is the caller's word; only what is needed is written. */
    uint8_t *room = malloc(size);
    CHECK(room != NULL);
    EXPECT(AIRLOCK_OK, call(license, room, SIZE_MAX, &needed));
    free(room);
}

static void airlock_license_terms_test(void) {
    text_calls(airlock_license_terms, true);
    char *text = text_of(airlock_license_terms, license);
    CHECK(text[0] == '{' && strstr(text, "\"seats\"") != NULL);
    free(text);
}

static void airlock_license_rules_test(void) {
    text_calls(airlock_license_rules, true);
    char *text = text_of(airlock_license_rules, license);
    CHECK(text[0] == '[' && strstr(text, "\"threshold\"") != NULL);
    free(text);
}

static airlock_status findings_today(const airlock_license *of, uint8_t *buffer, size_t capacity, size_t *needed) {
    airlock_facts facts = facts_on(TODAY);
    return airlock_license_findings(of, &facts, buffer, capacity, needed);
}

static void airlock_license_findings_test(void) {
    text_calls(findings_today, true);
    all_facts();
    char *text = text_of(findings_today, license);
    CHECK(text[0] == '{' && strstr(text, "\"effects\"") != NULL);
    free(text);
}

static airlock_status explain_today(const airlock_license *of, uint8_t *buffer, size_t capacity, size_t *needed) {
    airlock_facts facts = facts_on(TODAY);
    return airlock_license_explain(of, &facts, buffer, capacity, needed);
}

static void airlock_license_explain_test(void) {
    text_calls(explain_today, true);
    all_facts();
}

static void airlock_license_text_test(void) {
    text_calls(airlock_license_text, true);
    char *text = text_of(airlock_license_text, license);
    airlock_license *again = open_bytes(verifier, (struct bytes){(uint8_t *)text, strlen(text)});
    free(text);
    EXPECT(AIRLOCK_OK, airlock_license_free(again));
}

static airlock_status repair_file(const airlock_license *of, uint8_t *buffer, size_t capacity, size_t *needed) {
    (void)of;
    return airlock_text_repair(file.data, file.length, buffer, capacity, needed, NULL);
}

static void repair_errors(void) {
    size_t needed;
    airlock_error error;
    const size_t bad[] = {0, sizeof error - 1, 65537, SIZE_MAX};
    for (size_t index = 0; index < sizeof bad / sizeof *bad; index++) {
        error.size = bad[index];
        REFUSED(AIRLOCK_BAD_STRUCT, needed, airlock_text_repair(file.data, file.length, NULL, 0, &needed, &error));
    }
    airlock_error *beside = BESIDE(airlock_error *, &error);
    REFUSED(AIRLOCK_BAD_ARGUMENT, needed, airlock_text_repair(file.data, file.length, NULL, 0, &needed, beside));
    memset(&error, FILL, sizeof error);
    error.size = sizeof error;
    EXPECT(AIRLOCK_BUFFER_TOO_SMALL, airlock_text_repair(file.data, file.length, NULL, 0, &needed, &error));
    CHECK(filled((uint8_t *)&error + sizeof error.size, sizeof error - sizeof error.size));
    const char *prose = "no license here\n";
    REFUSED(AIRLOCK_TEXT_MISSING, needed, airlock_text_repair((const uint8_t *)prose, strlen(prose), NULL, 0, &needed, &error));
    check_error(&error, AIRLOCK_TEXT_MISSING);
}

static void airlock_text_repair_test(void) {
    size_t needed;
    text_calls(repair_file, false);
    REFUSED(AIRLOCK_NULL_POINTER, needed, airlock_text_repair(NULL, 1, NULL, 0, &needed, NULL));
    REFUSED(AIRLOCK_NULL_POINTER, needed, airlock_text_repair((const uint8_t *)"hello", 5, NULL, 0, NULL, NULL));
    REFUSED(AIRLOCK_EMPTY, needed, airlock_text_repair(NULL, 0, NULL, 0, &needed, NULL));
    REFUSED(AIRLOCK_BAD_ARGUMENT, needed, airlock_text_repair(file.data, SIZE_MAX, NULL, 0, &needed, NULL));
    REFUSED(AIRLOCK_BAD_ARGUMENT, needed, airlock_text_repair(file.data, TOO_LONG, NULL, 0, &needed, NULL));
    REFUSED(AIRLOCK_NULL_POINTER, needed, airlock_text_repair(NULL, SIZE_MAX, NULL, 0, &needed, NULL));
    uint8_t *large = calloc(1048577, 1);
    CHECK(large != NULL);
    REFUSED(AIRLOCK_TOO_LARGE, needed, airlock_text_repair(large, 1048577, NULL, 0, &needed, NULL));
    free(large);
    repair_errors();
}

static void airlock_struct_size_test(void) {
    const size_t sizes[] = {sizeof(airlock_facts), sizeof(airlock_verdict), sizeof(airlock_error)};
    size_t size;
    for (uint32_t which = 0; which < 3; which++) {
        EXPECT(AIRLOCK_OK, airlock_struct_size(which, &size));
        CHECK(size == sizes[which]);
        EXPECT(AIRLOCK_NULL_POINTER, airlock_struct_size(which, NULL));
        EXPECT(AIRLOCK_BAD_ARGUMENT, airlock_struct_size(which, BESIDE(size_t *, &size)));
    }
    REFUSED(AIRLOCK_BAD_ARGUMENT, size, airlock_struct_size(3, &size));
    REFUSED(AIRLOCK_BAD_ARGUMENT, size, airlock_struct_size(UINT32_MAX, &size));
}

/* ---- all ---- */

#define TEST(function) {#function, function##_test, (void (*)(void))(function)}

/* The function stands in its entry too: a name without a function does not compile. */
static const struct {
    const char *name;
    void (*test)(void);
    void (*function)(void);
} TESTS[] = {
    TEST(airlock_abi_version),
    TEST(airlock_version),
    TEST(airlock_status_name),
    TEST(airlock_status_message),
    TEST(airlock_verifier_new),
    TEST(airlock_verifier_from_text),
    TEST(airlock_verifier_free),
    TEST(airlock_license_open),
    TEST(airlock_license_free),
    TEST(airlock_license_check),
    TEST(airlock_license_may),
    TEST(airlock_license_understood),
    TEST(airlock_select),
    TEST(airlock_license_id),
    TEST(airlock_license_term),
    TEST(airlock_license_terms),
    TEST(airlock_license_rules),
    TEST(airlock_license_findings),
    TEST(airlock_license_explain),
    TEST(airlock_license_text),
    TEST(airlock_text_repair),
    TEST(airlock_struct_size),
};

#define TESTS_COUNT (sizeof TESTS / sizeof *TESTS)

int main(int argc, char **argv) {
    CHECK(argc == 2);
    if (strcmp(argv[1], "--list") == 0) {
        for (size_t index = 0; index < TESTS_COUNT; index++) {
            puts(TESTS[index].name);
        }
        return 0;
    }
    file = read_file(argv[1]);
    verifier = test_verifier();
    license = open_bytes(verifier, file);
    for (size_t index = 0; index < TESTS_COUNT; index++) {
        CHECK(TESTS[index].function != NULL);
        TESTS[index].test();
    }
    EXPECT(AIRLOCK_OK, airlock_license_free(license));
    EXPECT(AIRLOCK_OK, airlock_verifier_free(verifier));
    free(file.data);
    printf("functions %zu\n", TESTS_COUNT);
    return 0;
}
