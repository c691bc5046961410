/*
 * airlock.h: the verifier that an instance links (libairlock_verifier).
 *
 * Made by cbindgen from verifier-ffi/src; do not edit. `cargo test -p verifier-ffi --test header` checks that it is current.
 *
 * Conventions, once for all functions:
 * - Ask with airlock_license_may, and act on AIRLOCK_OK only: every other status is a no, and not knowing is never a yes.
 * - Every function but the four that say "Never fails" returns an airlock_status; AIRLOCK_OK is 0.
 * - Outputs are written on AIRLOCK_OK only, except where a parameter says otherwise.
 * - A pointer that is not aligned for what it points to gives AIRLOCK_BAD_ARGUMENT, from any function.
 * - Handles are opaque and immutable: any number of threads may use one at once, and it works in a child after fork.
 *   Whoever received a handle frees it once, with the function that its parameter names, when nobody uses it any more.
 * - What a function borrows, it does not keep: the caller may change or free it after the call.
 * - Structs begin with their size, which the caller sets; they only grow at the end (docs/ABI.md).
 * - No function reads a clock, a file or the environment, starts a thread, or keeps anything outside its handles.
 * - A mistake in the library itself returns AIRLOCK_PANIC; the process lives on. Only then Rust's own hook prints a line to
 *   standard error, and looks at RUST_BACKTRACE for it.
 */

#ifndef AIRLOCK_H
#define AIRLOCK_H

#include <stddef.h>
#include <stdint.h>

/**
 * The longest sentence of an error, with its final NUL; a longer one is cut between two
 * characters.
 */
#define AIRLOCK_MESSAGE_BYTES 512

/**
 * Bit of `known`: `users_now` is given.
 */
#define AIRLOCK_KNOWS_USERS_NOW 1

/**
 * Bit of `known`: the series is given. A series of no days is known too: its maximum is 0.
 */
#define AIRLOCK_KNOWS_SERIES 2

/**
 * Bit of `known`: `last_report_day` is given; without it, the report's age counts from the
 * license's first day.
 */
#define AIRLOCK_KNOWS_LAST_REPORT 4

/**
 * Stands in a series for a day without data.
 */
#define AIRLOCK_NO_DATA UINT32_MAX

/**
 * Bit of `effects`: tell the admins.
 */
#define AIRLOCK_NOTIFY_ADMINS 1

/**
 * Bit of `effects`: tell every user.
 */
#define AIRLOCK_NOTIFY_USERS 2

/**
 * Bit of `effects`: refuse to add a user.
 */
#define AIRLOCK_REFUSE_NEW_USERS 4

/**
 * Bit of `effects`: refuse to activate the license.
 */
#define AIRLOCK_REFUSE_ACTIVATION 8

/**
 * Bit of `effects`: refuse pushes, issues and merge requests.
 */
#define AIRLOCK_BLOCK_CHANGES 16

/**
 * Bit of `effects`: no licensed feature works.
 */
#define AIRLOCK_INACTIVE 32

/**
 * Bit of `known`: `seats` is given; without it seats are unlimited.
 */
#define AIRLOCK_KNOWS_SEATS 1

/**
 * Bit of `known`: `users_now` is given.
 */
#define AIRLOCK_KNOWS_VERDICT_USERS_NOW 2

/**
 * Bit of `known`: `users_max` is given.
 */
#define AIRLOCK_KNOWS_USERS_MAX 4

/**
 * Bit of `known`: `users_max_day` is given.
 */
#define AIRLOCK_KNOWS_USERS_MAX_DAY 8

/**
 * Bit of `known`: `seats_needed` is given.
 */
#define AIRLOCK_KNOWS_SEATS_NEEDED 16

/**
 * Bit of `known`: the next change is given.
 */
#define AIRLOCK_KNOWS_NEXT_CHANGE 32

/**
 * Bit of `notes`: the license's first day is still to come.
 */
#define AIRLOCK_NOT_STARTED 1

/**
 * Bit of `notes`: the license has ended under a key that may sign trials only.
 */
#define AIRLOCK_TRIAL_KEY_ENDED 2

/**
 * Bit of `notes`: the license may not be installed. That it has not begun is no reason.
 */
#define AIRLOCK_REFUSES_INSTALL 4

/**
 * Bit of `notes`: the next change begins an effect; else it ends one.
 */
#define AIRLOCK_NEXT_CHANGE_BEGINS 8

/**
 * An act: add users, as many as `users_adding` says; 0 counts as 1. Each act is asked for itself:
 * this one looks at the seats alone, and may stay yes after the license's last day, when
 * `AIRLOCK_ACT_WRITE` is no. Where both matter, ask both.
 */
#define AIRLOCK_ACT_ADD_USERS 1

/**
 * An act: activate the license. `activating` need not be set. That the license has not begun is
 * no reason against it.
 */
#define AIRLOCK_ACT_ACTIVATE 2

/**
 * An act: push, open issues and merge requests.
 */
#define AIRLOCK_ACT_WRITE 3

/**
 * An act: use a licensed feature.
 */
#define AIRLOCK_ACT_USE 4

/**
 * The version of this interface. It grows when something is added; a program and a library of
 * different versions work together as docs/ABI.md says.
 */
#define AIRLOCK_ABI_VERSION 2

/**
 * What a function returns. Numbers and names never change once published; a later version
 * may add some.
 */
enum airlock_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * Done.
   */
  AIRLOCK_OK = 0,
  /**
   * A pointer that is needed is NULL.
   */
  AIRLOCK_NULL_POINTER = 1,
  /**
   * An argument is out of its range.
   */
  AIRLOCK_BAD_ARGUMENT = 2,
  /**
   * A struct's size is not one of this interface, or it has fields that this version does not
   * know.
   */
  AIRLOCK_BAD_STRUCT = 3,
  /**
   * The buffer is too small; `needed` says how many bytes it takes.
   */
  AIRLOCK_BUFFER_TOO_SMALL = 4,
  /**
   * None of the licenses has begun.
   */
  AIRLOCK_NO_LICENSE = 5,
  /**
   * A mistake in this library was caught; nothing was written. Please report it.
   */
  AIRLOCK_PANIC = 6,
  /**
   * The license denies the act.
   */
  AIRLOCK_DENIED = 7,
  /**
   * Whether the license denies the act cannot be said: a figure is missing, or a rule needs a
   * newer version. Treat it as denied.
   */
  AIRLOCK_UNDECIDED = 8,
  /**
   * The text holds no Airlock block.
   */
  AIRLOCK_TEXT_MISSING = 10,
  /**
   * The text block is cut: tokens or the END line are missing.
   */
  AIRLOCK_TEXT_INCOMPLETE = 11,
  /**
   * A token of the text was altered: its check does not fit its data.
   */
  AIRLOCK_TEXT_DAMAGED = 12,
  /**
   * The text is not in the one form that a file has.
   */
  AIRLOCK_TEXT_NOT_CANONICAL = 13,
  /**
   * The BEGIN and END lines do not name the kind of the file within.
   */
  AIRLOCK_TEXT_WRONG_KIND = 14,
  /**
   * The text holds more than one Airlock file.
   */
  AIRLOCK_TEXT_SEVERAL = 15,
  /**
   * The file has no bytes.
   */
  AIRLOCK_EMPTY = 20,
  /**
   * The file is larger than any Airlock file.
   */
  AIRLOCK_TOO_LARGE = 21,
  /**
   * The bytes are not an Airlock document.
   */
  AIRLOCK_NOT_AIRLOCK = 30,
  /**
   * The file ends within a document.
   */
  AIRLOCK_TRUNCATED = 31,
  /**
   * The outer encoding is not the one form that a document has.
   */
  AIRLOCK_NOT_CANONICAL = 32,
  /**
   * The outer encoding has not the shape of a COSE_Sign1 document.
   */
  AIRLOCK_MALFORMED = 33,
  /**
   * The header is not exactly alg, kid and typ, or something stands unprotected.
   */
  AIRLOCK_BAD_HEADER = 40,
  /**
   * The algorithm is not Ed25519 (-19).
   */
  AIRLOCK_ALGORITHM_NOT_ALLOWED = 41,
  /**
   * The file has more documents than allowed.
   */
  AIRLOCK_TOO_MANY_DOCUMENTS = 50,
  /**
   * The documents of the file stand in a wrong order.
   */
  AIRLOCK_WRONG_ORDER = 51,
  /**
   * The same document stands in the file twice.
   */
  AIRLOCK_DUPLICATE = 52,
  /**
   * An issuer document certifies a key that signed nothing in the file.
   */
  AIRLOCK_UNUSED_ISSUER = 53,
  /**
   * The file is of another kind than asked for.
   */
  AIRLOCK_WRONG_KIND = 54,
  /**
   * No trusted key has signed this.
   */
  AIRLOCK_UNKNOWN_KEY = 60,
  /**
   * The public key is of a kind that proves nothing, or is not written in its one form.
   */
  AIRLOCK_WEAK_KEY = 61,
  /**
   * A trusted key has signed this, but one that may not sign this kind.
   */
  AIRLOCK_WRONG_KEY = 62,
  /**
   * The signature does not fit the content.
   */
  AIRLOCK_BAD_SIGNATURE = 70,
  /**
   * The signed claims are not in the one form that they have.
   */
  AIRLOCK_PAYLOAD_NOT_CANONICAL = 80,
  /**
   * A signed claim is missing or of the wrong type.
   */
  AIRLOCK_PAYLOAD_MALFORMED = 81,
  /**
   * A text holds a character that is not allowed.
   */
  AIRLOCK_BAD_TEXT = 82,
  /**
   * A value, a text or a list is over its limit.
   */
  AIRLOCK_OVER_LIMIT = 83,
  /**
   * The document needs a newer version of this program.
   */
  AIRLOCK_TOO_NEW = 84,
  /**
   * Two claims contradict each other.
   */
  AIRLOCK_INCONSISTENT = 90,
  /**
   * The document was issued outside the days of its issuing key.
   */
  AIRLOCK_ISSUER_NOT_IN_FORCE = 100,
  /**
   * The issuing key may not sign this kind of document.
   */
  AIRLOCK_ISSUER_KIND = 101,
  /**
   * The issuing key may not sign this plan.
   */
  AIRLOCK_ISSUER_PLAN = 102,
  /**
   * The issuing key may not sign so many seats.
   */
  AIRLOCK_ISSUER_SEATS = 103,
  /**
   * The issuing key may not sign so long a term.
   */
  AIRLOCK_ISSUER_DAYS = 104,
  /**
   * The issuing key may sign trials only.
   */
  AIRLOCK_ISSUER_TRIALS_ONLY = 105,
  /**
   * The license begins too long after it was issued.
   */
  AIRLOCK_STARTS_TOO_LATE = 106,
  /**
   * The license is bound to other instances.
   */
  AIRLOCK_OTHER_INSTANCE = 110,
  /**
   * The license is bound to instances, and no instance id was given.
   */
  AIRLOCK_INSTANCE_MISSING = 111,
  /**
   * The document speaks of another license.
   */
  AIRLOCK_OTHER_LICENSE = 112,
  /**
   * The report is signed by another key than the license names.
   */
  AIRLOCK_OTHER_KEY = 113,
  /**
   * A rule needs a fact that was not given.
   */
  AIRLOCK_FACT_MISSING = 120,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum airlock_status airlock_status;
#else
typedef uint32_t airlock_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * A license whose signatures and limits were checked. Opaque, immutable, usable from any thread at
 * once and after `fork`.
 */
typedef struct airlock_license airlock_license;

/**
 * Root keys that the program trusts, and the instance that it runs for. Opaque, immutable, usable
 * from any thread at once.
 */
typedef struct airlock_verifier airlock_verifier;

/**
 * Why a file was refused, in words. Set `size` to `sizeof(airlock_error)` before the call; it is
 * written on refusal only.
 */
typedef struct {
  /**
   * `sizeof(airlock_error)`, set by the caller.
   */
  size_t size;
  /**
   * The status that the function returned.
   */
  uint32_t status;
  /**
   * The document of the file that is to blame, counted from 0; -1 where none is.
   */
  int32_t document;
  /**
   * What was found, then what was expected: UTF-8 without line ends, with a final NUL.
   */
  uint8_t message[AIRLOCK_MESSAGE_BYTES];
} airlock_error;

/**
 * What the instance knows when it asks. Set every field to 0, then `size` to
 * `sizeof(airlock_facts)`, then what is known. Days count from 1970-01-01, which is 0.
 *
 * A figure whose bit is not in `known` must be 0 or NULL, else every function that takes facts
 * returns `AIRLOCK_BAD_ARGUMENT`: a forgotten bit would be read as a figure that is missing.
 */
typedef struct {
  /**
   * `sizeof(airlock_facts)`, set by the caller.
   */
  size_t size;
  /**
   * Which of the fields below are given: `AIRLOCK_KNOWS_...`, joined by or. Other bits must be
   * 0.
   */
  uint32_t known;
  /**
   * The UTC day. Always needed.
   */
  int32_t today;
  /**
   * 1 while a license is being activated, else 0.
   */
  uint32_t activating;
  /**
   * Billable users now; at most 16777215.
   */
  uint32_t users_now;
  /**
   * Users about to be added; at most 16777215.
   */
  uint32_t users_adding;
  /**
   * The day of the series' first entry.
   */
  int32_t series_first_day;
  /**
   * Daily billable users, one entry a day; `AIRLOCK_NO_DATA` for a day without data, else at
   * most 16777215. Borrowed for the call only. NULL is allowed for a series of no days.
   */
  const uint32_t *series;
  /**
   * How many entries the series has.
   */
  size_t series_len;
  /**
   * The day of the last usage report.
   */
  int32_t last_report_day;
  /**
   * Must be 0.
   */
  uint32_t reserved;
  /**
   * Kept state. This version has none: NULL.
   */
  const uint8_t *state;
  /**
   * Must be 0.
   */
  size_t state_len;
} airlock_facts;

/**
 * What applies now. Set `size` to `sizeof(airlock_verdict)` before the call. Days count from
 * 1970-01-01, which is 0.
 */
typedef struct {
  /**
   * `sizeof(airlock_verdict)`, set by the caller.
   */
  size_t size;
  /**
   * Which of the figures below are given: `AIRLOCK_KNOWS_...`.
   */
  uint32_t known;
  /**
   * What applies: `AIRLOCK_NOTIFY_ADMINS` to `AIRLOCK_INACTIVE`.
   */
  uint32_t effects;
  /**
   * How many rules the license has, at most 64.
   */
  uint32_t rules;
  /**
   * `AIRLOCK_NOT_STARTED` and the bits after it.
   */
  uint32_t notes;
  /**
   * The rules that apply: bit n for rule n, counted from 0.
   */
  uint64_t fired;
  /**
   * The rules that this version cannot apply.
   */
  uint64_t unsupported;
  /**
   * The rules that the given facts do not decide.
   */
  uint64_t undecided;
  /**
   * The effects that undecided rules could have, and rules of a later version that this one may
   * not pass over.
   */
  uint32_t undecided_effects;
  /**
   * The facts that undecided rules miss: `AIRLOCK_KNOWS_USERS_NOW`, `AIRLOCK_KNOWS_SERIES`.
   */
  uint32_t missing;
  /**
   * The seats bought.
   */
  uint32_t seats;
  /**
   * So many seats would cover every figure that was looked at.
   */
  uint32_t seats_needed;
  /**
   * Users now, those about to be added included.
   */
  uint32_t users_now;
  /**
   * The largest daily count of the license's term.
   */
  uint32_t users_max;
  /**
   * The first day that has it.
   */
  int32_t users_max_day;
  /**
   * Users now beyond the seats; with seats and users now.
   */
  uint32_t overage;
  /**
   * The largest daily count beyond the seats; with seats and users max.
   */
  uint32_t overage_max;
  /**
   * Days until the license ends; 0 from its `until` day on.
   */
  uint32_t days_left;
  /**
   * Seats less users now, may be negative; with seats and users now.
   */
  int64_t seats_left;
  /**
   * The day on which the effects change next, every other fact being as it is.
   */
  int32_t next_change_day;
  /**
   * The effect that changes, one bit.
   */
  uint32_t next_change_effect;
} airlock_verdict;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Returns the name of a status, like `bad_signature`: static text with a final NUL. A number that
 * is no status of this version gives `unknown`. Never fails.
 */
const char *airlock_status_name(uint32_t status);

/**
 * Returns what a status means, in one sentence: static text with a final NUL. A number that is no
 * status of this version gives an empty text. Never fails.
 */
const char *airlock_status_message(uint32_t status);

/**
 * Gives the one text form of a file that came as bytes, as text, or as text that a mail has
 * mangled (quoted, re-wrapped, indented, in lower case, with other text around it). Nothing is
 * guessed: an altered token is refused. No signature is checked: open the result.
 *
 * - `bytes`, `length`: what came. Borrowed for the call.
 * - `error`: NULL, or a struct that receives the refusal in words when a status of 10 or more
 *   is returned.
 * - `buffer`, `capacity`, `needed`: as for `airlock_license_terms`.
 *
 * Returns `AIRLOCK_OK`; `AIRLOCK_BUFFER_TOO_SMALL`; `AIRLOCK_NULL_POINTER`;
 * `AIRLOCK_BAD_ARGUMENT`; `AIRLOCK_BAD_STRUCT`; the statuses from `AIRLOCK_TEXT_MISSING` to
 * `AIRLOCK_DUPLICATE`.
 */
airlock_status airlock_text_repair(const uint8_t *bytes,
                                   size_t length,
                                   uint8_t *buffer,
                                   size_t capacity,
                                   size_t *needed,
                                   airlock_error *error);

/**
 * Makes a verifier.
 *
 * - `roots`: `roots_count` Ed25519 public keys of 32 bytes, one after the other; 1 to 16 keys.
 *   Borrowed for the call.
 * - `instance_id`: the instance's UUID, 16 bytes, or NULL. Borrowed for the call. Without it,
 *   a license that names instances is refused with `AIRLOCK_INSTANCE_MISSING`.
 * - `verifier`: receives the verifier on `AIRLOCK_OK`. The caller owns it and frees it with
 *   `airlock_verifier_free`.
 *
 * Returns `AIRLOCK_OK`; `AIRLOCK_NULL_POINTER`; `AIRLOCK_BAD_ARGUMENT` for another number of
 * keys; `AIRLOCK_WEAK_KEY`.
 */
airlock_status airlock_verifier_new(const uint8_t *roots,
                                    size_t roots_count,
                                    const uint8_t *instance_id,
                                    airlock_verifier **verifier);

/**
 * Makes a verifier from texts: what a configuration file holds.
 *
 * - `roots`, `length`: 1 to 16 Ed25519 public keys in PEM (`-----BEGIN PUBLIC KEY-----`), one
 *   block after the other, as `airlock key new` and OpenSSL write them. Lines between the
 *   blocks are passed over, but none with five dashes. Borrowed for the call.
 * - `instance_id`: the instance's UUID as text with a final NUL, `8-4-4-4-12` hexadecimal
 *   digits, or NULL. Borrowed for the call. Without it, a license that names instances is
 *   refused with `AIRLOCK_INSTANCE_MISSING`.
 * - `verifier`: as for `airlock_verifier_new`.
 * - `error`: NULL, or a struct that receives in words what is wrong with a text, with
 *   `AIRLOCK_BAD_ARGUMENT` and `AIRLOCK_WEAK_KEY`.
 *
 * Returns `AIRLOCK_OK`; `AIRLOCK_NULL_POINTER`; `AIRLOCK_BAD_STRUCT`; `AIRLOCK_BAD_ARGUMENT`
 * for a text that is not so, a private key or another kind of key among them;
 * `AIRLOCK_WEAK_KEY`.
 */
airlock_status airlock_verifier_from_text(const uint8_t *roots,
                                          size_t length,
                                          const char *instance_id,
                                          airlock_verifier **verifier,
                                          airlock_error *error);

/**
 * Frees a verifier. Licenses that it opened stay good. NULL does nothing.
 *
 * - `verifier`: NULL, or a verifier that was not freed; no other thread uses it. It is gone
 *   afterwards.
 *
 * Returns `AIRLOCK_OK`.
 */
airlock_status airlock_verifier_free(airlock_verifier *verifier);

/**
 * Opens a license: the file's bytes, or its text form exactly as Airlock writes it (LF or
 * CRLF). All signatures and limits are checked here, once. Whether the license has begun or
 * ended is not looked at.
 *
 * - `verifier`: a verifier. Borrowed for the call.
 * - `bytes`, `length`: the file or text. Borrowed for the call.
 * - `license`: receives the license on `AIRLOCK_OK`. The caller owns it and frees it with
 *   `airlock_license_free`.
 * - `error`: NULL, or a struct that receives the refusal in words when a status of 10 or more
 *   is returned.
 *
 * Returns `AIRLOCK_OK`; `AIRLOCK_NULL_POINTER`; `AIRLOCK_BAD_ARGUMENT`; `AIRLOCK_BAD_STRUCT`;
 * and every status of 10 or more but `AIRLOCK_FACT_MISSING`, `AIRLOCK_OTHER_LICENSE` and
 * `AIRLOCK_OTHER_KEY`.
 */
airlock_status airlock_license_open(const airlock_verifier *verifier,
                                    const uint8_t *bytes,
                                    size_t length,
                                    airlock_license **license,
                                    airlock_error *error);

/**
 * Frees a license. NULL does nothing.
 *
 * - `license`: NULL, or a license that was not freed; no other thread uses it. It is gone
 *   afterwards.
 *
 * Returns `AIRLOCK_OK`.
 */
airlock_status airlock_license_free(airlock_license *license);

/**
 * Checks whether this version understands every rule that it may not ignore. Asked when a
 * license is installed, and only then: an installed license stays readable.
 *
 * - `license`: a license. Borrowed for the call.
 * - `error`: NULL, or a struct that receives the refusal in words with `AIRLOCK_TOO_NEW`.
 *
 * Returns `AIRLOCK_OK`; `AIRLOCK_TOO_NEW`; `AIRLOCK_NULL_POINTER`; `AIRLOCK_BAD_STRUCT`.
 */
airlock_status airlock_license_understood(const airlock_license *license, airlock_error *error);

/**
 * Chooses the license that decides on a day: the one in force that was issued last; else, of
 * those that have begun, the one that began last.
 *
 * - `verifier`: the verifier, whose instance id counts. Borrowed for the call.
 * - `licenses`, `count`: licenses, at most 1024, none NULL. Borrowed for the call.
 * - `today`: the UTC day, counted from 1970-01-01.
 * - `place`: receives the place of the chosen license, counted from 0, on `AIRLOCK_OK`.
 *
 * Returns `AIRLOCK_OK`; `AIRLOCK_NO_LICENSE` where none has begun; `AIRLOCK_NULL_POINTER`;
 * `AIRLOCK_BAD_ARGUMENT`.
 */
airlock_status airlock_select(const airlock_verifier *verifier,
                              const airlock_license *const *licenses,
                              size_t count,
                              int32_t today,
                              size_t *place);

/**
 * Gives the license's id: 16 bytes.
 *
 * - `license`: a license. Borrowed for the call.
 * - `id`: room for 16 bytes, written on `AIRLOCK_OK`.
 *
 * Returns `AIRLOCK_OK`; `AIRLOCK_NULL_POINTER`.
 */
airlock_status airlock_license_id(const airlock_license *license, uint8_t *id);

/**
 * Gives the license's first day and its `until`, the first day no longer good.
 *
 * - `license`: a license. Borrowed for the call.
 * - `from`, `until`: room for a day each, counted from 1970-01-01; written on `AIRLOCK_OK`.
 *
 * Returns `AIRLOCK_OK`; `AIRLOCK_NULL_POINTER`.
 */
airlock_status airlock_license_term(const airlock_license *license, int32_t *from, int32_t *until);

/**
 * Gives the license's terms as a JSON object: every claim but the rules, by name; what is not
 * there is absent. Days are `YYYY-MM-DD`, `issued` is Unix seconds, `seats` is null for
 * unlimited. Receipts that stand before the license in its file are a list, `receipts`, of the
 * same kind; whose reports they are about was not looked at.
 *
 * - `license`: a license. Borrowed for the call.
 * - `buffer`, `capacity`: room for UTF-8 text with a final NUL, written on `AIRLOCK_OK`; NULL
 *   with 0 to ask for the size.
 * - `needed`: receives how many bytes the text takes, its NUL included, on `AIRLOCK_OK` and
 *   `AIRLOCK_BUFFER_TOO_SMALL`.
 *
 * Returns `AIRLOCK_OK`; `AIRLOCK_BUFFER_TOO_SMALL`; `AIRLOCK_NULL_POINTER`.
 */
airlock_status airlock_license_terms(const airlock_license *license,
                                     uint8_t *buffer,
                                     size_t capacity,
                                     size_t *needed);

/**
 * Gives the license's rules as a JSON list: `code`, `effect`, and `conditions` with `fact`,
 * `from`, `to`, `op`, `threshold`.
 *
 * - `license`, `buffer`, `capacity`, `needed`: as for `airlock_license_terms`.
 *
 * Returns `AIRLOCK_OK`; `AIRLOCK_BUFFER_TOO_SMALL`; `AIRLOCK_NULL_POINTER`.
 */
airlock_status airlock_license_rules(const airlock_license *license,
                                     uint8_t *buffer,
                                     size_t capacity,
                                     size_t *needed);

/**
 * Gives the license file's one text form: what is stored in a database, pasted and mailed.
 *
 * - `license`, `buffer`, `capacity`, `needed`: as for `airlock_license_terms`.
 *
 * Returns `AIRLOCK_OK`; `AIRLOCK_BUFFER_TOO_SMALL`; `AIRLOCK_NULL_POINTER`.
 */
airlock_status airlock_license_text(const airlock_license *license,
                                    uint8_t *buffer,
                                    size_t capacity,
                                    size_t *needed);

/**
 * Checks a license against facts: a comparison of numbers. Takes no memory, and checks no
 * signature.
 *
 * - `license`: a license. Borrowed for the call.
 * - `facts`: what the instance knows. Borrowed for the call, its series too.
 * - `verdict`: receives the verdict on `AIRLOCK_OK`; `size` is set by the caller before.
 *
 * Returns `AIRLOCK_OK`, also where something is denied; `AIRLOCK_NULL_POINTER`;
 * `AIRLOCK_BAD_STRUCT`; `AIRLOCK_BAD_ARGUMENT` for a day before 1970 or after 9999, an unknown
 * bit, or a value without its bit in `known`; `AIRLOCK_OVER_LIMIT` for more than 16777215
 * users or 10958 days.
 */
airlock_status airlock_license_check(const airlock_license *license,
                                     const airlock_facts *facts,
                                     airlock_verdict *verdict);

/**
 * Gives the verdict with its findings as a JSON object: each rule with each condition's
 * figure, the day of it, the signed threshold, and whether it holds. The form is that of
 * `airlock check --json`.
 *
 * - `license`: a license. Borrowed for the call.
 * - `facts`: as for `airlock_license_check`.
 * - `buffer`, `capacity`, `needed`: as for `airlock_license_terms`.
 *
 * Returns what `airlock_license_check` and `airlock_license_terms` return.
 */
airlock_status airlock_license_findings(const airlock_license *license,
                                        const airlock_facts *facts,
                                        uint8_t *buffer,
                                        size_t capacity,
                                        size_t *needed);

/**
 * Gives the findings in words for people: each rule on a line, its conditions below it with
 * what was observed.
 *
 * - `license`, `facts`, `buffer`, `capacity`, `needed`: as for `airlock_license_findings`.
 *
 * Returns what `airlock_license_findings` returns.
 */
airlock_status airlock_license_explain(const airlock_license *license,
                                       const airlock_facts *facts,
                                       uint8_t *buffer,
                                       size_t capacity,
                                       size_t *needed);

/**
 * Answers whether an act may be done now: a comparison of numbers. Takes no memory, and checks
 * no signature. Do it on `AIRLOCK_OK` and only then; every other status is a no.
 *
 * ```c
 * airlock_facts facts = {.size = sizeof facts, .today = today};
 * facts.known = AIRLOCK_KNOWS_USERS_NOW;
 * facts.users_now = users;
 * facts.users_adding = 1;
 * if (airlock_license_may(license, &facts, AIRLOCK_ACT_ADD_USERS) != AIRLOCK_OK) refuse();
 * ```
 *
 * - `license`: a license. Borrowed for the call.
 * - `facts`: what the instance knows. Borrowed for the call, its series too.
 * - `act`: `AIRLOCK_ACT_ADD_USERS` to `AIRLOCK_ACT_USE`.
 *
 * Returns `AIRLOCK_OK` where the act is allowed and every figure that this needs was given;
 * `AIRLOCK_DENIED` where an effect denies it; `AIRLOCK_UNDECIDED` where nothing denies it, but
 * a rule might: a figure that it needs was not given (`airlock_license_check` says in
 * `missing` which), or a later version made it (`missing` is then empty); and what
 * `airlock_license_check` returns for wrong arguments, `AIRLOCK_BAD_ARGUMENT` for another act.
 */
airlock_status airlock_license_may(const airlock_license *license,
                                   const airlock_facts *facts,
                                   uint32_t act);

/**
 * Returns `AIRLOCK_ABI_VERSION` of the library. Never fails.
 */
uint32_t airlock_abi_version(void);

/**
 * Returns the library's version, like `0.1.0`: static text with a final NUL. Never fails.
 */
const char *airlock_version(void);

/**
 * Gives the size that a struct of this interface has in the library: 0 `airlock_facts`, 1
 * `airlock_verdict`, 2 `airlock_error`. A binding compares it with its own layout before the
 * first call: only a smaller one is refused, since structs grow at their end.
 *
 * - `which`: the struct's number.
 * - `size`: receives its size in bytes on `AIRLOCK_OK`.
 *
 * Returns `AIRLOCK_OK`; `AIRLOCK_NULL_POINTER`; `AIRLOCK_BAD_ARGUMENT` for another number.
 */
airlock_status airlock_struct_size(uint32_t which, size_t *size);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* AIRLOCK_H */
