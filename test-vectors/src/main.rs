//! Makes the test vectors, and checks that the committed ones are what it makes.
//!
//! The expected answers are written by hand from docs/SPEC.md; nothing is asked of a verifier. Ids
//! are computed.
#![forbid(unsafe_code)]

mod bytes;
mod cases;
mod documents;
mod keys;
mod scalar;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["generate"] => generate(root),
        ["check"] => check(root),
        _ => Err("use: test-vectors generate | check".to_owned()),
    };
    match outcome {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns every file, by its folder and its path below this crate.
fn made() -> Result<BTreeMap<String, String>, String> {
    let mut files: BTreeMap<_, _> =
        keys::files().into_iter().map(|(name, text)| (format!("keys/{name}"), text)).collect();
    for case in cases::all() {
        let text = case.vector.to_string();
        let read = test_vectors::Vector::parse(&text)
            .map_err(|error| format!("{}: {error}", case.name))?;
        if read != case.vector {
            return Err(format!("{}: reads otherwise than it was written", case.name));
        }
        if files.insert(format!("vectors/{}.txt", case.name), text).is_some() {
            return Err(format!("{}: two vectors of this name", case.name));
        }
    }
    Ok(files)
}

/// Returns every committed file of the two folders.
fn committed(root: &Path) -> Result<BTreeMap<String, String>, String> {
    let mut files = BTreeMap::new();
    for folder in ["keys", "vectors"] {
        let say = |error: std::io::Error| format!("{folder}: {error}");
        for entry in std::fs::read_dir(root.join(folder)).map_err(say)? {
            let entry = entry.map_err(say)?;
            let text = std::fs::read_to_string(entry.path()).map_err(say)?;
            files.insert(format!("{folder}/{}", entry.file_name().to_string_lossy()), text);
        }
    }
    Ok(files)
}

fn generate(root: &Path) -> Result<String, String> {
    let (made, old) = (made()?, committed(root)?);
    let say = |path: &String| {
        let path = path.clone();
        move |error: std::io::Error| format!("{path}: {error}")
    };
    for path in old.keys().filter(|path| !made.contains_key(*path)) {
        std::fs::remove_file(root.join(path)).map_err(say(path))?;
    }
    for (path, text) in made.iter().filter(|(path, text)| old.get(*path) != Some(*text)) {
        std::fs::write(root.join(path), text).map_err(say(path))?;
    }
    Ok(format!("{} files", made.len()))
}

fn check(root: &Path) -> Result<String, String> {
    let (made, found) = (made()?, committed(root)?);
    let stale: Vec<&String> = made
        .keys()
        .chain(found.keys())
        .filter(|path| made.get(*path) != found.get(*path))
        .collect();
    match stale.first() {
        None => Ok(format!("{} files are as they are made", made.len())),
        Some(path) => Err(format!(
            "{path}: not what the generator makes; run `cargo run -p test-vectors -- generate`"
        )),
    }
}
