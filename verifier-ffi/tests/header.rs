//! The committed header is what cbindgen makes from the code.
//!
//! `AIRLOCK_WRITE_HEADER=1 cargo test -p verifier-ffi --test header` writes it anew.

use std::path::Path;

#[test]
fn the_committed_header_is_current() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("header");
    // The functions stand within a macro, which cbindgen sees only when the compiler has expanded
    // it; the compiler does so only when it is told that unstable options are wanted. The product
    // itself is built without.
    // SAFETY: this test runs alone in its process.
    unsafe {
        std::env::set_var("RUSTC_BOOTSTRAP", "1");
        std::env::set_var("CARGO_EXPAND_TARGET_DIR", &target);
    }
    let config = cbindgen::Config::from_file(here.join("cbindgen.toml")).unwrap();
    let mut made = Vec::new();
    cbindgen::generate_with_config(here, config).unwrap().write(&mut made);
    let made = String::from_utf8(made).unwrap();
    let path = here.join("include/airlock.h");
    if std::env::var_os("AIRLOCK_WRITE_HEADER").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        made == committed,
        "include/airlock.h is not what the code makes; write it anew as this file says"
    );
}
