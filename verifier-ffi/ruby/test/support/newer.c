/*
 * A library of tomorrow, within the promise of docs/ABI.md: version 3, structs that have grown by a
 * field, a function more. Everything else is answered by the library of today, to which it is linked.
 */
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>

enum { GROWN = 8 };
typedef uint32_t (*struct_size)(uint32_t which, size_t *size);

uint32_t airlock_abi_version(void) { return 3; }

uint32_t airlock_license_of_tomorrow(void) { return 0; }

uint32_t airlock_struct_size(uint32_t which, size_t *size) {
  struct_size today = (struct_size)dlsym(dlopen(TODAY, RTLD_LAZY), "airlock_struct_size");
  uint32_t status = today(which, size);
  if (status == 0) *size += GROWN;
  return status;
}
