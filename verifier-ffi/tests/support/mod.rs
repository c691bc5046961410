//! What the tests from C share: the built library, a folder for programs, a compiler, and a
//! license.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use license_core::carrier::text;

/// The root that signed the license of the tests. A test key.
pub(crate) const ROOT: &str = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c";
/// The strictest that both compilers take.
pub(crate) const WARNINGS: [&str; 4] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// Returns a path below `verifier-ffi`.
pub(crate) fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Returns the folder of the vectors.
pub(crate) fn vectors() -> PathBuf {
    here("../test-vectors/vectors")
}

/// Returns a new folder for what one test makes.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("c").join(env!("CARGO_CRATE_NAME")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Returns the folder that has the library of this very build: cargo puts it beside the tests' own
/// programs.
pub(crate) fn library() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let folder = program.parent().unwrap().to_owned();
    for name in ["libairlock_verifier.so", "libairlock_verifier.a"] {
        assert!(folder.join(name).exists(), "{name} is not beside {}", program.display());
    }
    folder
}

/// Runs a command; a tool that is missing is named with the Debian package that has it.
pub(crate) fn run(command: &mut Command, packages: &str) -> Output {
    match command.output() {
        Ok(output) => output,
        Err(error) => panic!("{:?}: {error}; apt-get install {packages}", command.get_program()),
    }
}

/// Returns both outputs as text.
pub(crate) fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Runs a command that must succeed and returns its standard output.
pub(crate) fn good(command: &mut Command, packages: &str) -> String {
    let output = run(command, packages);
    assert!(output.status.success(), "{command:?}: {}\n{}", output.status, said(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// Compiles a C program against the header of now and returns it.
pub(crate) fn compile(folder: &Path, source: &Path, flags: &[&str], link: &[&str]) -> PathBuf {
    compile_with(folder, source, &here("include"), flags, link)
}

/// Compiles a C program against the header in a folder and returns it.
pub(crate) fn compile_with(
    folder: &Path,
    source: &Path,
    include: &Path,
    flags: &[&str],
    link: &[&str],
) -> PathBuf {
    let program = folder.join(source.file_stem().unwrap());
    let mut cc = Command::new("cc");
    cc.args(["-std=c11", "-D_POSIX_C_SOURCE=200809L", "-g", "-O1", "-pthread"])
        .args(WARNINGS)
        .args(flags);
    good(cc.arg("-I").arg(include).arg(source).arg("-o").arg(&program).args(link), "gcc libc6-dev");
    program
}

/// Returns what the linker needs for the shared library in a folder: that one, whatever
/// `LD_LIBRARY_PATH` cargo has set.
pub(crate) fn shared(folder: &Path) -> [String; 4] {
    let folder = folder.display();
    [
        format!("-L{folder}"),
        "-lairlock_verifier".to_owned(),
        "-Wl,--disable-new-dtags".to_owned(),
        format!("-Wl,-rpath,{folder}"),
    ]
}

/// Returns a file with the text of a license: 100 seats, ends on 2026-11-01, refuses activation,
/// changes and few seats.
pub(crate) fn license() -> PathBuf {
    static LICENSE: OnceLock<PathBuf> = OnceLock::new();
    let make = || {
        let vector = std::fs::read_to_string(vectors().join("verdict-activation-100.txt")).unwrap();
        let (lines, body) = vector.split_once("\n\n").unwrap();
        assert!(lines.contains(ROOT) && lines.contains("form: file"));
        let path = scratch("license").join("license.txt");
        std::fs::write(&path, text::write("LICENSE", &unhex(&body.replace('\n', "")))).unwrap();
        path
    };
    LICENSE.get_or_init(make).clone()
}

fn unhex(digits: &str) -> Vec<u8> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.as_bytes().chunks(2).map(byte).collect()
}

/// Returns the functions that a header declares.
pub(crate) fn declared(header: &str) -> Vec<String> {
    prototypes(header).iter().map(|line| name_of(line)).collect()
}

/// Returns the function declarations of a header, each in one line.
pub(crate) fn prototypes(header: &str) -> Vec<String> {
    let (_, functions) = header.split_once("extern \"C\" {").unwrap();
    let without_comments: String = functions
        .split("/**")
        .map(|part| part.split_once("*/").map_or(part, |(_, after)| after))
        .collect();
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = without_comments
        .split(';')
        .map(one_line)
        .filter(|line| line.contains("airlock_") && line.ends_with(')'))
        .collect();
    lines
        .iter()
        .map(|line| line.rsplit("#endif // __cplusplus ").next().unwrap().to_owned())
        .collect()
}

fn name_of(prototype: &str) -> String {
    let before = prototype.split('(').next().unwrap();
    before.rsplit([' ', '*']).next().unwrap().to_owned()
}

/// Returns the functions that a shared library exports.
pub(crate) fn exported(folder: &Path) -> Vec<String> {
    let mut nm = Command::new("nm");
    let lines = good(
        nm.args(["-D", "--defined-only"]).arg(folder.join("libairlock_verifier.so")),
        "binutils",
    );
    lines.lines().map(|line| line.rsplit(' ').next().unwrap().to_owned()).collect()
}
