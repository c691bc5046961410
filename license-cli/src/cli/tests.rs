//! The command line as it is defined.

use super::*;

#[test]
fn the_definition_holds_together() {
    Cli::command().debug_assert();
}

/// Each option, and the headings under which it may stand in a `--help`.
const HEADINGS: &[(&str, &[&str])] = &[
    ("accept-changes", &["Options"]),
    ("accept-clock", &["Day"]),
    ("activate", &["Answer"]),
    ("add-on", &["Add-ons"]),
    ("after", &["Options"]),
    ("again", &["Output"]),
    ("allow", &["What may pass"]),
    ("anyway", &["Options"]),
    ("at", &["Figures"]),
    ("bind", &["Terms"]),
    ("came-of", &["Figures"]),
    ("company", &["Licensee", "Licensee [default: the request's]"]),
    ("csv", &["Output"]),
    ("currency", &["Prices"]),
    ("desk", &["Desk"]),
    ("dry-run", &["Output"]),
    ("earlier", &["Options"]),
    ("email", &["Licensee", "Licensee [default: the request's]"]),
    ("explain", &["Answer"]),
    ("fail-on", &["Answer"]),
    ("fill", &["Form"]),
    ("flag", &["Terms"]),
    ("force", &["Output"]),
    ("fps", &["Form"]),
    ("from", &["Limits", "Options", "Terms"]),
    ("gitlab-version", &["Figures"]),
    ("history", &["Figures"]),
    ("html", &["Form"]),
    ("id", &["Options"]),
    ("instance", &["Options"]),
    ("invert", &["Form"]),
    ("issuer", &["Key", "Trust"]),
    ("json", &["Options"]),
    ("keep-key", &["Options"]),
    ("key", &["Key"]),
    ("legacy-add-on", &["Add-ons"]),
    ("letterhead", &["Content"]),
    ("license", &["Content", "Options", "Trust"]),
    ("lines", &["Options"]),
    ("list-price", &["Prices"]),
    ("log", &["Output"]),
    ("max-days", &["Limits"]),
    ("max-seats", &["Limits"]),
    ("name", &["Key", "Licensee", "Licensee [default: the request's]"]),
    ("new", &["Figures"]),
    ("none-since", &["Options"]),
    ("no-passphrase", &["Key"]),
    ("order-price", &["Prices"]),
    ("out", &["Output"]),
    ("overage-free", &["Statement"]),
    ("paper", &["Form"]),
    ("part", &["Form"]),
    ("passphrase-file", &["Key"]),
    ("pdf", &["Form"]),
    ("plain", &["Figures"]),
    ("plan", &["Terms", "Wanted"]),
    ("plans", &["Limits"]),
    ("png", &["Form"]),
    ("policy", &["Terms"]),
    ("previous-from", &["Period before"]),
    ("previous-until", &["Period before"]),
    ("previous-users", &["Period before"]),
    ("prices", &["Prices"]),
    ("prometheus", &["Answer"]),
    ("quarterly", &["Statement"]),
    ("reason", &["Options"]),
    ("received", &["Day"]),
    ("reconciled", &["Period before"]),
    ("removed", &["Options"]),
    ("renews", &["Period before"]),
    ("report", &["Options", "Output"]),
    ("request", &["Request"]),
    ("restriction-id", &["References"]),
    ("root", &["Key"]),
    ("seats", &["Terms", "Wanted"]),
    ("seats-owed", &["Figures"]),
    ("set", &["Terms"]),
    ("signer", &["Trust"]),
    ("start-days", &["Limits"]),
    ("statement", &["Statement"]),
    ("subscription", &["References"]),
    ("subscription-id", &["References"]),
    ("svg", &["Form"]),
    ("term", &["Statement"]),
    ("terminal", &["Form"]),
    ("text", &["Output"]),
    ("today", &["Day"]),
    ("trials-only", &["Limits"]),
    ("true-up", &["Period before"]),
    ("true-up-base", &["Period before"]),
    ("true-up-from", &["Period before"]),
    ("true-up-to", &["Period before"]),
    ("trust", &["Trust"]),
    ("unlimited", &["Terms", "Wanted"]),
    ("until", &["Limits", "Options", "Terms"]),
    ("users", &["Figures"]),
    ("width", &["Form"]),
    ("yes", &["Options", "Trust"]),
];

/// The same for the desk's verbs.
const OF_THE_DESK: &[(&str, &[&str])] = &[
    ("add-on", &["Add-ons"]),
    ("another", &["Customer"]),
    ("answers", &["For sales"]),
    ("anyway", &["Why"]),
    ("approved-by", &["Why"]),
    ("as", &["Terms"]),
    ("asked", &["For sales"]),
    ("billing-id", &["Customer"]),
    ("bind", &["Terms"]),
    ("came-of", &["Statement", "Terms"]),
    ("check", &["Options"]),
    ("company", &["Customer", "Licensee [default: the request's]"]),
    ("contact", &["Customer"]),
    ("crm-id", &["Customer"]),
    ("csv", &["Output"]),
    ("currency", &["Agreed", "Prices"]),
    ("customer", &["Customer"]),
    ("days", &["Options", "Terms"]),
    ("decide", &["For sales"]),
    ("desk", &["Desk"]),
    ("domain", &["Customer"]),
    ("done", &["Options"]),
    ("dry-run", &["Signing"]),
    ("each", &["Years"]),
    ("email", &["Licensee [default: the request's]"]),
    ("emergency", &["Terms"]),
    ("ends-before", &["Filters; alone they list every document that they take"]),
    ("exceptions", &["Filters; alone they list every document that they take"]),
    ("flag", &["Terms"]),
    ("force", &["Output"]),
    ("from", &["Terms"]),
    ("from-statement", &["Statement"]),
    ("hold", &["Agreed"]),
    ("into", &["Customer"]),
    ("issued-between", &["Filters; alone they list every document that they take"]),
    ("issuer", &["Key"]),
    ("key", &["Key"]),
    ("leave", &["Period before"]),
    ("legacy-add-on", &["Add-ons"]),
    ("license", &["Customer"]),
    ("lift", &["Agreed"]),
    ("list-price", &["Prices"]),
    ("mail", &["Options"]),
    ("mail-out", &["Output"]),
    ("markdown", &["Options"]),
    ("mine", &["Options"]),
    ("name", &["Customer", "Licensee [default: the request's]"]),
    ("no-flag", &["Without"]),
    ("on", &["Options"]),
    ("order-price", &["Prices"]),
    ("orders", &["Output"]),
    ("out", &["Output"]),
    ("parts", &["Terms"]),
    ("passphrase-file", &["Key"]),
    ("pause", &["Agreed"]),
    ("plan", &["Filters; alone they list every document that they take", "Terms"]),
    ("policy", &["Filters; alone they list every document that they take", "Terms"]),
    ("pouch", &["Years"]),
    ("previous-from", &["Period before"]),
    ("previous-until", &["Period before"]),
    ("previous-users", &["Period before"]),
    ("price", &["Agreed"]),
    ("prices", &["Prices"]),
    ("proof", &["Why"]),
    ("qr", &["Form"]),
    ("quarterly", &["Subscription"]),
    ("reason", &["Why"]),
    ("reconciled", &["Period before"]),
    ("refund", &["Agreed"]),
    ("registry", &["Options", "Registry"]),
    ("remind", &["Options"]),
    ("reissue", &["Orders"]),
    ("report", &["Options", "Statement"]),
    ("request", &["Request"]),
    ("restriction-id", &["References"]),
    ("seal", &["Seal"]),
    ("sealed-by", &["Seal"]),
    ("seats", &["Terms"]),
    ("seats-owed", &["Terms"]),
    ("set", &["Terms"]),
    ("sheet", &["Form"]),
    ("signed-by", &["Filters; alone they list every document that they take"]),
    ("subscription", &["References"]),
    ("subscription-id", &["References"]),
    ("subscription-name", &["Subscription"]),
    ("take", &["Period before"]),
    ("template", &["Orders"]),
    ("term", &["Agreed", "Statement"]),
    ("text", &["Form", "Output"]),
    ("rule", &["Filters; alone they list every document that they take"]),
    ("ticket", &["Why"]),
    ("to", &["Customer", "Options"]),
    ("today", &["Day"]),
    ("told", &["For sales"]),
    ("toml", &["Options"]),
    ("true-up", &["Period before"]),
    ("true-up-base", &["Period before"]),
    ("true-up-from", &["Period before"]),
    ("true-up-to", &["Period before"]),
    ("trust", &["Trust"]),
    ("type", &["Customer", "Filters; alone they list every document that they take"]),
    ("unbind", &["Without"]),
    ("unlimited", &["Terms"]),
    ("until", &["Options", "Terms"]),
    ("users", &["Terms"]),
    ("waive", &["Agreed"]),
    ("years", &["Years"]),
    ("yes", &["Signing"]),
];

/// Every command with its words.
fn commands(command: &clap::Command, words: &str) -> Vec<(String, clap::Command)> {
    let here = (words.to_owned(), command.clone());
    let below = command
        .get_subcommands()
        .flat_map(|sub| commands(sub, format!("{words} {}", sub.get_name()).trim()));
    std::iter::once(here).chain(below).collect()
}

#[test]
fn every_option_stands_under_its_heading() {
    let mut wrong = Vec::new();
    for (words, command) in commands(&Cli::command(), "") {
        for option in command.get_arguments().filter(|option| !option.is_positional()) {
            let heading = option.get_help_heading().unwrap_or("Options");
            let name = option.get_long().unwrap_or_default();
            let table = if words.starts_with("desk") { OF_THE_DESK } else { HEADINGS };
            let known = table.iter().find(|(known, _)| *known == name);
            if !known.is_some_and(|(_, headings)| headings.contains(&heading)) {
                wrong.push(format!("{words} --{name}: {heading}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn commands_get_the_folder_and_other_text_stays() {
    at_instance::defined_by(Cli::command);
    let of = |text: &str| at_instance::with_dir(text, std::path::Path::new("my folder"));
    for (text, expected) in [
        ("`airlock license list` shows", "`airlock license list --instance 'my folder'` shows"),
        ("`airlock usage import`", "`airlock usage import --instance 'my folder'`"),
        (
            "`airlock license install FILE --instance DIR`",
            "`airlock license install FILE --instance 'my folder'`",
        ),
        (
            "`airlock check`, `airlock license remove ID`",
            "`airlock check --instance 'my folder'`, \
             `airlock license remove ID --instance 'my folder'`",
        ),
        ("`airlock usage show FILE`", "`airlock usage show FILE`"),
        ("`airlock checks`", "`airlock checks`"),
        ("airlock license list", "airlock license list"),
        ("`airlock show FILE`", "`airlock show FILE`"),
        ("`airlock instance log --instance x`", "`airlock instance log --instance x`"),
    ] {
        assert_eq!(of(text), expected);
    }
}
