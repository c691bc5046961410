//! Another program's Rust, as a static library of its own: with the standard library, memory, a
//! thread and a panic that it catches.

use std::panic::catch_unwind;

/// The length of the caught panic's message: 5.
#[unsafe(no_mangle)]
pub extern "C" fn other_panic() -> usize {
    let thread = std::thread::spawn(|| catch_unwind(|| std::panic::panic_any("other".to_owned())));
    match thread.join() {
        Ok(Err(message)) => message.downcast_ref::<String>().map_or(0, String::len),
        _ => 0,
    }
}
