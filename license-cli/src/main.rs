//! `airlock`: makes, carries and checks licenses and usage reports for instances that are never
//! online.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    license_cli::run(&std::env::args_os().collect::<Vec<_>>())
}
