//! A license: who may use what, for how long, and the rules that say what its limits mean.

mod terms;

mod words;

pub use terms::{AddOn, LegacyAddOn, License, PolicyRef, TrueUp};

use crate::document::claims::Claims;
use crate::document::shown::{Claim, ClaimName, SEATS, UNTIL};
use crate::error::Error;

impl Claims for License {
    const AT_A_GLANCE: &'static [ClaimName] =
        &[words::COMPANY, words::PLAN, SEATS, words::FROM, UNTIL, words::INSTANCES];

    fn check(&self) -> Result<(), Error> {
        self.check_claims()
    }

    fn shown(&self) -> Vec<Claim> {
        words::shown(self)
    }
}
