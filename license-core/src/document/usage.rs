//! A usage report: the daily billable users of a period, signed by the instance's key.

use crate::cbor::claims;
use crate::day::Day;
use crate::document::claims::{Claims, OwnKey};
use crate::document::shown::{Claim, ClaimName, Shown, claim_names};
use crate::error::{Code, Error};
use crate::key::PublicKey;
use crate::series::{Packed, Series, check_period};
use crate::value::DocumentId;

claim_names! {
    LICENSE = "license",
    NUMBER = "number",
    FIRST_DAY = "first_day",
    LAST_DAY = "last_day",
    PREVIOUS = "previous",
}

claims! {
    /// Daily counts from the first through the last day of a period. Nothing that follows from them
    /// stands beside them.
    pub struct Usage {
        /// The instance's key, which signs this report.
        1 key: PublicKey,
        /// The license that was in force when the report was made.
        2 license: DocumentId,
        /// The report's number, counted from 1 on the instance.
        3 number: u32,
        /// The period's first day; where absent, the first day of the series.
        4 first_day: Option<Day>,
        /// The period's last day: the last whole UTC day before the report was made.
        5 last_day: Day,
        /// The counts, from the first day that has data; absent where no day has.
        6 series: Option<Packed>,
        /// The id of the report before.
        7 previous: Option<DocumentId>,
    }
}

impl Usage {
    /// Returns the claims of a report over this series, which has one entry for each day of the
    /// period.
    #[must_use]
    pub fn new(
        key: PublicKey,
        license: DocumentId,
        number: u32,
        period: (Day, Day),
        series: &Series,
        previous: Option<DocumentId>,
    ) -> Self {
        let packed = Packed::pack(series.daily());
        let first_day =
            (packed.as_ref().map(|packed| packed.first) != Some(period.0)).then_some(period.0);
        Self {
            key,
            license,
            number,
            first_day,
            last_day: period.1,
            series: packed,
            previous,
            unknown: Default::default(),
        }
    }

    /// Returns the period's first and last day.
    #[must_use]
    pub fn period(&self) -> (Day, Day) {
        let first = self.first_day.or(self.series.as_ref().map(|series| series.first));
        (first.unwrap_or(self.last_day), self.last_day)
    }

    /// Returns the count of each day of the period.
    ///
    /// # Errors
    /// [`Code::OverLimit`] and [`Code::Inconsistent`] where the series does not fit its period;
    /// never after `verify`.
    pub fn daily(&self) -> Result<Series, Error> {
        let (first, last) = self.period();
        check_period(first, last)?;
        let Some(packed) = &self.series else { return Series::of_period(first, last, |_| None) };
        Ok(packed.unpack(last)?.beginning(first))
    }
}

impl OwnKey for Usage {
    fn own_key(&self) -> PublicKey {
        self.key
    }
}

impl Claims for Usage {
    const AT_A_GLANCE: &'static [ClaimName] = &[NUMBER, FIRST_DAY, LAST_DAY, LICENSE];

    fn check(&self) -> Result<(), Error> {
        let inconsistent = |what: &str| Err(Error::new(Code::Inconsistent, what));
        match (self.first_day, &self.series) {
            (None, None) => return inconsistent("found neither a first day nor a series"),
            (Some(first), Some(series)) if first >= series.first => {
                return inconsistent(
                    "found a first day that is not before the series, expected it to be left out",
                );
            }
            (Some(_), _) | (None, Some(_)) => {}
        }
        if (self.number == 0) || (self.number == 1) != self.previous.is_none() {
            return inconsistent(
                "found a report number that does not fit: the first is 1, each later one names the \
                    one before",
            );
        }
        self.daily().map(drop)
    }

    fn shown(&self) -> Vec<Claim> {
        let (first, last) = self.period();
        let mut claims = Shown::default();
        claims.key("instance's key", &self.key);
        claims.text(LICENSE, "license", &self.license);
        claims.add(NUMBER, "report", self.number.to_string(), self.number.into());
        claims.text(FIRST_DAY, "first day", &first);
        claims.text(LAST_DAY, "last day", &last);
        if let Some(id) = &self.previous {
            claims.text(PREVIOUS, "report before", id);
        }
        claims.with_unknown(&self.unknown)
    }
}
