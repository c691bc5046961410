//! What stands under the names of an instance's files: files, before one is opened. Whoever opens a
//! pipe waits for ever.

use std::fs;
use std::path::Path;

use super::names::{KEY, LEDGER, PUBLIC};
use crate::files::{BESIDE_DATABASE, kind_name, quoted, shown};
use crate::problem::{Failure, Problem};

/// Refuses what is there and no folder, as an instance's is.
///
/// # Errors
/// `no_instance`.
pub(super) fn check_folder(dir: &Path) -> Result<(), Failure> {
    let Some(found) = fs::metadata(dir).ok().filter(|found| !found.is_dir()) else {
        return Ok(());
    };
    let what = kind_name(found.file_type());
    let message = format!("{} is {what}, expected the folder of an instance", shown(dir));
    let failure = Failure::new(Problem::NoInstance, message);
    let of_instance = [KEY, PUBLIC, LEDGER].iter().any(|name| dir.ends_with(name));
    Err(match dir.parent().filter(|_| of_instance) {
        Some(parent) => {
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            failure.hint(format!("give the folder that it is in: `--instance {}`", quoted(parent)))
        }
        None => failure,
    })
}

/// Refuses anything but a file, or a link to one, under the names that an instance's folder has.
/// What is missing or cannot be looked at is named by whoever opens it.
///
/// # Errors
/// `instance_file`.
pub(super) fn check(dir: &Path) -> Result<(), Failure> {
    let kept = [KEY, PUBLIC, LEDGER].map(|name| (dir.join(name), "restore it from a backup"));
    let beside = BESIDE_DATABASE
        .map(|end| (dir.join(format!("{LEDGER}{end}")), "nothing is lost: airlock makes its own"));
    kept.iter().chain(&beside).try_for_each(|(path, then)| check_file(path, then))
}

fn check_file(path: &Path, then: &str) -> Result<(), Failure> {
    let Some(found) = fs::metadata(path).ok().filter(|found| !found.is_file()) else {
        return Ok(());
    };
    let message = format!("{} is {}, expected a file", shown(path), kind_name(found.file_type()));
    let hint = format!("move {} away; {then}", shown(path));
    Err(Failure::new(Problem::InstanceFile, message).hint(hint))
}
