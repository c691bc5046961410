//! How long a long run is, and where its chances begin: what `scripts/soak` says, else a hundredth
//! of the whole with a seed of the test's own.

/// The seed: `AIRLOCK_SOAK_SEED`, else this one, so that each run is the same. It is printed.
///
/// # Panics
/// Where the variable is no number.
#[must_use]
#[allow(clippy::expect_used, reason = "for tests")]
pub fn seed(usual: u64) -> u64 {
    let given = std::env::var("AIRLOCK_SOAK_SEED").ok();
    let seed = given.map_or(usual, |seed| seed.parse().expect("AIRLOCK_SOAK_SEED: a number"));
    eprintln!("AIRLOCK_SOAK_SEED={seed}");
    seed
}

/// The state of a generator of numbers for this seed: never 0, and far from that of the next seed.
#[must_use]
pub fn state(usual: u64) -> u64 {
    seed(usual).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15).max(1)
}

/// How many rounds: `AIRLOCK_SOAK_SHARE`, as in `1/10`, of a whole run; else a hundredth.
///
/// # Panics
/// Where the variable is no share.
#[must_use]
#[allow(clippy::expect_used, reason = "for tests")]
pub fn rounds(whole: usize) -> usize {
    let share = std::env::var("AIRLOCK_SOAK_SHARE").unwrap_or_else(|_| "1/100".to_owned());
    let (part, of) = share.split_once('/').expect("AIRLOCK_SOAK_SHARE: like 1/10");
    let number = |text: &str| text.parse::<usize>().expect("AIRLOCK_SOAK_SHARE: like 1/10");
    (whole * number(part) / number(of)).max(1)
}
