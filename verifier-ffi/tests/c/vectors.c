/*
 * Every test vector, asked of the C library: `vectors FOLDER`.
 *
 * The library opens licenses and nothing else. A vector about a license is run to its last line. One about another kind
 * must be refused: with its own code where a fault stands before the kind is looked at, else with `wrong_kind`. What the
 * library does not do as the vectors say is counted apart, and stands in `answer_of_form`, `report_fits`,
 * `roots_or_stand_in` and `open_bound`.
 */

#include "vector.h"

#include <dirent.h>

static const char *const KNOWN_LINES[] = {
    "comment", "form", "expect", "stage", "root", "kind", "id", "ids", "instance", "install", "payload", "series", "today",
    "activating", "users_now", "users_adding", "daily", "last_report", "effects", "fired", "undecided", "unsupported",
    "built_in", "seats", "seats_needed", "overage", "overage_max", "seats_left", "days_left", "users_max", "next_change",
    "may", "report_key", "selected",
};

static struct {
    size_t all, whole, other_kind, reports, selects, verdicts, installs, bound_by_search, without_root, other_form, codes;
    size_t pouches, acts;
} count;

/* A line that this program does not know would be a check that it does not make. */
static void check_lines_known(const struct vector *vector) {
    for (size_t line = 0; line < vector->line_count; line++) {
        bool known = false;
        for (size_t index = 0; index < sizeof KNOWN_LINES / sizeof *KNOWN_LINES; index++) {
            known = known || strcmp(KNOWN_LINES[index], vector->lines[line].name) == 0;
        }
        CHECK(known);
    }
}

/* The library wants at least one root. A key that signed nothing stands in for none: it trusts nothing either. */
static size_t roots_or_stand_in(const struct vector *vector, uint8_t *roots) {
    size_t roots_count = roots_of(vector, roots);
    if (roots_count > 0) {
        return roots_count;
    }
    airlock_verifier *none = NULL;
    EXPECT(AIRLOCK_BAD_ARGUMENT, airlock_verifier_new(roots, 0, NULL, &none));
    CHECK(none == NULL);
    count.without_root++;
    memset(roots, 0x11, 32);
    return 1;
}

/* Opens with the roots of the vector, and an instance id or NULL. */
static airlock_status open_as(const struct vector *vector, struct bytes body, const uint8_t *instance,
                              airlock_verifier **verifier, airlock_license **license) {
    uint8_t roots[32 * MOST_ROOTS];
    size_t roots_count = roots_or_stand_in(vector, roots);
    EXPECT(AIRLOCK_OK, airlock_verifier_new(roots, roots_count, instance, verifier));
    airlock_error error;
    memset(&error, 0, sizeof error);
    error.size = sizeof error;
    airlock_status status = airlock_license_open(*verifier, body.data, body.length, license, &error);
    CHECK((status == AIRLOCK_OK) == (*license != NULL));
    if (status != AIRLOCK_OK) {
        check_error(&error, status);
    } else {
        CHECK(error.status == 0 && error.message[0] == 0);
    }
    return status;
}

static void close_both(airlock_verifier *verifier, airlock_license *license) {
    EXPECT(AIRLOCK_OK, airlock_license_free(license));
    EXPECT(AIRLOCK_OK, airlock_verifier_free(verifier));
}

/* The bytes in a text's tokens (SPEC.md section 9): Base32, less the 4 characters of check at the end of each line. */
static struct bytes bytes_of_text(struct bytes text) {
    const char *digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    struct bytes made = copy(text.data, text.length);
    struct bytes lines = {calloc(text.length + 1, 1), text.length};
    uint32_t bits = 0, held = 0;
    CHECK(lines.data != NULL);
    memcpy(lines.data, text.data, text.length);
    made.length = 0;
    for (char *at = (char *)lines.data; *at != 0;) {
        char *line = cut_line(&at);
        size_t length = strcspn(line, "-\r");
        for (size_t index = 0; index + 4 < length; index++) {
            bits = bits << 5 | (uint32_t)(strchr(digits, line[index]) - digits);
            held += 5;
            if (held >= 8) {
                held -= 8;
                made.data[made.length++] = (uint8_t)(bits >> held);
            }
        }
    }
    free(lines.data);
    return made;
}

/* Without a line `instance` nobody asks for whom a license is, but the library always does: the id that a bound license
 * names is looked for in the file's bytes, behind the CBOR head of 16 bytes. */
static airlock_license *open_bound(const struct vector *vector, struct bytes body) {
    struct bytes file = is(vector, "form", "text") ? bytes_of_text(body) : copy(body.data, body.length);
    airlock_license *license = NULL;
    for (size_t at = 0; at + 17 <= file.length && license == NULL; at++) {
        airlock_verifier *verifier = NULL;
        if (file.data[at] == 0x50) {
            open_as(vector, body, file.data + at + 1, &verifier, &license);
            EXPECT(AIRLOCK_OK, airlock_verifier_free(verifier));
        }
    }
    CHECK(license != NULL);
    count.bound_by_search++;
    free(file.data);
    return license;
}

/* Reads an instance id as the vectors write it. */
static void read_instance(const char *text, uint8_t *id) {
    char digits[33];
    size_t length = 0;
    for (; *text != 0; text++) {
        if (*text != '-') {
            CHECK(length < 32);
            digits[length++] = *text;
        }
    }
    digits[length] = 0;
    unhex(digits, id, 16);
}

/* Asks what is asked when a license is installed (V13), with and without words. */
static airlock_status understood(const airlock_license *license) {
    airlock_error error;
    memset(&error, 0, sizeof error);
    error.size = sizeof error;
    airlock_status status = airlock_license_understood(license, &error);
    if (status == AIRLOCK_OK) {
        CHECK(error.status == 0 && error.message[0] == 0);
    } else {
        check_error(&error, status);
    }
    EXPECT(status, airlock_license_understood(license, NULL));
    count.installs++;
    return status;
}

/* The answer of the library, and the license where it opened one. */
static airlock_status answer(const struct vector *vector, struct bytes body, airlock_license **license) {
    const char *text = maybe_value(vector, "instance");
    uint8_t id[16];
    if (text != NULL && strcmp(text, "none") != 0) {
        read_instance(text, id);
    }
    airlock_verifier *verifier = NULL;
    const uint8_t *instance = text == NULL || strcmp(text, "none") == 0 ? NULL : id;
    airlock_status status = open_as(vector, body, instance, &verifier, license);
    EXPECT(AIRLOCK_OK, airlock_verifier_free(verifier));
    if (status == AIRLOCK_OK && is(vector, "install", "yes")) {
        status = understood(*license);
    }
    return status;
}

/* ---- verdicts ---- */

static const char *const EFFECTS[] = {
    "notify_admins", "notify_users", "refuse_new_users", "refuse_activation", "block_changes", "inactive",
};
static const char *const NOTES[] = {"not_started", "trial_key_ended"};

static uint32_t bit_named(const char *const *names, size_t names_count, const char *name) {
    for (size_t index = 0; index < names_count; index++) {
        if (strcmp(names[index], name) == 0) {
            return UINT32_C(1) << index;
        }
    }
    fail(__FILE__, __LINE__, name);
}

/* Cuts the next word out of the text, which it changes; NULL at the end. */
static char *next_word(char **at) {
    while (**at == ' ') {
        (*at)++;
    }
    char *word = *at;
    *at += strcspn(word, " ");
    if (**at == ' ') {
        *(*at)++ = 0;
    }
    return *word == 0 ? NULL : word;
}

static uint32_t bits_named(const char *const *names, size_t names_count, const char *text) {
    struct bytes words = copy(text, strlen(text) + 1);
    char *at = (char *)words.data;
    uint32_t bits = 0;
    for (char *word = next_word(&at); word != NULL; word = next_word(&at)) {
        bits |= bit_named(names, names_count, word);
    }
    free(words.data);
    return bits;
}

static uint64_t rules_numbered(const char *text) {
    uint64_t bits = 0;
    int length = 0;
    unsigned rule = 0;
    for (; sscanf(text, " %u%n", &rule, &length) == 1; text += length) {
        CHECK(rule < 64);
        bits |= UINT64_C(1) << rule;
    }
    return bits;
}

/* A number, or `absent` for a dash. */
static long long number_or(const char *text, long long absent) {
    if (strcmp(text, "-") == 0) {
        return absent;
    }
    char *end = NULL;
    long long number = strtoll(text, &end, 10);
    CHECK(end != text && *end == 0);
    return number;
}

/* The daily counts; the caller frees the series. */
static uint32_t *read_daily(const char *text, airlock_facts *facts) {
    if (strcmp(text, "-") == 0) {
        return NULL;
    }
    struct bytes words = copy(text, strlen(text) + 1);
    uint32_t *series = calloc(strlen(text), sizeof *series);
    CHECK(series != NULL);
    char *at = (char *)words.data;
    facts->known |= AIRLOCK_KNOWS_SERIES;
    facts->series_first_day = day_number(next_word(&at));
    for (char *word = next_word(&at); word != NULL; word = next_word(&at)) {
        series[facts->series_len++] = (uint32_t)number_or(word, AIRLOCK_NO_DATA);
    }
    free(words.data);
    facts->series = series;
    return series;
}

static airlock_facts read_facts(const struct vector *vector, uint32_t **series) {
    airlock_facts facts = facts_on(day_number(value(vector, "today")));
    facts.activating = (uint32_t)number_or(value(vector, "activating"), 0);
    facts.users_adding = (uint32_t)number_or(value(vector, "users_adding"), 0);
    if (!is(vector, "users_now", "-")) {
        facts.known |= AIRLOCK_KNOWS_USERS_NOW;
        facts.users_now = (uint32_t)number_or(value(vector, "users_now"), 0);
    }
    if (!is(vector, "last_report", "-")) {
        facts.known |= AIRLOCK_KNOWS_LAST_REPORT;
        facts.last_report_day = day_number(value(vector, "last_report"));
    }
    *series = read_daily(value(vector, "daily"), &facts);
    return facts;
}

/* A figure, or -1 where bits are missing: no figure but seats_left may be negative. */
static long long figure(const airlock_verdict *verdict, uint32_t bits, long long number) {
    return (verdict->known & bits) == bits ? number : -1;
}

static void check_figures(const struct vector *vector, const airlock_verdict *verdict) {
    uint32_t seats_now = AIRLOCK_KNOWS_SEATS | AIRLOCK_KNOWS_VERDICT_USERS_NOW;
    uint32_t seats_max = AIRLOCK_KNOWS_SEATS | AIRLOCK_KNOWS_USERS_MAX;
    CHECK(figure(verdict, AIRLOCK_KNOWS_SEATS, verdict->seats) == number_or(value(vector, "seats"), -1));
    CHECK(figure(verdict, AIRLOCK_KNOWS_SEATS_NEEDED, verdict->seats_needed) == number_or(value(vector, "seats_needed"), -1));
    CHECK(figure(verdict, seats_now, verdict->overage) == number_or(value(vector, "overage"), -1));
    CHECK(figure(verdict, seats_max, verdict->overage_max) == number_or(value(vector, "overage_max"), -1));
    CHECK(verdict->days_left == number_or(value(vector, "days_left"), -1));
    CHECK(((verdict->known & seats_now) == seats_now) == !is(vector, "seats_left", "-"));
    CHECK(verdict->seats_left == number_or(value(vector, "seats_left"), 0));
}

static void check_users(const struct vector *vector, const airlock_facts *facts, const airlock_verdict *verdict) {
    bool given = (facts->known & AIRLOCK_KNOWS_USERS_NOW) != 0;
    CHECK(given == ((verdict->known & AIRLOCK_KNOWS_VERDICT_USERS_NOW) != 0));
    CHECK(verdict->users_now == (given ? facts->users_now + facts->users_adding : 0));
    unsigned most = 0;
    char day[16] = "-";
    int read = sscanf(value(vector, "users_max"), "%u %15s", &most, day);
    CHECK(read == (is(vector, "users_max", "-") ? 0 : 2));
    CHECK(((verdict->known & AIRLOCK_KNOWS_USERS_MAX) != 0) == (read == 2));
    CHECK(((verdict->known & AIRLOCK_KNOWS_USERS_MAX_DAY) != 0) == (strcmp(day, "-") != 0));
    CHECK(verdict->users_max == most);
    CHECK(verdict->users_max_day == (strcmp(day, "-") == 0 ? 0 : day_number(day)));
}

static void check_next_change(const struct vector *vector, const airlock_verdict *verdict) {
    char day[16], effect[32], how[16];
    int read = sscanf(value(vector, "next_change"), "%15s %31s %15s", day, effect, how);
    bool given = (verdict->known & AIRLOCK_KNOWS_NEXT_CHANGE) != 0;
    CHECK(given == (read == 3));
    if (given) {
        CHECK(verdict->next_change_day == day_number(day));
        CHECK(verdict->next_change_effect == bit_named(EFFECTS, 6, effect));
        CHECK(((verdict->notes & AIRLOCK_NEXT_CHANGE_BEGINS) != 0) == (strcmp(how, "begins") == 0));
    } else {
        CHECK(verdict->next_change_day == 0 && verdict->next_change_effect == 0);
    }
}

/* The line has a word for each act, in the order of their numbers. */
static void check_may(const struct vector *vector, const airlock_license *license, const airlock_facts *facts) {
    const char *text = maybe_value(vector, "may");
    char words[4][16];
    if (text == NULL) {
        return;
    }
    CHECK(sscanf(text, "%15s %15s %15s %15s", words[0], words[1], words[2], words[3]) == 4);
    for (uint32_t act = AIRLOCK_ACT_ADD_USERS; act <= AIRLOCK_ACT_USE; act++) {
        const char *word = words[act - AIRLOCK_ACT_ADD_USERS];
        airlock_status expected = strcmp(word, "allowed") == 0  ? AIRLOCK_OK
                                  : strcmp(word, "denied") == 0 ? AIRLOCK_DENIED
                                                                : AIRLOCK_UNDECIDED;
        EXPECT(expected, airlock_license_may(license, facts, act));
    }
    count.acts++;
}

static void check_verdict(const struct vector *vector, const airlock_license *license) {
    uint32_t *series = NULL;
    airlock_facts facts = read_facts(vector, &series);
    airlock_verdict verdict;
    memset(&verdict, 0xa5, sizeof verdict);
    verdict.size = sizeof verdict;
    EXPECT(AIRLOCK_OK, airlock_license_check(license, &facts, &verdict));
    CHECK(verdict.effects == bits_named(EFFECTS, 6, value(vector, "effects")));
    CHECK((verdict.notes & 3) == bits_named(NOTES, 2, value(vector, "built_in")));
    CHECK(verdict.fired == rules_numbered(value(vector, "fired")));
    CHECK(verdict.undecided == rules_numbered(value(vector, "undecided")));
    CHECK(verdict.unsupported == rules_numbered(value(vector, "unsupported")));
    CHECK((verdict.undecided == 0) == (verdict.missing == 0));
    check_figures(vector, &verdict);
    check_users(vector, &facts, &verdict);
    check_next_change(vector, &verdict);
    check_may(vector, license, &facts);
    free(series);
    count.verdicts++;
}

/* ---- licenses ---- */

/* What is signed is in the bytes, before the last signature: a head of 2 bytes and 64 more. */
static void check_payload(const struct vector *vector, struct bytes file) {
    const char *text = maybe_value(vector, "payload");
    if (text == NULL) {
        return;
    }
    size_t length = strlen(text) / 2;
    struct bytes payload = copy(text, length);
    unhex(text, payload.data, length);
    CHECK(file.length > length + 66);
    CHECK(memcmp(file.data + file.length - 66 - length, payload.data, length) == 0);
    free(payload.data);
}

static void check_id(const struct vector *vector, const airlock_license *license) {
    uint8_t expected[16], found[16];
    unhex(value(vector, "id"), expected, sizeof expected);
    EXPECT(AIRLOCK_OK, airlock_license_id(license, found));
    CHECK(memcmp(expected, found, sizeof found) == 0);
}

/* The one text form: opening, repairing and writing agree on it. */
static void check_text(struct bytes given, const airlock_license *license) {
    char *text = text_of(airlock_license_text, license);
    size_t needed = strlen(text) + 1;
    struct bytes repaired = copy(text, needed);
    memset(repaired.data, 0, needed);
    EXPECT(AIRLOCK_OK, airlock_text_repair(given.data, given.length, repaired.data, needed, &needed, NULL));
    CHECK(strcmp(text, (char *)repaired.data) == 0);
    free(repaired.data);
    free(text);
}

static void check_license(const struct vector *vector, struct bytes body, airlock_license *license) {
    CHECK(is(vector, "kind", "license"));
    check_id(vector, license);
    check_text(body, license);
    if (is(vector, "form", "file")) {
        check_payload(vector, body);
    }
    if (maybe_value(vector, "today") != NULL) {
        check_verdict(vector, license);
    }
}

/* The library finds out itself whether it was given a file or a text. So a text that does not look like one is refused as
 * a file, and the other way round; only in these two cases, and never taken. */
static uint32_t answer_of_form(const struct vector *vector, uint32_t expected, uint32_t found) {
    bool not_text = expected == AIRLOCK_TEXT_MISSING && (found == AIRLOCK_EMPTY || found == AIRLOCK_NOT_AIRLOCK);
    bool not_file = expected == AIRLOCK_NOT_AIRLOCK && found >= AIRLOCK_TEXT_MISSING && found <= AIRLOCK_TEXT_NOT_CANONICAL;
    if (!(is(vector, "form", "text") ? not_text : not_file)) {
        return found;
    }
    count.other_form++;
    return expected;
}

/* Whether the last document of a file says that it is of another kind than license: the 20 bytes that every document begins
 * with are d2 84, the header's length, alg, kid of 8 bytes, and typ, where a license has 65000. */
static bool is_other_kind(struct bytes file) {
    static const uint8_t start[8] = {0xd2, 0x84, 0x51, 0xa3, 0x01, 0x32, 0x04, 0x48};
    static const uint8_t license[4] = {0x10, 0x19, 0xfd, 0xe8};
    bool other = false;
    for (size_t at = 0; at + 20 <= file.length; at++) {
        if (memcmp(file.data + at, start, 8) == 0) {
            other = memcmp(file.data + at + 16, license, 4) != 0;
        }
    }
    return other;
}

/* What is looked at before the kind: V1 to V4, and the text form. Faults behind are not found in a file of another kind. */
static bool is_before_kind(const char *stage) {
    static const char *const before[] = {"text", "size", "envelope", "header", "file"};
    for (size_t index = 0; stage != NULL && index < sizeof before / sizeof *before; index++) {
        if (strcmp(before[index], stage) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether the library says `wrong_kind` where the vector says something else. */
static bool of_other_kind(const struct vector *vector) {
    const char *kind = maybe_value(vector, "kind");
    bool other = kind != NULL ? strcmp(kind, "license") != 0 : is_other_kind(vector->bodies[0]);
    /* That an issuer document is unused (V11) counts to the file, but is seen last. */
    return other && (is(vector, "expect", "unused_issuer") || !is_before_kind(maybe_value(vector, "stage")));
}

/* A file, or a text of one. */
static void run_file(const struct vector *vector) {
    struct bytes body = vector->bodies[0];
    uint32_t expected = of_other_kind(vector) ? (uint32_t)AIRLOCK_WRONG_KIND : status_named(value(vector, "expect"));
    airlock_license *license = NULL;
    uint32_t found = answer_of_form(vector, expected, answer(vector, body, &license));
    if (found == AIRLOCK_INSTANCE_MISSING && expected == AIRLOCK_OK && maybe_value(vector, "instance") == NULL) {
        license = open_bound(vector, body);
        found = AIRLOCK_OK;
    }
    EXPECT(expected, found);
    if (expected == AIRLOCK_OK) {
        check_license(vector, body, license);
    }
    EXPECT(AIRLOCK_OK, airlock_license_free(license));
    *(of_other_kind(vector) ? &count.other_kind : &count.whole) += 1;
}

/* What the library says of the two bodies of a report: it opens the license, and no report. Whose a report is (V14) it
 * cannot be asked. */
static bool report_fits(const struct vector *vector, uint32_t license, uint32_t report) {
    uint32_t expected = status_named(value(vector, "expect"));
    bool opened = license == AIRLOCK_OK || license == AIRLOCK_INSTANCE_MISSING;
    return (opened || license == expected) && (report == AIRLOCK_WRONG_KIND || report == expected);
}

/* What QR codes say is for the command: the library reads files, and texts in their one form. */
static void run_codes(const struct vector *vector) {
    airlock_license *license = NULL;
    EXPECT(AIRLOCK_TEXT_MISSING, answer(vector, vector->bodies[0], &license));
    EXPECT(AIRLOCK_OK, airlock_license_free(license));
    count.codes++;
}

static void run_report(const struct vector *vector) {
    CHECK(vector->body_count == 2);
    uint32_t found[2];
    for (size_t index = 0; index < 2; index++) {
        airlock_license *license = NULL;
        found[index] = answer(vector, vector->bodies[index], &license);
        EXPECT(AIRLOCK_OK, airlock_license_free(license));
    }
    CHECK(report_fits(vector, found[0], found[1]));
    count.reports++;
}

static void run_select(const struct vector *vector) {
    const airlock_license *licenses[MOST_BODIES] = {NULL};
    uint8_t roots[32 * MOST_ROOTS], id[16];
    bool asked = !is(vector, "instance", "none");
    if (asked) {
        read_instance(value(vector, "instance"), id);
    }
    for (size_t index = 0; index < vector->body_count; index++) {
        airlock_license *license = NULL;
        airlock_verifier *verifier = NULL;
        airlock_status status = open_as(vector, vector->bodies[index], asked ? id : NULL, &verifier, &license);
        EXPECT(AIRLOCK_OK, airlock_verifier_free(verifier));
        licenses[index] = status == AIRLOCK_OK ? license : open_bound(vector, vector->bodies[index]);
    }
    airlock_verifier *verifier = NULL;
    EXPECT(AIRLOCK_OK, airlock_verifier_new(roots, roots_of(vector, roots), asked ? id : NULL, &verifier));
    size_t place = 99;
    long long expected = number_or(value(vector, "selected"), 0);
    int32_t today = day_number(value(vector, "today"));
    EXPECT(expected == 0 ? AIRLOCK_NO_LICENSE : AIRLOCK_OK, airlock_select(verifier, licenses, vector->body_count, today, &place));
    CHECK(expected == 0 ? place == 99 : place + 1 == (size_t)expected);
    for (size_t index = 0; index < vector->body_count; index++) {
        EXPECT(AIRLOCK_OK, airlock_license_free((airlock_license *)licenses[index]));
    }
    close_both(verifier, NULL);
    count.selects++;
    count.whole++;
}

/* A text of several files is for the command, too: the library opens one license. */
static void run_pouch(const struct vector *vector) {
    airlock_license *license = NULL;
    CHECK(answer(vector, vector->bodies[0], &license) != AIRLOCK_OK);
    EXPECT(AIRLOCK_OK, airlock_license_free(license));
    count.pouches++;
}

static void run(const char *path) {
    struct vector vector = read_vector(path);
    check_lines_known(&vector);
    if (is(&vector, "form", "report")) {
        run_report(&vector);
    } else if (is(&vector, "form", "codes")) {
        run_codes(&vector);
    } else if (is(&vector, "form", "pouch")) {
        run_pouch(&vector);
    } else if (is(&vector, "form", "select")) {
        run_select(&vector);
    } else {
        CHECK(is(&vector, "form", "file") || is(&vector, "form", "text"));
        run_file(&vector);
    }
    count.all++;
    free_vector(&vector);
}

static const char *running = "";

static void say_which(void) {
    if (*running != 0) {
        fprintf(stderr, "in vector %s\n", running);
    }
}

int main(int argc, char **argv) {
    CHECK(argc == 2 && atexit(say_which) == 0);
    DIR *folder = opendir(argv[1]);
    CHECK(folder != NULL);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char path[4096];
        if (strstr(entry->d_name, ".txt") == NULL) {
            continue;
        }
        running = entry->d_name;
        CHECK((size_t)snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name) < sizeof path);
        run(path);
    }
    running = "";
    CHECK(closedir(folder) == 0);
    printf("vectors %zu whole %zu other_kind %zu reports %zu selects %zu verdicts %zu installs %zu bound_by_search %zu "
           "without_root %zu other_form %zu codes %zu pouches %zu acts %zu\n",
           count.all, count.whole, count.other_kind, count.reports, count.selects, count.verdicts, count.installs,
           count.bound_by_search, count.without_root, count.other_form, count.codes, count.pouches, count.acts);
    return 0;
}
