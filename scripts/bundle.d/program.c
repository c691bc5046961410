/*
 * Opens a license with the bundle's library and asks what applies on a day.
 *
 *   program ROOT_KEY_IN_32_BYTES LICENSE DAYS_SINCE_1970
 */
#include <airlock.h>

#include <stdio.h>
#include <stdlib.h>

static size_t read_all(const char *path, uint8_t *bytes, size_t capacity) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    perror(path);
    exit(2);
  }
  size_t length = fread(bytes, 1, capacity, file);
  fclose(file);
  return length;
}

static void expect_ok(airlock_status status, const char *what) {
  if (status == AIRLOCK_OK) return;
  fprintf(stderr, "%s: %s\n", what, airlock_status_name(status));
  exit(1);
}

int main(int argc, char **argv) {
  static uint8_t root[64], text[65536];
  if (argc != 4) return 2;
  if (airlock_abi_version() != AIRLOCK_ABI_VERSION) {
    fprintf(stderr, "interface %u, expected %d\n", airlock_abi_version(), AIRLOCK_ABI_VERSION);
    return 1;
  }
  if (read_all(argv[1], root, sizeof root) != 32) return 2;
  size_t length = read_all(argv[2], text, sizeof text);

  airlock_verifier *verifier = NULL;
  airlock_license *license = NULL;
  airlock_facts facts = {.size = sizeof facts, .today = atoi(argv[3])};
  airlock_verdict verdict = {.size = sizeof verdict};
  expect_ok(airlock_verifier_new(root, 1, NULL, &verifier), "verifier");
  expect_ok(airlock_license_open(verifier, text, length, &license, NULL), "license");
  expect_ok(airlock_license_check(license, &facts, &verdict), "check");
  printf("airlock %s: %u seats, %u days left\n", airlock_version(), verdict.seats, verdict.days_left);
  airlock_license_free(license);
  airlock_verifier_free(verifier);
  return 0;
}
