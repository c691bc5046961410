/*
 * How a program uses libairlock_verifier: `example LICENSE USERS [DAY]` prints what the license says of so many users.
 *
 *     cc example.c -o example -lairlock_verifier
 *
 * One verifier is made when the program starts, one license is opened when it is installed or loaded. Then each question
 * is a comparison of numbers: ask as often as you like, from as many threads as you like.
 */

#include <airlock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The vendor's root key, as `airlock key show` prints it. This one is a TEST KEY: anyone can sign with it. */
static const uint8_t ROOT[32] = {
    0x8a, 0x88, 0xe3, 0xdd, 0x74, 0x09, 0xf1, 0x95, 0xfd, 0x52, 0xdb, 0x2d, 0x3c, 0xba, 0x5d, 0x72,
    0xca, 0x67, 0x09, 0xbf, 0x1d, 0x94, 0x12, 0x1b, 0xf3, 0x74, 0x88, 0x01, 0xb4, 0x0f, 0x6f, 0x5c,
};

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
    if (airlock_license_open(verifier, text, length, &license, &error) != AIRLOCK_OK) {
        fprintf(stderr, "%s: %s (%s)\n", path, (const char *)error.message, airlock_status_name(error.status));
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

/* Asks what applies now. A denial is an answer, not an error: look at `effects`. */
static int check(const airlock_license *license, uint32_t users, int32_t today) {
    airlock_facts facts = {.size = sizeof facts, .today = today, .known = AIRLOCK_KNOWS_USERS_NOW, .users_now = users};
    airlock_verdict verdict = {.size = sizeof verdict};
    airlock_status status = airlock_license_check(license, &facts, &verdict);
    if (status != AIRLOCK_OK) {
        fprintf(stderr, "%s\n", airlock_status_message(status));
        return 1;
    }
    printf("new users: %s\n", verdict.effects & AIRLOCK_REFUSE_NEW_USERS ? "refused" : "allowed");
    printf("changes: %s\n", verdict.effects & AIRLOCK_BLOCK_CHANGES ? "blocked" : "allowed");
    printf("features: %s\n", verdict.effects & AIRLOCK_INACTIVE ? "off" : "on");
    if (verdict.undecided != 0) {
        puts("not decided: facts are missing");
    }
    return explain(license, &facts);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: %s LICENSE USERS [DAY]\n", argv[0]);
        return 2;
    }
    /* The library reads no clock: the day is the caller's to say. */
    int32_t today = argc > 3 ? (int32_t)atoi(argv[3]) : (int32_t)(time(NULL) / 86400);
    airlock_verifier *verifier = NULL;
    airlock_status status = airlock_verifier_new(ROOT, 1, NULL, &verifier);
    if (status != AIRLOCK_OK) {
        fprintf(stderr, "%s\n", airlock_status_message(status));
        return 2;
    }
    airlock_license *license = open_license(verifier, argv[1]);
    int failed = license == NULL || check(license, (uint32_t)strtoul(argv[2], NULL, 10), today);
    /* Each handle is freed once; NULL does nothing. */
    airlock_license_free(license);
    airlock_verifier_free(verifier);
    return failed;
}
