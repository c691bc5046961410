/* Opens a license and never frees it: `leak LICENSE`. A run that does not report it looks for no leaks. */

#include "../support.h"

int main(int argc, char **argv) {
    CHECK(argc == 2);
    struct bytes file = read_file(argv[1]);
    airlock_verifier *verifier = test_verifier();
    airlock_license *license = open_bytes(verifier, file);
    CHECK(license != NULL);
    license = NULL;
    free(file.data);
    EXPECT(AIRLOCK_OK, airlock_verifier_free(verifier));
    return 0;
}
