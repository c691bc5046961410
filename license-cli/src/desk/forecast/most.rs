//! How many users are not refused.

use license_core::value::Count;

/// A number of users up to which nothing is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Most {
    /// Any number.
    Any,
    /// So many, and no more.
    UpTo(u32),
    /// No number: something else refuses.
    None,
}

impl Most {
    /// The largest number up to which every one is good. It can turn only behind one of these
    /// bounds.
    pub(super) fn of(bounds: Vec<i64>, refuses: impl Fn(u32) -> bool) -> Self {
        let behind =
            bounds.into_iter().filter_map(|bound| u32::try_from(bound.checked_add(1)?).ok());
        let mut numbers: Vec<u32> =
            behind.filter(|users| *users <= Count::MAX.get()).chain([0]).collect();
        numbers.sort_unstable();
        let first = numbers.into_iter().find(|users| refuses(*users));
        first.map_or(Self::Any, |users| users.checked_sub(1).map_or(Self::None, Self::UpTo))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_number_before_a_refusal() {
        assert_eq!(Most::of(vec![110], |users| users > 110), Most::UpTo(110));
        assert_eq!(Most::of(vec![120, 110], |users| users > 110), Most::UpTo(110));
        assert_eq!(Most::of(vec![110], |_| false), Most::Any);
        assert_eq!(Most::of(Vec::new(), |_| true), Most::None);
        assert_eq!(Most::of(vec![-5, i64::MAX], |users| users > 9), Most::Any);
    }
}
