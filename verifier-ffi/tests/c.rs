//! The library from C, as its users link it: each program of `c/` under the sanitizers and under
//! valgrind, from threads, after `fork`, through a panic, and from two other languages. A missing
//! tool fails; nothing is skipped.
//!
//! The tools look at different things. The sanitizers see the C program and every call of malloc,
//! memcpy and the like; valgrind sees each access of the library too. So both run, and each is
//! shown to find a planted fault first.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of a test")]

#[path = "support/licenses.rs"]
mod licenses;
#[path = "support/mod.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use license_core::carrier::text;
use test_vectors::soak;

use support::{
    WARNINGS, compile, declared, exported, good, here, library, license, run, said, scratch,
    shared, vectors,
};

const SANITIZERS: [&str; 3] =
    ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];
const VALGRIND: [&str; 5] = [
    "-q",
    "--leak-check=full",
    "--show-leak-kinds=all",
    "--errors-for-leak-kinds=all",
    "--error-exitcode=99",
];
const HELGRIND: [&str; 3] = ["-q", "--tool=helgrind", "--error-exitcode=99"];

fn source(name: &str) -> PathBuf {
    here("tests/c").join(name)
}

/// Compiles a program of `tests/c` with the shared library.
fn built(name: &str, flags: &[&str]) -> PathBuf {
    let folder = scratch(&format!(
        "{}-{}",
        name.replace('/', "-"),
        flags.join("").replace(['=', ',', '/'], "-")
    ));
    compile(&folder, &source(name), flags, &shared(&library()).each_ref().map(String::as_str))
}

/// The program with the sanitizers in it, with settings of our own.
fn sanitized(name: &str) -> Command {
    let mut command = Command::new(built(name, &SANITIZERS));
    command.env(
        "ASAN_OPTIONS",
        "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1",
    );
    command.env("UBSAN_OPTIONS", "print_stacktrace=1").env_remove("LSAN_OPTIONS");
    command
}

/// The program under a tool of valgrind.
fn under_valgrind(name: &str, options: &[&str]) -> Command {
    let mut command = Command::new("valgrind");
    command.env_remove("VALGRIND_OPTS").args(options).arg(built(name, &[]));
    command
}

const VALGRIND_PACKAGES: &str = "valgrind libc6-dbg";

/// Runs a program with the same arguments under the sanitizers and under valgrind; returns what it
/// prints, the same twice.
fn checked_twice(name: &str, arguments: &[&Path]) -> String {
    let under_sanitizers = good(sanitized(name).args(arguments), "");
    let under_valgrind = good(under_valgrind(name, &VALGRIND).args(arguments), VALGRIND_PACKAGES);
    assert_eq!(under_sanitizers, under_valgrind);
    under_sanitizers
}

/// Expects that a planted fault ends the program and is named.
fn found(output: &Output, report: &str) {
    assert!(
        !output.status.success() && said(output).contains(report),
        "expected {report}: {}\n{}",
        output.status,
        said(output)
    );
}

#[test]
fn the_sanitizers_find_planted_faults() {
    found(&run(&mut sanitized("planted/address.c"), ""), "AddressSanitizer: heap-buffer-overflow");
    found(
        &run(&mut sanitized("planted/undefined.c"), ""),
        "runtime error: signed integer overflow",
    );
    found(
        &run(sanitized("planted/leak.c").arg(license()), ""),
        "LeakSanitizer: detected memory leaks",
    );
}

#[test]
fn valgrind_finds_planted_faults() {
    let address = run(&mut under_valgrind("planted/address.c", &VALGRIND), VALGRIND_PACKAGES);
    found(&address, "Invalid read of size 1");
    assert_eq!(address.status.code(), Some(99));
    let leak = run(under_valgrind("planted/leak.c", &VALGRIND).arg(license()), VALGRIND_PACKAGES);
    found(&leak, "definitely lost");
    assert_eq!(leak.status.code(), Some(99));
    assert!(
        good(&mut under_valgrind("planted/nothing.c", &VALGRIND), VALGRIND_PACKAGES).is_empty()
    );
}

#[test]
fn the_header_stands_alone_in_c_and_in_cpp() {
    let folder = scratch("header");
    for (compiler, language, standard, package) in [
        ("cc", "c", "c11", "gcc libc6-dev"),
        ("cc", "c", "c17", "gcc libc6-dev"),
        ("cc", "c", "c2x", "gcc libc6-dev"),
        ("g++", "c++", "c++17", "g++"),
        ("g++", "c++", "c++20", "g++"),
    ] {
        let program = folder.join(standard);
        let mut command = Command::new(compiler);
        command
            .args(["-x", language, &format!("-std={standard}")])
            .args(WARNINGS)
            .arg("-I")
            .arg(here("include"));
        good(
            command
                .arg(source("header.c"))
                .arg("-o")
                .arg(&program)
                .args(["-x", "none"])
                .args(shared(&library())),
            package,
        );
        good(&mut Command::new(program), "");
    }
}

#[test]
fn the_example_works() {
    let license = license();
    let arguments = [license.as_path(), Path::new("97"), Path::new("20485")];
    let printed = checked_twice("example.c", &arguments);
    let (answer, rules) = printed.split_at(printed.find("  rule 1").unwrap());
    assert_eq!(answer, "add a user: yes\nwrite: yes\nuse features: yes\n");
    assert!(rules.contains("rule 3 few_seats_left: APPLIES"), "{rules}");
    let ended = good(
        sanitized("example.c").args([license.as_path(), Path::new("97"), Path::new("20760")]),
        "",
    );
    assert!(ended.starts_with("add a user: yes\nwrite: no\nuse features: yes\n"), "{ended}");
    let today = good(sanitized("example.c").args([license.as_path(), Path::new("97")]), "");
    assert!(today.starts_with("add a user: yes\n"), "{today}");
    let refused =
        run(sanitized("example.c").args([source("example.c").as_path(), Path::new("97")]), "");
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("(text_missing)"), "{}", said(&refused));
    for users in NO_NUMBERS {
        answers_nothing(sanitized("example.c").arg(&license).args([users, "20485"]));
    }
    let unknown = run(
        sanitized("example.c").arg(licenses_for_may().join("hard-stop.txt")).args(["-", "20485"]),
        "",
    );
    assert_eq!(unknown.status.code(), Some(1));
    assert!(said(&unknown).starts_with("write: yes\nuse features: yes\n"), "{}", said(&unknown));
    assert!(said(&unknown).contains("add a user: Whether the license"), "{}", said(&unknown));
}

#[test]
fn what_is_not_known_is_no_yes() {
    assert_eq!(checked_twice("may.c", &[&licenses_for_may()]), "questions 44\n");
}

#[test]
fn each_year_of_a_contract_takes_over_on_its_day() {
    let folder = scratch("years-licenses");
    put(&folder, licenses::years());
    assert_eq!(checked_twice("years.c", &[&folder]), "days 8\n");
}

/// Writes each license as a text of its name.
fn put(folder: &Path, licenses: Vec<(&'static str, Vec<u8>)>) {
    for (name, bytes) in licenses {
        let text = text::write("LICENSE", &bytes);
        std::fs::write(folder.join(format!("{name}.txt")), text).unwrap();
    }
}

fn licenses_for_may() -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let make = || {
        let folder = scratch("may-licenses");
        put(&folder, licenses::all());
        folder
    };
    FOLDER.get_or_init(make).clone()
}

#[test]
fn every_function_takes_what_it_may_not_be_given() {
    let license = license();
    assert_eq!(checked_twice("api.c", &[&license]), "functions 22\n");
    // The static library has the same functions.
    let archive = library().join("libairlock_verifier.a");
    let link =
        [archive.to_str().unwrap(), "-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl", "-lc"];
    let program = compile(&scratch("api-static"), &source("api.c"), &[], &link);
    assert_eq!(good(Command::new(program).arg(&license), ""), "functions 22\n");
}

#[test]
fn no_function_is_left_out() {
    let list = good(sanitized("api.c").arg("--list"), "");
    let mut called: Vec<&str> = list.lines().collect();
    called.sort_unstable();
    assert_eq!(called, exported(&library()));
    let mut declared = declared(&std::fs::read_to_string(here("include/airlock.h")).unwrap());
    declared.sort();
    assert_eq!(called, declared);
}

/// Returns the number behind a word of a program's last line.
fn number(line: &str, word: &str) -> usize {
    let mut words = line.split_whitespace();
    words
        .find(|found| *found == word)
        .and_then(|_| words.next())
        .and_then(|number| number.parse().ok())
        .unwrap()
}

#[test]
fn every_vector_is_answered() {
    let counts = checked_twice("vectors.c", &[&vectors()]);
    eprint!("{counts}");
    let files = std::fs::read_dir(vectors())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|end| end == "txt"));
    assert_eq!(number(&counts, "vectors"), files.count());
    let parts =
        ["whole", "other_kind", "reports", "codes", "pouches"].map(|part| number(&counts, part));
    assert_eq!(parts.iter().sum::<usize>(), number(&counts, "vectors"));
    // Most are about licenses and are run to their last line. What the library does not do stays
    // rare.
    assert!(
        number(&counts, "whole") >= 700
            && number(&counts, "verdicts") >= 90
            && number(&counts, "acts") >= 30
            && number(&counts, "selects") >= 28,
        "{counts}"
    );
    assert!(
        number(&counts, "installs") >= 10
            && number(&counts, "other_form") <= 8
            && number(&counts, "without_root") <= 5,
        "{counts}"
    );
}

/// A whole run has 1,000,000 (`scripts/soak library`); without being told, a hundredth.
#[test]
fn mutated_licenses_are_refused_or_decide_the_same() {
    let (seed, rounds) = (soak::seed(1).to_string(), soak::rounds(1_000_000));
    let mutate = |mut command: Command, rounds: usize, packages| {
        good(command.arg(vectors()).arg(rounds.to_string()).arg(&seed), packages)
    };
    let counts = mutate(sanitized("mutate.c"), rounds, "");
    eprint!("{counts}");
    assert_eq!(number(&counts, "inputs"), rounds);
    // A mutation that never reaches beyond the first check would prove little.
    assert!(
        number(&counts, "refused") * 10 > rounds * 8
            && number(&counts, "same") * 100 > rounds
            && number(&counts, "statuses") >= 10,
        "{counts}"
    );
    mutate(under_valgrind("mutate.c", &VALGRIND), rounds / 20, VALGRIND_PACKAGES);
}

/// What the program for vectors compares, it compares: one line that is not so, and it fails.
#[test]
fn a_vector_that_is_not_so_fails() {
    let vector = std::fs::read_to_string(vectors().join("verdict-activation-100.txt")).unwrap();
    let folder = scratch("untrue");
    let program = built("vectors.c", &[]);
    let answer = |text: &str| {
        std::fs::write(folder.join("one.txt"), text).unwrap();
        run(Command::new(&program).arg(&folder), "")
    };
    assert!(answer(&vector).status.success());
    for (line, untrue) in UNTRUE {
        assert_eq!(vector.matches(line).count(), 1, "{line:?}");
        found(&answer(&vector.replace(line, untrue)), "in vector one.txt");
    }
}

/// Lines of that vector, and lines that are not so.
const UNTRUE: [(&str, &str); 19] = [
    ("\nexpect: ok\n", "\nexpect: bad_signature\n"),
    ("\nkind: license\n", "\nkind: request\n"),
    ("\nid: aeb9", "\nid: beb9"),
    ("\nid: ", "\nunheard: of\nid: "),
    ("\neffects: notify_admins\n", "\neffects: notify_admins inactive\n"),
    ("\nfired: 2\n", "\nfired: 2 3\n"),
    ("\nundecided:\n", "\nundecided: 1\n"),
    ("\nunsupported:\n", "\nunsupported: 1\n"),
    ("\nbuilt_in:\n", "\nbuilt_in: not_started\n"),
    ("\nseats: 100\n", "\nseats: -\n"),
    ("\nseats_needed: 100\n", "\nseats_needed: 101\n"),
    ("\noverage: 0\n", "\noverage: -\n"),
    ("\noverage_max: 0\n", "\noverage_max: 1\n"),
    ("\nseats_left: 0\n", "\nseats_left: -\n"),
    ("\ndays_left: 365\n", "\ndays_left: 364\n"),
    ("\nusers_max: 0 -\n", "\nusers_max: -\n"),
    ("block_changes begins\n", "block_changes ends\n"),
    ("block_changes begins\n", "inactive begins\n"),
    ("\nnext_change: 2026-11-01", "\nnext_change: 2026-11-02"),
];

/// ThreadSanitizer does not run on every kernel, and on some only where addresses happen to suit
/// it: a program that does nothing tells, run often.
fn thread_sanitizer_runs() -> bool {
    let nothing = built("planted/nothing.c", &["-fsanitize=thread"]);
    let runs = (0..20).all(|_| run(&mut Command::new(&nothing), "").status.success());
    eprintln!(
        "races are looked for with {}",
        if runs { "ThreadSanitizer and helgrind" } else { "helgrind" }
    );
    runs
}

#[test]
fn one_handle_serves_sixteen_threads() {
    let (license, race) = (license(), "planted/race.c");
    if thread_sanitizer_runs() {
        let flags = ["-fsanitize=thread"];
        found(&run(&mut Command::new(built(race, &flags)), ""), "ThreadSanitizer: data race");
        eprint!("{}", good(Command::new(built("threads.c", &flags)).arg(&license).arg("2500"), ""));
    }
    // Helgrind sees what the library itself reads and writes, which ThreadSanitizer does not.
    found(&run(&mut under_valgrind(race, &HELGRIND), VALGRIND_PACKAGES), "Possible data race");
    eprint!(
        "{}",
        good(under_valgrind("threads.c", &HELGRIND).arg(&license).arg("1"), VALGRIND_PACKAGES)
    );
}

#[test]
fn handles_work_in_children() {
    assert_eq!(checked_twice("fork.c", &[&license()]), "children 8\n");
}

/// Where the library with the feature that adds a panic is built, the gem's tests have it there too:
/// in a folder of its own, since the library has one name.
fn with_panic() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-panic")
}

/// Runs cargo on this package with the feature that adds a panic.
fn cargo_with_panic(command: &str, profile: &[&str]) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args([command, "--locked", "--offline", "--lib", "--features", "test-panic"])
        .args(profile);
    cargo.arg("--manifest-path").arg(here("Cargo.toml")).arg("--target-dir").arg(with_panic());
    cargo
}

#[test]
fn a_panic_is_a_status_and_a_release_cannot_have_one() {
    good(&mut cargo_with_panic("build", &[]), "");
    let link = shared(&with_panic().join("debug"));
    let program = compile(
        &scratch("panic"),
        &source("panic.c"),
        &SANITIZERS,
        &link.each_ref().map(String::as_str),
    );
    // What a panic carries is not freed, on purpose (boundary.rs): 16 bytes each.
    let printed =
        good(Command::new(program).arg(license()).env("ASAN_OPTIONS", "detect_leaks=0"), "");
    assert_eq!(printed, "panics 100\n");
    let release = run(&mut cargo_with_panic("check", &["--release"]), "");
    found(&release, "the feature test-panic is for tests only");
}

/// A file with the tests' root as `openssl pkey -pubout` writes it.
fn roots() -> PathBuf {
    let path = scratch("roots").join("roots.pem");
    let digits = "MCowBQYDK2VwAyEAiojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=";
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{digits}\n-----END PUBLIC KEY-----\n");
    std::fs::write(&path, pem).unwrap();
    path
}

#[test]
fn python_calls_it() {
    let mut python = Command::new("/usr/bin/python3");
    python
        .arg(here("callers/check.py"))
        .arg(license())
        .arg(roots())
        .args(["97", "20760"])
        .env("LD_LIBRARY_PATH", library());
    assert_eq!(good(&mut python, "python3"), "add a user: yes\nwrite: no\nuse features: yes\n");
    for users in NO_NUMBERS {
        let mut python = Command::new("/usr/bin/python3");
        python.arg(here("callers/check.py")).arg(license()).arg(roots()).args([users, "20760"]);
        answers_nothing(python.env("LD_LIBRARY_PATH", library()));
    }
}

/// What is no number of users: read as one, it would be 0 or 1.
const NO_NUMBERS: [&str; 5] = ["abc", "", "-1", "1e9", "4294967297"];

/// Garbage is refused aloud, never read as a figure.
fn answers_nothing(command: &mut Command) {
    let output = run(command, "");
    assert!(!output.status.success(), "{command:?}");
    assert!(output.stdout.is_empty(), "{command:?}: {}", said(&output));
}

#[test]
fn go_calls_it() {
    let folder = scratch("go");
    let (program, flags) = (folder.join("check"), shared(&library()).join(" "));
    let mut go = Command::new("/usr/bin/go");
    go.args(["build", "-o"]).arg(&program).arg(here("callers/check.go")).current_dir(&folder);
    go.envs([
        ("GOFLAGS", "-mod=mod"),
        ("GOPROXY", "off"),
        ("GO111MODULE", "on"),
        ("CGO_ENABLED", "1"),
        ("CGO_LDFLAGS", &flags),
    ]);
    go.env("CGO_CFLAGS", format!("-I{}", here("include").display()))
        .env("GOCACHE", folder.join("cache"))
        .env("GOPATH", folder.join("path"));
    good(&mut go, "golang-go");
    let printed =
        good(Command::new(&program).arg(license()).arg(roots()).args(["97", "20760"]), "");
    assert_eq!(printed, "add a user: true\nwrite: false\n");
    for users in NO_NUMBERS {
        let mut asked = Command::new(&program);
        answers_nothing(asked.arg(license()).arg(roots()).args([users, "20760"]));
    }
    let empty = folder.join("empty");
    std::fs::write(&empty, "").unwrap();
    answers_nothing(Command::new(&program).arg(&empty).arg(roots()).args(["97", "20760"]));
    answers_nothing(Command::new(&program).arg(license()).arg(&empty).args(["97", "20760"]));
}

/// What a user copies is short.
#[test]
fn callers_are_short() {
    for name in ["callers/check.py", "callers/check.go"] {
        assert!(std::fs::read_to_string(here(name)).unwrap().lines().count() <= 45, "{name}");
    }
}
