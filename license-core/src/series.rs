//! Daily counts, and their packing in steps of four bits.

use std::fmt;

use minicbor::Decoder;

use crate::cbor::{self, Sink, Value};
use crate::day::Day;
use crate::error::{Code, Error};
use crate::limits;
use crate::value::Count;

/// Stands in a series for a day without data.
pub const NO_DATA: u32 = u32::MAX;

/// Daily counts that somebody else keeps: the first day, and one number a day from it on,
/// [`NO_DATA`] where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Daily<'a> {
    first: Day,
    counts: &'a [u32],
}

impl<'a> Daily<'a> {
    /// Returns the series that begins on this day.
    #[must_use]
    pub fn new(first: Day, counts: &'a [u32]) -> Self {
        Self { first, counts }
    }

    /// Returns the largest count from `from` to `to`, both included, and the first day that has it;
    /// `None` without data.
    #[must_use]
    pub fn max_within(&self, from: Day, to: Day) -> Option<(u32, Day)> {
        let skip = from.number().saturating_sub(self.first.number()) as usize;
        let end = usize::try_from(to.since(self.first) + 1).unwrap_or(0).min(self.counts.len());
        let window = self.counts.get(skip..end)?;
        // NO_DATA plus one is 0: one comparison finds both the maximum and whether there is data.
        let largest = window.iter().map(|count| count.wrapping_add(1)).max()?.checked_sub(1)?;
        let place = window.iter().position(|count| *count == largest)?;
        let day = u32::try_from(skip + place).ok().and_then(|days| self.first.plus(days))?;
        Some((largest, day))
    }

    /// Returns each day with its count, or `None` for a day without data.
    pub fn days(&self) -> impl Iterator<Item = (Day, Option<u32>)> + use<'a> {
        let first = self.first.number();
        (first..)
            .map_while(Day::new)
            .zip(self.counts.iter().map(|count| (*count != NO_DATA).then_some(*count)))
    }

    /// Returns the first day, with or without data.
    #[must_use]
    pub fn first(&self) -> Day {
        self.first
    }

    /// Returns the last day, with or without data; `None` where there is no day.
    #[must_use]
    pub fn last(&self) -> Option<Day> {
        let days = u32::try_from(self.counts.len()).ok()?;
        self.first.plus(days.checked_sub(1)?)
    }

    /// Returns the counts from the first day on.
    #[must_use]
    pub fn counts(&self) -> &'a [u32] {
        self.counts
    }
}

/// Daily counts from a first day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    first: Day,
    counts: Vec<u32>,
}

impl Series {
    /// Returns the series of a period, first and last day included, with the count of each day
    /// where there is one.
    ///
    /// # Errors
    /// [`Code::OverLimit`] for a period over [`limits::SERIES_DAYS`]; [`Code::Inconsistent`] where
    /// it ends before it begins.
    pub fn of_period(
        first: Day,
        last: Day,
        count: impl Fn(Day) -> Option<Count>,
    ) -> Result<Self, Error> {
        let days = period_days(first, last)?;
        let numbers = (0..days).filter_map(|n| u32::try_from(n).ok().and_then(|n| first.plus(n)));
        Ok(Self {
            first,
            counts: numbers.map(|day| count(day).map_or(NO_DATA, Count::get)).collect(),
        })
    }

    /// Returns the series of the period that begins on this day and ends as this series does; days
    /// before its first have no data.
    pub(crate) fn beginning(mut self, first: Day) -> Self {
        let before = self.first.number().saturating_sub(first.number()) as usize;
        self.counts.splice(0..0, std::iter::repeat_n(NO_DATA, before));
        Self { first: first.min(self.first), ..self }
    }

    /// Returns the series as evaluation and arithmetic take it.
    #[must_use]
    pub fn daily(&self) -> Daily<'_> {
        Daily { first: self.first, counts: &self.counts }
    }
}

/// Checks that a period has a day, and not more than a report covers.
pub(crate) fn check_period(first: Day, last: Day) -> Result<(), Error> {
    period_days(first, last).map(drop)
}

fn period_days(first: Day, last: Day) -> Result<usize, Error> {
    match usize::try_from(last.since(first) + 1) {
        Ok(days) if days > limits::SERIES_DAYS => {
            Err(cbor::over(days as u64, limits::SERIES_DAYS as u64, "days"))
        }
        Ok(days) if days > 0 => Ok(days),
        _ => Err(Error::new(
            Code::Inconsistent,
            format!("found a period that ends on {last}, before it begins on {first}"),
        )),
    }
}

/// A series as it is signed: the first day that has data, its count, and a step for each day after
/// it.
///
/// A step is a half byte, the higher half first: 0 to 13 for -7 to 6 more users than on the last
/// day that had data; 14 for a day without data; 15 for a count that no step reaches, written in
/// the six half bytes that follow. Half a byte left over is 0. The number of days is not written:
/// it follows from the period that the series covers.
#[derive(Clone, PartialEq, Eq)]
pub struct Packed {
    /// The first day that has data.
    pub first: Day,
    /// Its count.
    pub count: Count,
    steps: Vec<u8>,
}

const STEP_BASE: i64 = 7;
const STEP_GAP: u8 = 14;
const STEP_ESCAPE: u8 = 15;
const ESCAPED_NIBBLES: usize = 6;

/// The half byte for a day's count behind the last one; `None` where no step reaches it.
fn step(last: u32, count: i64) -> Option<u8> {
    let step = u8::try_from(count - i64::from(last) + STEP_BASE).ok();
    step.filter(|step| *step < STEP_GAP)
}

impl Packed {
    /// Returns the series packed, from its first day with data on; `None` where no day has data.
    #[must_use]
    pub fn pack(series: Daily<'_>) -> Option<Self> {
        let mut days = series.days().skip_while(|(_, count)| count.is_none());
        let (first, count) =
            days.next().and_then(|(day, count)| Some((day, Count::new(count?)?)))?;
        let (mut nibbles, mut last) = (Vec::new(), count.get());
        for (_, count) in days {
            let Some(count) = count else {
                nibbles.push(STEP_GAP);
                continue;
            };
            match step(last, i64::from(count)) {
                Some(step) => nibbles.push(step),
                None => {
                    nibbles.push(STEP_ESCAPE);
                    nibbles.extend(
                        (0..ESCAPED_NIBBLES).rev().map(|place| (count >> (4 * place) & 0xf) as u8),
                    );
                }
            }
            last = count;
        }
        let steps = nibbles
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |byte, n| byte << 4 | n) << (4 * (2 - pair.len())))
            .collect();
        Some(Self { first, count, steps })
    }

    /// Returns the series of the period that ends on `last`; its first day is the first with data.
    ///
    /// # Errors
    /// [`Code::OverLimit`] for too many days; [`Code::Inconsistent`] where the steps end too early
    /// or too late, leave the range of counts, or are not in their one form.
    pub fn unpack(&self, last: Day) -> Result<Series, Error> {
        let days = period_days(self.first, last)?;
        let mut nibbles = self.steps.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
        let mut counts = Vec::with_capacity(days);
        let (mut current, mut one_form) = (self.count.get(), true);
        counts.push(current);
        while counts.len() < days {
            let count = match nibbles
                .next()
                .ok_or_else(|| inconsistent("the series ends before its period"))?
            {
                STEP_GAP => {
                    counts.push(NO_DATA);
                    continue;
                }
                STEP_ESCAPE => {
                    let count = (0..ESCAPED_NIBBLES)
                        .try_fold(0, |n, _| nibbles.next().map(|low| n << 4 | i64::from(low)));
                    one_form &= count.is_none_or(|count| step(current, count).is_none());
                    count
                }
                step => Some(i64::from(current) + i64::from(step) - STEP_BASE),
            };
            let count = count
                .and_then(|count| u32::try_from(count).ok())
                .filter(|count| *count <= limits::USERS);
            current = count.ok_or_else(|| inconsistent("the series leaves the range of counts"))?;
            counts.push(current);
        }
        // Behind the last day there is nothing, or the half byte that was left over.
        one_form &= matches!((nibbles.next(), nibbles.next()), (None | Some(0), None));
        if one_form {
            Ok(Series { first: self.first, counts })
        } else {
            Err(inconsistent(
                "the series is not written in its one form, or goes on after its period",
            ))
        }
    }

    /// Returns the number of bytes of the steps.
    #[must_use]
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Returns whether there are no steps: a series of one day.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

impl fmt::Debug for Packed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Packed({} {} {})", self.first, self.count, hex::encode(&self.steps))
    }
}

/// `[first day, count, steps]`
impl Value for Packed {
    fn write(&self, sink: &mut Sink) {
        sink.array(3);
        self.first.write(sink);
        self.count.write(sink);
        sink.bytes(&self.steps);
    }

    fn read(source: &mut Decoder<'_>) -> Result<Self, Error> {
        match cbor::array(source)? {
            3 => {}
            other => {
                return Err(cbor::malformed(format!(
                    "found a list of {other}, expected first day, count and steps"
                )));
            }
        }
        let (first, count, steps) =
            (Day::read(source)?, Count::read(source)?, cbor::bytes(source)?);
        // Every day takes at most seven half bytes.
        let most = limits::SERIES_DAYS * (ESCAPED_NIBBLES + 1) / 2 + 1;
        if steps.len() > most {
            return Err(cbor::over(steps.len() as u64, most as u64, "bytes of steps"));
        }
        Ok(Self { first, count, steps: steps.to_owned() })
    }
}

fn inconsistent(what: &str) -> Error {
    Error::new(Code::Inconsistent, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(number: u32) -> Day {
        Day::new(number).unwrap()
    }

    fn series(counts: &[u32]) -> Series {
        Series { first: day(100), counts: counts.to_vec() }
    }

    // Steps by hand from docs/SPEC.md section 6: +1 is 8, -7 is 0, +6 is d, gap e, escape f and 24
    // bits.
    #[test]
    fn steps_are_half_bytes() {
        for (counts, steps) in [
            (&[5][..], ""),
            (&[5, 5], "70"),
            (&[5, 6, 5], "86"),
            (&[10, 3, 9], "0d"),
            (&[10, 2], "f0000020"),
            (&[10, 17], "f0000110"),
            (&[10, NO_DATA, 11], "e8"),
            (&[0, 0xFF_FFFF, 0xFF_FFFE], "fffffff6"),
        ] {
            let packed = Packed::pack(series(counts).daily()).unwrap();
            assert_eq!(hex::encode(&packed.steps), steps, "{counts:?}");
        }
    }

    #[test]
    fn a_series_that_is_not_in_its_one_form_is_refused() {
        let packed = |steps: &str| Packed {
            first: day(100),
            count: Count::new(10).unwrap(),
            steps: hex::decode(steps).unwrap(),
        };
        let last = day(101);
        assert!(packed("70").unpack(last).is_ok());
        for (bad, why) in [
            ("", "ends before"),
            ("71", "one form"),
            ("7000", "one form"),
            ("f00000b0", "one form"),
            // 3 to 16 are steps from 10.
            ("f0000030", "one form"),
            ("f0000100", "one form"),
            ("f0000111", "one form"),
            ("f0", "range"),
        ] {
            let error = packed(bad).unpack(last).unwrap_err();
            assert!(error.message().contains(why), "{bad}: {error}");
        }
        let from_zero =
            Packed { first: day(100), count: Count::new(0).unwrap(), steps: vec![0x60] };
        assert!(from_zero.unpack(last).is_err());
        assert!(packed("70").unpack(day(99)).is_err());
        let limit = u32::try_from(limits::SERIES_DAYS).unwrap();
        assert_eq!(packed("70").unpack(day(100 + limit)).unwrap_err().code(), Code::OverLimit);
    }

    #[test]
    fn the_maximum_is_within_its_window() {
        let series = series(&[NO_DATA, 5, 9, 9, NO_DATA, 7]);
        let max = |from, to| {
            series.daily().max_within(day(from), day(to)).map(|(count, on)| (count, on.number()))
        };
        assert_eq!(max(0, 9999), Some((9, 102)));
        assert_eq!(max(103, 105), Some((9, 103)));
        assert_eq!(max(104, 105), Some((7, 105)));
        assert_eq!(max(100, 100), None);
        assert_eq!(max(104, 104), None);
        assert_eq!(max(106, 110), None);
        assert_eq!(max(0, 99), None);
        assert_eq!(max(103, 102), None);
    }

    proptest! {
        /// What is read is what would be written: half bytes of which many are escapes of counts
        /// near the last one.
        #[test]
        fn only_the_one_form_is_read(
            halves in prop::collection::vec(
                prop_oneof![
                    (0_u8..16).prop_map(|half| vec![half]),
                    (0_u8..40).prop_map(|count| {
                        let count = [0, 0, 0, 0, count >> 4, count & 0xf];
                        [vec![STEP_ESCAPE], count.to_vec()].concat()
                    }),
                ],
                0..12,
            ),
            days in 1_u32..14,
        ) {
            let halves = halves.concat();
            let byte = |pair: &[u8]| pair[0] << 4 | pair.get(1).copied().unwrap_or(0);
            let steps = halves.chunks(2).map(byte).collect();
            let packed = Packed { first: day(100), count: Count::new(10).unwrap(), steps };
            if let Ok(series) = packed.unpack(day(99 + days)) {
                prop_assert_eq!(Packed::pack(series.daily()), Some(packed));
            }
        }

        #[test]
        fn every_series_comes_back(counts in prop::collection::vec(prop_oneof![0u32..30, 0u32..=0xFF_FFFF, Just(NO_DATA)], 1..400)) {
            let given = series(&counts);
            let last = day(99 + u32::try_from(counts.len()).unwrap());
            match Packed::pack(given.daily()) {
                None => prop_assert!(counts.iter().all(|c| *c == NO_DATA)),
                Some(packed) => {
                    let skipped = usize::try_from(packed.first.since(day(100))).unwrap();
                    let back = packed.unpack(last).unwrap();
                    prop_assert_eq!(&back.counts[..], &counts[skipped..]);
                    let read: Packed = cbor::decode(&cbor::encode(&packed)).unwrap();
                    prop_assert_eq!(read, packed);
                }
            }
        }
    }
}
