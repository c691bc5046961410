/*
 * How a program uses libairlock_verifier: `example LICENSE USERS [DAY]` prints what may be done with so
 * many users; USERS is - where nobody has counted them.
 *
 *     cc example.c -o example -lairlock_verifier
 *
 * One verifier is made when the program starts, one license is opened when it is installed or loaded. Then each question
 * is a comparison of numbers: ask as often as you like, from as many threads as you like.
 */

#include <airlock.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The vendor's root keys, the .pub files that `airlock key new` writes. This one is a TEST KEY: anyone can sign with it. */
static const char ROOTS[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAiojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=\n"
    "-----END PUBLIC KEY-----\n";

/* What is wrong, in words. Mistakes of the caller leave `error` as it was; a status has words of its own. */
static const char *why(airlock_status status, const airlock_error *error) {
    return error->status == (uint32_t)status ? (const char *)error->message : airlock_status_message(status);
}

/* Reads a number of digits alone: what is none must not count as 0. */
static bool number(const char *text, uint32_t *value) {
    char *end = NULL;
    unsigned long long found = strtoull(text, &end, 10);
    *value = (uint32_t)found;
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && found <= INT32_MAX;
}

/* Opens the license in a file, or says why it is refused. Signatures and limits are checked here, and only here. */
static airlock_license *open_license(const airlock_verifier *verifier, const char *path) {
    static uint8_t text[65536 * 2];
    FILE *file = fopen(path, "rb");
    size_t length = file == NULL ? 0 : fread(text, 1, sizeof text, file);
    if (file != NULL) {
        fclose(file);
    }
    airlock_error error = {.size = sizeof error};
    airlock_license *license = NULL;
    airlock_status status = airlock_license_open(verifier, text, length, &license, &error);
    if (status != AIRLOCK_OK) {
        fprintf(stderr, "%s: %s (%s)\n", path, why(status, &error), airlock_status_name(status));
    }
    return license;
}

/* Prints each rule with what was observed: what an admin should see. The first call asks for the size. */
static int explain(const airlock_license *license, const airlock_facts *facts) {
    size_t needed = 0;
    airlock_license_explain(license, facts, NULL, 0, &needed);
    uint8_t *text = malloc(needed);
    if (text == NULL || airlock_license_explain(license, facts, text, needed, &needed) != AIRLOCK_OK) {
        free(text);
        return 1;
    }
    fputs((const char *)text, stdout);
    free(text);
    return 0;
}

/* Asks whether something may be done. `AIRLOCK_UNDECIDED` is no yes: a figure is missing, and the program says so. */
static bool decided(const airlock_license *license, const airlock_facts *facts, uint32_t act, const char *what) {
    airlock_status status = airlock_license_may(license, facts, act);
    if (status != AIRLOCK_OK && status != AIRLOCK_DENIED) {
        fprintf(stderr, "%s: %s\n", what, airlock_status_message(status));
        return false;
    }
    printf("%s: %s\n", what, status == AIRLOCK_OK ? "yes" : "no");
    return true;
}

/* What is not known has no bit in `known`, and stays 0. */
static bool read_facts(airlock_facts *facts, const char *users, const char *day) {
    /* The library reads no clock: the day is the caller's to say. */
    uint32_t today = (uint32_t)(time(NULL) / 86400);
    if (day != NULL && !number(day, &today)) {
        return false;
    }
    facts->today = (int32_t)today;
    if (strcmp(users, "-") == 0) {
        return true;
    }
    facts->known = AIRLOCK_KNOWS_USERS_NOW;
    return number(users, &facts->users_now);
}

static int check(const airlock_license *license, const airlock_facts *facts) {
    bool answered = decided(license, facts, AIRLOCK_ACT_ADD_USERS, "add a user");
    answered = decided(license, facts, AIRLOCK_ACT_WRITE, "write") && answered;
    answered = decided(license, facts, AIRLOCK_ACT_USE, "use features") && answered;
    return explain(license, facts) != 0 || !answered;
}

int main(int argc, char **argv) {
    airlock_facts facts = {.size = sizeof facts, .users_adding = 1};
    if (argc < 3 || !read_facts(&facts, argv[2], argc > 3 ? argv[3] : NULL)) {
        fprintf(stderr, "usage: %s LICENSE USERS [DAY]\n", argv[0]);
        return 2;
    }
    airlock_error error = {.size = sizeof error};
    airlock_verifier *verifier = NULL;
    airlock_status status = airlock_verifier_from_text((const uint8_t *)ROOTS, strlen(ROOTS), NULL, &verifier, &error);
    if (status != AIRLOCK_OK) {
        fprintf(stderr, "%s (%s)\n", why(status, &error), airlock_status_name(status));
        return 2;
    }
    airlock_license *license = open_license(verifier, argv[1]);
    int failed = license == NULL || check(license, &facts);
    /* Each handle is freed once; NULL does nothing. */
    airlock_license_free(license);
    airlock_verifier_free(verifier);
    return failed;
}
