//! What the QR codes of a file say, and the way back from any of them in any order.
//!
//! ```text
//! ALK1:<Base32 of the file>                               a file of up to 600 bytes: one code
//! ALK1/<part>/<parts>/<set>:<Base32 of the piece>         a larger one: pieces, and one for repair
//! ```
//!
//! A file of L bytes is cut into n = ceil(L / 588) pieces of ceil(L / n) bytes, the last one of
//! what is left; or into more, up to 112, where the codes must be smaller. Part n + 1 is the
//! repair part: L as 4 bytes, highest first, then the XOR of the pieces, zero-padded to the length
//! of the first. So any one part of a set may be lost. The set is named by the first 40 bits of the
//! file's SHA-256, which also show that it was joined rightly.
//! Nothing here is verified: that is for the signature within.

mod code;
mod collect;
mod pieces;

pub use code::{WRAPPED, find};
pub use collect::{Added, Collector, Incomplete, Joined, misread};
pub use pieces::{SetName, write, write_parts, write_within};

#[cfg(test)]
mod tests;
