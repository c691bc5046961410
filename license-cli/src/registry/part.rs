//! The registry in parts, each of the customers whose ids begin alike, so that several threads go
//! through it side by side.

use super::model::RecordId;

/// How many parts there are: so many that threads which take one after the other end at about the
/// same time.
pub(super) const PARTS: usize = 32;

/// How many first bytes of ids a part has.
const WIDTH: usize = 256 / PARTS;

/// A part of the registry. Whatever stands before all ids is in the first one, and whatever stands
/// behind them in the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Part(usize);

impl Part {
    /// The part of this number, from 0 on.
    pub(super) fn numbered(number: usize) -> Option<Self> {
        (number < PARTS).then_some(Self(number))
    }

    /// The part that a customer is in.
    pub(super) fn of(customer: RecordId) -> Self {
        Self(usize::from(customer.first_byte()) / WIDTH)
    }

    pub(super) fn number(self) -> usize {
        self.0
    }

    /// The text at which its ids begin; that of the first begins anywhere.
    pub(super) fn first(self) -> Option<String> {
        (self.0 > 0).then(|| format!("{:02x}", self.0 * WIDTH))
    }

    /// The text before which its ids end; those of the last end nowhere.
    pub(super) fn end(self) -> Option<String> {
        Self::numbered(self.0 + 1)?.first()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_in_one_part_and_the_parts_meet() {
        let parts: Vec<Part> = (0..).map_while(Part::numbered).collect();
        assert_eq!(parts.len(), PARTS);
        assert_eq!((parts[0].first(), parts[PARTS - 1].end()), (None, None));
        for both in parts.windows(2) {
            assert_eq!(both[0].end(), both[1].first());
        }
        for byte in 0..=255_u8 {
            for rest in ["000000-0000-4000-8000-000000000000", "ffffff-ffff-4fff-bfff-ffffffffffff"]
            {
                let text = format!("{byte:02x}{rest}");
                let part = Part::of(RecordId::parse(&text).unwrap());
                assert!(part.first().is_none_or(|first| first <= text), "{text}");
                assert!(part.end().is_none_or(|end| text < end), "{text}");
            }
        }
    }
}
