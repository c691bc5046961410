/* Reads one byte behind a block. A run that does not report it has no AddressSanitizer, or no valgrind. */

#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    size_t length = strlen(argv[0]) + (size_t)argc;
    volatile char *block = malloc(length);
    if (block == NULL) {
        return 0;
    }
    memset((char *)block, 0, length);
    int found = block[length];
    free((char *)block);
    return found == 77;
}
