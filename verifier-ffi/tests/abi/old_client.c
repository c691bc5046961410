/*
 * A program of the pinned interface: compiled with the header of then, run with the library of now. `old_client LICENSE ROOT`
 *
 * It uses every field and every function that the pinned version has, and no more. From 1.0 on it is never changed: a
 * library that breaks it breaks the promise of docs/ABI.md.
 */

#include "pinned.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUST(condition)                                          \
    do {                                                         \
        if (!(condition)) {                                      \
            fprintf(stderr, "line %d: %s\n", __LINE__, #condition); \
            exit(1);                                             \
        }                                                        \
    } while (0)

/* A day on which the license is in force, and one long after it has ended. */
#define TODAY 20485
#define LATER 22485

static uint8_t text[65536];
static size_t text_length;

static void read_license(const char *path) {
    FILE *file = fopen(path, "rb");
    MUST(file != NULL);
    text_length = fread(text, 1, sizeof text, file);
    fclose(file);
}

static void read_root(const char *digits, uint8_t *root) {
    for (size_t index = 0; index < 32; index++) {
        unsigned byte = 0;
        MUST(sscanf(digits + 2 * index, "%2x", &byte) == 1);
        root[index] = (uint8_t)byte;
    }
}

/* The library may have grown; what this program knows of the structs stays where it was. */
static void check_sizes(void) {
    const size_t mine[] = {sizeof(airlock_facts), sizeof(airlock_verdict), sizeof(airlock_error)};
    for (uint32_t which = 0; which < 3; which++) {
        size_t now = 0;
        MUST(airlock_struct_size(which, &now) == AIRLOCK_OK);
        MUST(now >= mine[which]);
    }
    MUST(airlock_abi_version() >= AIRLOCK_ABI_VERSION);
    MUST(strlen(airlock_version()) > 0);
}

static airlock_verdict ask(const airlock_license *license, int32_t today, uint32_t users) {
    const uint32_t series[] = {users, AIRLOCK_NO_DATA, users + 1};
    airlock_facts facts;
    memset(&facts, 0, sizeof facts);
    facts.size = sizeof facts;
    facts.known = AIRLOCK_KNOWS_USERS_NOW | AIRLOCK_KNOWS_SERIES | AIRLOCK_KNOWS_LAST_REPORT;
    facts.today = today;
    facts.users_now = users;
    facts.users_adding = 1;
    facts.series = series;
    facts.series_len = 3;
    facts.series_first_day = TODAY - 3;
    facts.last_report_day = TODAY - 20;
    airlock_verdict verdict;
    memset(&verdict, 0xa5, sizeof verdict);
    verdict.size = sizeof verdict;
    MUST(airlock_license_check(license, &facts, &verdict) == AIRLOCK_OK);
    size_t needed = 0;
    const bool full = (verdict.effects & (AIRLOCK_REFUSE_NEW_USERS | AIRLOCK_INACTIVE)) != 0;
    const bool read_only = (verdict.effects & (AIRLOCK_BLOCK_CHANGES | AIRLOCK_INACTIVE)) != 0;
    MUST(airlock_license_may(license, &facts, AIRLOCK_ACT_ADD_USERS) == (full ? AIRLOCK_DENIED : AIRLOCK_OK));
    MUST(airlock_license_may(license, &facts, AIRLOCK_ACT_WRITE) == (read_only ? AIRLOCK_DENIED : AIRLOCK_OK));
    MUST(airlock_license_may(license, &facts, AIRLOCK_ACT_USE) == AIRLOCK_OK);
    facts.known = AIRLOCK_KNOWS_SERIES | AIRLOCK_KNOWS_LAST_REPORT;
    MUST(airlock_license_may(license, &facts, AIRLOCK_ACT_USE) == AIRLOCK_BAD_ARGUMENT);
    facts.users_now = 0;
    MUST(airlock_license_may(license, &facts, AIRLOCK_ACT_ACTIVATE) == (read_only ? AIRLOCK_DENIED : AIRLOCK_UNDECIDED));
    facts.known |= AIRLOCK_KNOWS_USERS_NOW;
    MUST(airlock_license_findings(license, &facts, NULL, 0, &needed) == AIRLOCK_BUFFER_TOO_SMALL && needed > 1);
    MUST(airlock_license_explain(license, &facts, NULL, 0, &needed) == AIRLOCK_BUFFER_TOO_SMALL && needed > 1);
    return verdict;
}

static void check_verdicts(const airlock_license *license) {
    airlock_verdict now = ask(license, TODAY, 99);
    const uint32_t figures = AIRLOCK_KNOWS_SEATS | AIRLOCK_KNOWS_VERDICT_USERS_NOW | AIRLOCK_KNOWS_USERS_MAX |
                             AIRLOCK_KNOWS_USERS_MAX_DAY | AIRLOCK_KNOWS_SEATS_NEEDED | AIRLOCK_KNOWS_NEXT_CHANGE;
    MUST(now.known == figures && now.size == sizeof now);
    MUST(now.effects == AIRLOCK_NOTIFY_ADMINS && now.rules == 7 && now.fired == 4 && now.notes == AIRLOCK_NEXT_CHANGE_BEGINS);
    MUST(now.unsupported == 0 && now.undecided == 0 && now.undecided_effects == 0 && now.missing == 0);
    MUST(now.seats == 100 && now.users_now == 100 && now.users_max == 100 && now.users_max_day == TODAY - 1);
    MUST(now.seats_needed == 100 && now.overage == 0 && now.overage_max == 0 && now.seats_left == 0);
    MUST(now.days_left > 0 && now.next_change_day > TODAY && now.next_change_effect != 0);
    airlock_verdict later = ask(license, LATER, 129);
    MUST((later.effects & AIRLOCK_BLOCK_CHANGES) != 0 && (later.effects & AIRLOCK_INACTIVE) == 0);
    MUST(later.days_left == 0 && later.overage == 30 && later.overage_max == 30 && later.seats_left == -30);
}

typedef airlock_status gives_text(const airlock_license *, uint8_t *, size_t, size_t *);

static void check_texts(const airlock_license *license) {
    gives_text *const all[] = {airlock_license_terms, airlock_license_rules, airlock_license_text};
    for (size_t index = 0; index < 3; index++) {
        size_t needed = 0;
        MUST(all[index](license, NULL, 0, &needed) == AIRLOCK_BUFFER_TOO_SMALL);
        uint8_t *buffer = malloc(needed);
        MUST(buffer != NULL && all[index](license, buffer, needed, &needed) == AIRLOCK_OK);
        MUST(strlen((char *)buffer) + 1 == needed);
        free(buffer);
    }
    size_t needed = 0;
    MUST(airlock_text_repair(text, text_length, NULL, 0, &needed, NULL) == AIRLOCK_BUFFER_TOO_SMALL);
}

static void check_license(const airlock_verifier *verifier, const airlock_license *license) {
    uint8_t id[16];
    int32_t from = 0, until = 0;
    size_t place = 9;
    MUST(airlock_license_id(license, id) == AIRLOCK_OK);
    MUST(airlock_license_term(license, &from, &until) == AIRLOCK_OK && from < TODAY && TODAY < until);
    MUST(airlock_license_understood(license, NULL) == AIRLOCK_OK);
    MUST(airlock_select(verifier, &license, 1, TODAY, &place) == AIRLOCK_OK && place == 0);
    MUST(airlock_select(verifier, &license, 1, 0, &place) == AIRLOCK_NO_LICENSE);
}

static void check_refusal(const airlock_verifier *verifier) {
    airlock_error error;
    memset(&error, 0, sizeof error);
    error.size = sizeof error;
    airlock_license *license = NULL;
    airlock_status status = airlock_license_open(verifier, text, text_length / 2, &license, &error);
    MUST(status == AIRLOCK_TEXT_INCOMPLETE && error.status == status && license == NULL);
    MUST(error.document == -1 && error.message[0] != 0);
    MUST(strcmp(airlock_status_name(status), "text_incomplete") == 0 && strlen(airlock_status_message(status)) > 0);
}

/* The root of the tests as text; an instance id as text. */
static void check_texts_of_a_verifier(void) {
    const char *pem = "-----BEGIN PUBLIC KEY-----\n"
                      "MCowBQYDK2VwAyEAiojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=\n"
                      "-----END PUBLIC KEY-----\n";
    airlock_verifier *verifier = NULL;
    const char *id = "01234567-89ab-4def-8123-456789abcdef";
    MUST(airlock_verifier_from_text((const uint8_t *)pem, strlen(pem), id, &verifier, NULL) == AIRLOCK_OK);
    MUST(airlock_verifier_free(verifier) == AIRLOCK_OK);
}

int main(int argc, char **argv) {
    MUST(argc == 3 && strlen(argv[2]) == 64);
    uint8_t root[32];
    read_license(argv[1]);
    read_root(argv[2], root);
    check_sizes();
    check_texts_of_a_verifier();
    airlock_verifier *verifier = NULL;
    airlock_license *license = NULL;
    MUST(airlock_verifier_new(root, 1, NULL, &verifier) == AIRLOCK_OK);
    check_refusal(verifier);
    MUST(airlock_license_open(verifier, text, text_length, &license, NULL) == AIRLOCK_OK);
    check_license(verifier, license);
    check_verdicts(license);
    check_texts(license);
    MUST(airlock_license_free(license) == AIRLOCK_OK);
    MUST(airlock_verifier_free(verifier) == AIRLOCK_OK);
    puts("works");
    return 0;
}
