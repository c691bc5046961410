/* One handle used by 16 threads at once: `threads LICENSE MILLISECONDS`. Each thread also opens and frees its own. */

#include "support.h"

#include <pthread.h>
#include <time.h>

#define THREADS 16

static struct bytes file;
static airlock_verifier *verifier;
static airlock_license *license;
static double seconds;

static double now(void) {
    struct timespec time;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &time) == 0);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static airlock_verdict ask(int32_t day) {
    airlock_facts facts = facts_on(day);
    facts.known = AIRLOCK_KNOWS_USERS_NOW;
    facts.users_now = (uint32_t)day % 300;
    airlock_verdict verdict;
    memset(&verdict, 0, sizeof verdict);
    verdict.size = sizeof verdict;
    EXPECT(AIRLOCK_OK, airlock_license_check(license, &facts, &verdict));
    return verdict;
}

/* What the handle says alone, before there are threads. */
#define FIRST_DAY 20300
#define DAYS 600
static airlock_verdict alone[DAYS];

static void use_all(void) {
    size_t place = 9;
    const airlock_license *given[] = {license};
    EXPECT(AIRLOCK_OK, airlock_select(verifier, given, 1, FIRST_DAY + DAYS, &place));
    EXPECT(AIRLOCK_OK, airlock_license_understood(license, NULL));
    free(text_of(airlock_license_text, license));
    free(text_of(airlock_license_terms, license));
    EXPECT(AIRLOCK_OK, airlock_license_free(open_bytes(verifier, file)));
}

static void *work(void *given) {
    size_t *checks = given;
    double end = now() + seconds;
    do {
        for (int32_t day = 0; day < DAYS; day++) {
            airlock_verdict verdict = ask(FIRST_DAY + day);
            CHECK(memcmp(&verdict, &alone[day], sizeof verdict) == 0);
            *checks += 1;
        }
        use_all();
    } while (now() < end);
    return NULL;
}

int main(int argc, char **argv) {
    CHECK(argc == 3);
    file = read_file(argv[1]);
    seconds = atof(argv[2]) / 1000;
    verifier = test_verifier();
    license = open_bytes(verifier, file);
    for (int32_t day = 0; day < DAYS; day++) {
        alone[day] = ask(FIRST_DAY + day);
    }
    CHECK(memcmp(&alone[0], &alone[DAYS - 1], sizeof *alone) != 0);
    pthread_t threads[THREADS];
    size_t checks[THREADS] = {0}, all = 0;
    for (size_t index = 0; index < THREADS; index++) {
        CHECK(pthread_create(&threads[index], NULL, work, &checks[index]) == 0);
    }
    for (size_t index = 0; index < THREADS; index++) {
        CHECK(pthread_join(threads[index], NULL) == 0);
        all += checks[index];
    }
    EXPECT(AIRLOCK_OK, airlock_license_free(license));
    EXPECT(AIRLOCK_OK, airlock_verifier_free(verifier));
    free(file.data);
    printf("threads %d checks %zu\n", THREADS, all);
    return 0;
}
