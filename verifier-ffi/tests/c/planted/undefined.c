/* Adds beyond INT_MAX. A run that does not report it has no UndefinedBehaviorSanitizer. */

#include <limits.h>

int main(int argc, char **argv) {
    (void)argv;
    int sum = INT_MAX;
    sum += argc;
    return sum == 0;
}
