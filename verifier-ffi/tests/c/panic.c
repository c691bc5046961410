/* A panic in the library is a status, and the process lives on: `panic LICENSE`, with a library that has the function. */

#include "support.h"

airlock_status airlock_test_panic(void);

int main(int argc, char **argv) {
    CHECK(argc == 2);
    struct bytes file = read_file(argv[1]);
    airlock_verifier *verifier = test_verifier();
    for (int round = 0; round < 100; round++) {
        EXPECT(AIRLOCK_PANIC, airlock_test_panic());
        airlock_license *license = open_bytes(verifier, file);
        free(text_of(airlock_license_text, license));
        EXPECT(AIRLOCK_OK, airlock_license_free(license));
    }
    EXPECT(AIRLOCK_OK, airlock_verifier_free(verifier));
    free(file.data);
    puts("panics 100");
    return 0;
}
