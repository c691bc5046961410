/* The header alone, before anything else, and twice: it needs nothing and may be included again. C and C++. */

#include <airlock.h>
#include <airlock.h>

int main(void) {
    airlock_verdict verdict;
    verdict.size = sizeof verdict;
    airlock_status status = airlock_license_check(0, 0, &verdict);
    return status == AIRLOCK_NULL_POINTER && airlock_abi_version() == AIRLOCK_ABI_VERSION ? 0 : 1;
}
