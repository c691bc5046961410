/*
 * airlock_license_may at its boundaries: `may FOLDER`, the folder holds a license of each name below (tests/c.rs makes them).
 *
 * The numbers are those of DOMAIN's rules: 10 seats allow 10 users under a hard stop; 100 seats tolerate 110 at activation;
 * from its last day's morrow on an ended license is read-only, or has no features, as its policy says.
 */

#include "support.h"

/* All licenses run from 2025-11-01 to 2026-10-31. */
#define FIRST 20393
#define UNTIL 20758
#define TODAY 20485

#define UNKNOWN UINT32_MAX
#define HISTORY AIRLOCK_KNOWS_SERIES

struct question {
    airlock_status expected;
    const char *license;
    uint32_t act;
    int32_t today;
    uint32_t users; /* or UNKNOWN */
    uint32_t adding;
    uint32_t known; /* HISTORY: a history that is empty */
};

#define ADD AIRLOCK_ACT_ADD_USERS
#define ACTIVATE AIRLOCK_ACT_ACTIVATE
#define WRITE AIRLOCK_ACT_WRITE
#define USE AIRLOCK_ACT_USE
#define OK AIRLOCK_OK
#define DENIED AIRLOCK_DENIED
#define UNDECIDED AIRLOCK_UNDECIDED

static const struct question QUESTIONS[] = {
    /* A hard stop at 10 seats. */
    {OK, "hard-stop", ADD, TODAY, 9, 1, 0},
    {DENIED, "hard-stop", ADD, TODAY, 9, 2, 0},
    {DENIED, "hard-stop", ADD, TODAY, 10, 1, 0},
    {DENIED, "hard-stop", ADD, TODAY, 999, 1, 0},
    {UNDECIDED, "hard-stop", ADD, TODAY, UNKNOWN, 1, 0},
    {UNDECIDED, "hard-stop", ADD, TODAY, UNKNOWN, 1, HISTORY},
    /* Whoever adds users adds one at least. */
    {OK, "hard-stop", ADD, TODAY, 9, 0, 0},
    {DENIED, "hard-stop", ADD, TODAY, 10, 0, 0},
    /* Nothing else needs a figure. */
    {OK, "hard-stop", WRITE, TODAY, UNKNOWN, 0, 0},
    {OK, "hard-stop", USE, TODAY, UNKNOWN, 0, 0},
    {OK, "hard-stop", USE, TODAY, 999, 0, 0},
    /* No rule asks for a figure. */
    {OK, "tolerant", ADD, TODAY, UNKNOWN, 1, 0},
    {OK, "tolerant", ADD, TODAY, 999, 1, 0},
    /* Activation: 100 seats, 100 users before. */
    {OK, "tolerant", ACTIVATE, TODAY, 110, 0, HISTORY},
    {DENIED, "tolerant", ACTIVATE, TODAY, 111, 0, HISTORY},
    {UNDECIDED, "tolerant", ACTIVATE, TODAY, 111, 0, 0},
    {UNDECIDED, "tolerant", ACTIVATE, TODAY, UNKNOWN, 0, HISTORY},
    {UNDECIDED, "tolerant", ACTIVATE, TODAY, UNKNOWN, 0, 0},
    {DENIED, "tolerant", ACTIVATE, UNTIL, UNKNOWN, 0, 0},
    /* Not begun: nothing works, and it may be activated. */
    {DENIED, "tolerant", USE, FIRST - 1, UNKNOWN, 0, 0},
    {DENIED, "tolerant", WRITE, FIRST - 1, UNKNOWN, 0, 0},
    {DENIED, "tolerant", ADD, FIRST - 1, UNKNOWN, 1, 0},
    {OK, "tolerant", ACTIVATE, FIRST - 1, 110, 0, HISTORY},
    {OK, "tolerant", USE, FIRST, UNKNOWN, 0, 0},
    {OK, "tolerant", WRITE, FIRST, UNKNOWN, 0, 0},
    /* Ended: read-only, or without features. */
    {OK, "tolerant", WRITE, UNTIL - 1, UNKNOWN, 0, 0},
    {DENIED, "tolerant", WRITE, UNTIL, UNKNOWN, 0, 0},
    {OK, "tolerant", USE, UNTIL, UNKNOWN, 0, 0},
    {OK, "features-end", USE, UNTIL - 1, UNKNOWN, 0, 0},
    {DENIED, "features-end", USE, UNTIL, UNKNOWN, 0, 0},
    {DENIED, "features-end", ADD, UNTIL, UNKNOWN, 1, 0},
    {OK, "trials-key", USE, UNTIL - 1, UNKNOWN, 0, 0},
    {DENIED, "trials-key", USE, UNTIL, UNKNOWN, 0, 0},
    {DENIED, "trials-key", ACTIVATE, UNTIL, UNKNOWN, 0, 0},
    /* Rules of a later version: an odd code is passed over, an even one may not be. */
    {OK, "odd-effect", ADD, TODAY, UNKNOWN, 1, 0},
    {OK, "odd-effect", USE, TODAY, UNKNOWN, 0, 0},
    {OK, "odd-fact", ADD, TODAY, UNKNOWN, 1, 0},
    {UNDECIDED, "even-effect", ADD, TODAY, 1, 1, HISTORY},
    {UNDECIDED, "even-effect", ACTIVATE, TODAY, 1, 0, HISTORY},
    {UNDECIDED, "even-effect", WRITE, TODAY, 1, 0, HISTORY},
    {UNDECIDED, "even-effect", USE, TODAY, 1, 0, HISTORY},
    {UNDECIDED, "even-fact", ADD, TODAY, 1, 1, HISTORY},
    {OK, "even-fact", WRITE, TODAY, 1, 0, HISTORY},
    {OK, "even-fact-odd-effect", ADD, TODAY, 1, 1, HISTORY},
};

#define QUESTIONS_COUNT (sizeof QUESTIONS / sizeof *QUESTIONS)

static airlock_license *open_named(const char *folder, const char *name) {
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s.txt", folder, name);
    CHECK(length > 0 && (size_t)length < sizeof path);
    struct bytes file = read_file(path);
    airlock_verifier *verifier = test_verifier();
    airlock_license *license = open_bytes(verifier, file);
    EXPECT(AIRLOCK_OK, airlock_verifier_free(verifier));
    free(file.data);
    return license;
}

static airlock_facts facts_of(const struct question *question) {
    airlock_facts facts = facts_on(question->today);
    facts.known = question->known;
    facts.users_adding = question->adding;
    if (question->users != UNKNOWN) {
        facts.known |= AIRLOCK_KNOWS_USERS_NOW;
        facts.users_now = question->users;
    }
    return facts;
}

static void ask(const char *folder, size_t number) {
    const struct question *question = &QUESTIONS[number];
    airlock_license *license = open_named(folder, question->license);
    airlock_facts facts = facts_of(question);
    airlock_status found = airlock_license_may(license, &facts, question->act);
    if (found != question->expected) {
        fprintf(stderr, "question %zu, %s: found %s, expected %s\n", number, question->license, airlock_status_name(found),
                airlock_status_name(question->expected));
        exit(1);
    }
    /* Activating is said by the act. */
    facts.activating = question->act == ACTIVATE;
    EXPECT(question->expected, airlock_license_may(license, &facts, question->act));
    EXPECT(AIRLOCK_OK, airlock_license_free(license));
}

/* 999 users and the bit forgotten: no function takes it for "not known". */
static void a_value_needs_its_bit(const char *folder) {
    airlock_license *license = open_named(folder, "hard-stop");
    airlock_facts facts = facts_on(TODAY);
    facts.users_now = 999;
    facts.users_adding = 1;
    EXPECT(AIRLOCK_BAD_ARGUMENT, airlock_license_may(license, &facts, ADD));
    airlock_verdict verdict = {.size = sizeof verdict};
    EXPECT(AIRLOCK_BAD_ARGUMENT, airlock_license_check(license, &facts, &verdict));
    facts.known = AIRLOCK_KNOWS_USERS_NOW;
    EXPECT(AIRLOCK_DENIED, airlock_license_may(license, &facts, ADD));
    EXPECT(AIRLOCK_OK, airlock_license_check(license, &facts, &verdict));
    CHECK(verdict.effects & AIRLOCK_REFUSE_NEW_USERS);
    EXPECT(AIRLOCK_OK, airlock_license_free(license));
}

/* Whoever reads the verdict alone is told the same of a later version's rule. */
static void what_may_not_be_passed_over_is_in_the_verdict(const char *folder) {
    const struct {
        const char *license;
        uint32_t undecided;
    } cases[] = {
        {"even-effect", AIRLOCK_REFUSE_NEW_USERS | AIRLOCK_REFUSE_ACTIVATION | AIRLOCK_BLOCK_CHANGES | AIRLOCK_INACTIVE},
        {"even-fact", AIRLOCK_REFUSE_NEW_USERS},
        {"even-fact-odd-effect", 0},
        {"odd-effect", 0},
        {"odd-fact", 0},
    };
    for (size_t number = 0; number < sizeof cases / sizeof *cases; number++) {
        airlock_license *license = open_named(folder, cases[number].license);
        airlock_facts facts = facts_on(TODAY);
        airlock_verdict verdict = {.size = sizeof verdict};
        EXPECT(AIRLOCK_OK, airlock_license_check(license, &facts, &verdict));
        CHECK(verdict.undecided_effects == cases[number].undecided);
        CHECK(verdict.missing == 0 && verdict.undecided == 0 && verdict.unsupported != 0);
        EXPECT(AIRLOCK_OK, airlock_license_free(license));
    }
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    for (size_t number = 0; number < QUESTIONS_COUNT; number++) {
        ask(argv[1], number);
    }
    a_value_needs_its_bit(argv[1]);
    what_may_not_be_passed_over_is_in_the_verdict(argv[1]);
    printf("questions %zu\n", QUESTIONS_COUNT);
    return 0;
}
