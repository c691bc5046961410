/*
 * The yearly licenses of one contract, opened side by side: `years FOLDER`, the folder holds year-1, year-2 and year-3
 * (tests/c.rs makes them). Each decides from its first day to its last, and none before or behind them.
 */

#include "support.h"

/* Three years from 2025-11-01 on; 2028 has a 29 February. */
#define FIRST 20393
#define SECOND 20758
#define THIRD 21123
#define UNTIL 21489

#define YEARS 3
#define NONE YEARS

struct turn {
    int32_t today;
    size_t decides; /* the year, counted from 0, or NONE */
    airlock_status may_write;
};

static const struct turn TURNS[] = {
    {FIRST - 1, NONE, AIRLOCK_OK},  {FIRST, 0, AIRLOCK_OK},      {SECOND - 1, 0, AIRLOCK_OK},    {SECOND, 1, AIRLOCK_OK},
    {THIRD - 1, 1, AIRLOCK_OK},     {THIRD, 2, AIRLOCK_OK},      {UNTIL - 1, 2, AIRLOCK_OK},     {UNTIL, 2, AIRLOCK_DENIED},
};

#define TURNS_COUNT (sizeof TURNS / sizeof *TURNS)

static airlock_license *open_year(const airlock_verifier *verifier, const char *folder, size_t year) {
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/year-%zu.txt", folder, year + 1);
    CHECK(length > 0 && (size_t)length < sizeof path);
    struct bytes file = read_file(path);
    airlock_license *license = open_bytes(verifier, file);
    free(file.data);
    return license;
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    airlock_verifier *verifier = test_verifier();
    /* The last one first: the order in which they are given does not matter. */
    const airlock_license *licenses[YEARS];
    airlock_license *owned[YEARS];
    for (size_t year = 0; year < YEARS; year++) {
        owned[year] = open_year(verifier, argv[1], year);
        licenses[YEARS - 1 - year] = owned[year];
    }
    for (size_t number = 0; number < TURNS_COUNT; number++) {
        const struct turn *turn = &TURNS[number];
        size_t place = 0;
        airlock_status found = airlock_select(verifier, licenses, YEARS, turn->today, &place);
        if (turn->decides == NONE) {
            EXPECT(AIRLOCK_NO_LICENSE, found);
            continue;
        }
        EXPECT(AIRLOCK_OK, found);
        CHECK(place == YEARS - 1 - turn->decides);
        airlock_facts facts = facts_on(turn->today);
        EXPECT(turn->may_write, airlock_license_may(licenses[place], &facts, AIRLOCK_ACT_WRITE));
    }
    for (size_t year = 0; year < YEARS; year++) {
        EXPECT(AIRLOCK_OK, airlock_license_free(owned[year]));
    }
    EXPECT(AIRLOCK_OK, airlock_verifier_free(verifier));
    printf("days %zu\n", TURNS_COUNT);
    return 0;
}
