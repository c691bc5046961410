//! A document of a file: every claim, every rule and every figure of it.

use license_core::document::{License, Usage};
use license_core::verify::{Inspected, Unverified};
use license_core::words;
use serde_json::{Value, json};

use crate::plural::counted;
use crate::view::answer::{put, value};
use crate::view::daily;

/// A document in words.
pub(crate) fn text(part: &Inspected) -> String {
    let (kid, bytes) = (hex::encode(part.kid), counted(part.bytes, "byte"));
    let head = format!("\n{} {}, {bytes}, signed by key id {kid}\n", part.kind, part.id);
    head + &words::lines(&part.claims.shown()) + &more(&part.claims)
}

/// What a document says beside its claims.
fn more(claims: &Unverified) -> String {
    if let Unverified::License(license) = claims {
        rules(license)
    } else if let Unverified::Usage(usage) = claims {
        figures(usage)
    } else if *claims == Unverified::Other {
        "  a kind that this version does not read\n".to_owned()
    } else {
        String::new()
    }
}

/// A license's rules, one to a line.
pub(crate) fn rules(license: &License) -> String {
    let numbered = license.rules.iter().enumerate();
    numbered.map(|(index, rule)| words::rule(index, rule, license)).collect()
}

fn figures(usage: &Usage) -> String {
    usage.daily().map(|series| daily::lines(series.daily())).unwrap_or_default()
}

/// A document for programs.
pub(crate) fn json(part: &Inspected) -> Value {
    let mut json = json!({
        "kind": part.kind.to_string(),
        "id": part.id.to_string(),
        "bytes": part.bytes,
        "kid": hex::encode(part.kid),
    });
    if part.claims != Unverified::Other {
        put(&mut json, "claims", value(&words::object(part.claims.shown())));
    }
    if let Unverified::License(license) = &part.claims {
        put(&mut json, "rules", value(&words::rules_json(&license.rules)));
    }
    if let Unverified::Usage(usage) = &part.claims {
        put(&mut json, "days", daily::json(usage));
    }
    json
}
