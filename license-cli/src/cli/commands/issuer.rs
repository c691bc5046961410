//! `airlock issuer`

use license_core::Set;
use license_core::document::{Claims, Issuer, sign};
use license_core::words;

use crate::carry::incoming::{Outgoing, not_signed};
use crate::cli::commands::name;
use crate::cli::options::Certify;
use crate::clock;
use crate::keys::{self, Passphrase};
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;

/// Certifies an issuing key.
pub(crate) fn certify(options: &Certify) -> Result<Answer, Failure> {
    let out = Outgoing::from(&options.out);
    out.refuse_existing()?;
    let claims = Issuer {
        issued: clock::issued(&options.today)?,
        key: keys::load_public(&options.key)?,
        name: name("--name", &options.name)?,
        from: options.from,
        until: options.until,
        max_days: options.max_days,
        max_seats: options.max_seats,
        plans: Set::new(options.plans.clone())?,
        trials_only: options.trials_only,
        kinds: Set::default(),
        unknown: Default::default(),
    };
    let root = keys::load_private(
        &options.root,
        &Passphrase::chosen(options.passphrase.passphrase_file.clone(), false),
    )?;
    if license_core::key::Signer::public(&root.key) == claims.key {
        return Err(Failure::new(
            Problem::SameKey,
            "found the root's own key, expected an issuing key: a root certifies others",
        )
        .hint("make one with `airlock key new --out desk`"));
    }
    let bytes = sign(&claims, &root.key).map_err(not_signed)?;
    let written = out.write(&bytes)?;
    let text = written.line + &words::lines(&claims.shown());
    let answer = Answer::yes(text, written.json).warn(root.warning);
    Ok(Answer { output_taken: written.to_stdout, ..answer })
}
