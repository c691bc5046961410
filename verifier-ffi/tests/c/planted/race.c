/* Two threads count in one number without a lock. A run that does not report it sees no races. */

#include <pthread.h>
#include <stdio.h>

static volatile long counter;

static void *count(void *unused) {
    for (long round = 0; round < 100000; round++) {
        counter = counter + 1;
    }
    return unused;
}

int main(void) {
    pthread_t threads[2];
    for (int index = 0; index < 2; index++) {
        if (pthread_create(&threads[index], NULL, count, NULL) != 0) {
            return 0;
        }
    }
    for (int index = 0; index < 2; index++) {
        pthread_join(threads[index], NULL);
    }
    return counter < 0;
}
