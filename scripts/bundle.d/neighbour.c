/*
 * A program with two Rust static libraries, each with a standard library of its own: the bundle's and
 * the one of other.rs.
 */
#include <airlock.h>

#include <stdio.h>

size_t other_panic(void);

int main(void) {
  uint8_t weak_key[32] = {0};
  airlock_verifier *verifier = NULL;
  size_t caught = other_panic();
  airlock_status status = airlock_verifier_new(weak_key, 1, NULL, &verifier);
  printf("%zu %s\n", caught, airlock_status_name(status));
  return 0;
}
