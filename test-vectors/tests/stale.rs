//! The committed vectors and keys are what the generator makes.

use std::process::Command;

#[test]
fn committed_files_are_current() {
    let output = Command::new(env!("CARGO_BIN_EXE_test-vectors")).arg("check").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn an_unknown_command_fails() {
    let output = Command::new(env!("CARGO_BIN_EXE_test-vectors")).arg("chekc").output().unwrap();
    assert!(!output.status.success());
}
