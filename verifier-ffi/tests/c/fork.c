/* Handles made before `fork`, used and freed in 8 children and in the parent: `fork LICENSE`. */

#include "support.h"

#include <sys/wait.h>
#include <unistd.h>

#define CHILDREN 8
#define TODAY 20485

static uint32_t effects_of(const airlock_license *license, uint32_t users) {
    airlock_facts facts = facts_on(TODAY);
    facts.known = AIRLOCK_KNOWS_USERS_NOW;
    facts.users_now = users;
    airlock_verdict verdict;
    memset(&verdict, 0, sizeof verdict);
    verdict.size = sizeof verdict;
    EXPECT(AIRLOCK_OK, airlock_license_check(license, &facts, &verdict));
    return verdict.effects;
}

/* Uses what it was given and what it opens itself. */
static void use(const airlock_verifier *verifier, const airlock_license *license, struct bytes file) {
    for (uint32_t round = 0; round < 20; round++) {
        airlock_license *mine = open_bytes(verifier, file);
        CHECK(effects_of(mine, 7 * round) == effects_of(license, 7 * round));
        EXPECT(AIRLOCK_OK, airlock_license_free(mine));
    }
    free(text_of(airlock_license_text, license));
}

static void close_all(airlock_verifier *verifier, airlock_license *license, struct bytes file) {
    EXPECT(AIRLOCK_OK, airlock_license_free(license));
    EXPECT(AIRLOCK_OK, airlock_verifier_free(verifier));
    free(file.data);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    struct bytes file = read_file(argv[1]);
    airlock_verifier *verifier = test_verifier();
    airlock_license *license = open_bytes(verifier, file);
    pid_t children[CHILDREN];
    for (int child = 0; child < CHILDREN; child++) {
        children[child] = fork();
        CHECK(children[child] >= 0);
        if (children[child] == 0) {
            use(verifier, license, file);
            close_all(verifier, license, file);
            exit(40 + child);
        }
    }
    use(verifier, license, file);
    for (int child = 0; child < CHILDREN; child++) {
        int status = 0;
        CHECK(waitpid(children[child], &status, 0) == children[child]);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 40 + child);
    }
    use(verifier, license, file);
    close_all(verifier, license, file);
    printf("children %d\n", CHILDREN);
    return 0;
}
