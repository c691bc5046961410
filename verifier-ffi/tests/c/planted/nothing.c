/* Does nothing: whether a tool runs here at all. */

int main(void) {
    return 0;
}
