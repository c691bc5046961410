//! Runs a page's session in an empty folder.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::page::{Act, Page, repository};

/// Stands behind the answer of each command.
const MARK: &str = "--- next command ---";

/// What a session printed, both outputs together.
#[derive(Debug)]
pub(crate) struct Session {
    /// What each command printed, in the order of the page.
    pub(crate) answers: Vec<String>,
}

impl Session {
    pub(crate) fn run(page: &Page) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut shell = Command::new("bash");
        shell.args(["-c", &script(page)]).current_dir(folder.path()).env("PATH", path());
        shell
            .env_remove("AIRLOCK_INSTANCE")
            .env_remove("AIRLOCK_DESK")
            .stdin(std::process::Stdio::null());
        if page.steps().any(|step| step.command.contains("verify.py")) {
            let verifier = repository().join("test-vectors/reference/verify.py");
            std::fs::copy(verifier, folder.path().join("verify.py")).unwrap();
        }
        if page.acts.iter().any(|act| matches!(act, Act::Write { .. })) {
            shell.env("BUNDLE", bundle(folder.path()));
        }
        let run = shell.output().unwrap();
        let printed = String::from_utf8(run.stdout).unwrap();
        let errors = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success(), "{printed}\n{errors}");
        let mark = format!("{MARK}\n");
        let answers: Vec<String> = printed.split_terminator(&mark).map(ToOwned::to_owned).collect();
        assert_eq!(answers.len(), page.steps().count(), "{printed}\n{errors}");
        Self { answers }
    }
}

/// The folder of the command comes first in `PATH`.
fn path() -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_airlock")).parent().unwrap();
    format!("{}:{}", folder.display(), std::env::var("PATH").unwrap())
}

/// One script, so that a session may change its folder and set variables. It ends where a command
/// fails.
fn script(page: &Page) -> String {
    let act = |act: &Act| match act {
        Act::Run(step) => format!("{}\necho '{MARK}'\n", step.command),
        Act::Write { name, text } => format!("cat > {name} <<'--- end ---'\n{text}--- end ---\n"),
    };
    let acts: String = page.acts.iter().map(act).collect();
    format!("set -euo pipefail\nexec 2>&1\n{acts}")
}

/// Lays out, beside the session, what a program links against, as the bundle has it.
fn bundle(folder: &Path) -> PathBuf {
    let (bundle, own) = (folder.join("bundle"), repository().join("verifier-ffi"));
    let (lib, include) = (bundle.join("lib"), bundle.join("include"));
    std::fs::create_dir_all(lib.join("pkgconfig")).unwrap();
    std::fs::create_dir(&include).unwrap();
    std::fs::copy(own.join("include/airlock.h"), include.join("airlock.h")).unwrap();
    let library = built();
    for name in ["libairlock_verifier.so", "libairlock_verifier.so.0"] {
        std::os::unix::fs::symlink(&library, lib.join(name)).unwrap();
    }
    let package = std::fs::read_to_string(own.join("airlock.pc.in")).unwrap();
    let package = package.replace("@VERSION@", env!("CARGO_PKG_VERSION"));
    let package = package.replace("@LIBS_PRIVATE@", "");
    std::fs::write(lib.join("pkgconfig/airlock.pc"), package).unwrap();
    gem(&own.join("ruby"), &bundle.join("gem"));
    bundle
}

/// Builds the gem into a folder.
fn gem(source: &Path, folder: &Path) {
    std::fs::create_dir(folder).unwrap();
    let file = folder.join(format!("airlock-verifier-{}.gem", env!("CARGO_PKG_VERSION")));
    let mut gem = Command::new("gem");
    gem.args(["build", "--quiet", "--force", "airlock-verifier.gemspec", "--output"]).arg(file);
    succeed(gem.current_dir(source));
}

/// Runs a command that must succeed.
fn succeed(command: &mut Command) {
    let run = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(run.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&run.stderr));
}

/// Builds the library beside the command, and returns its file.
fn built() -> PathBuf {
    let folder = Path::new(env!("CARGO_BIN_EXE_airlock")).parent().unwrap();
    let profile = match folder.file_name().unwrap().to_str().unwrap() {
        "debug" => "dev",
        profile => profile,
    };
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--locked", "--package", "verifier-ffi", "--lib"]);
    cargo.args(["--profile", profile, "--target-dir"]).arg(folder.parent().unwrap());
    for (name, _) in std::env::vars_os().filter(|(name, _)| of_this_test(name)) {
        cargo.env_remove(name);
    }
    succeed(cargo.current_dir(repository()));
    folder.join("libairlock_verifier.so")
}

/// Whether cargo sets this variable for one package: a build script that looks at it would run anew
/// whenever a test builds.
fn of_this_test(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.starts_with(start))
}
