//! Gives the shared library the SONAME that `AIRLOCK_SONAME` names; without it the library has
//! none, and is found by its file name.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=AIRLOCK_SONAME");
    if let Ok(soname) = std::env::var("AIRLOCK_SONAME") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,{soname}");
    }
}
