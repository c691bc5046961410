//! Words that people type for a command or an option that is called otherwise: where they lead.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::problem::{Failure, Problem};

/// Words in the place of a command, and what to type instead.
const COMMANDS: &[(&[&str], &str)] = &[
    (
        &["install", "activate", "upload", "add"],
        "`airlock license install FILE` installs a license",
    ),
    (&["list", "ls", "licenses"], "`airlock license list` lists the installed licenses"),
    (&["remove", "uninstall", "delete", "rm"], "`airlock license remove ID` removes a license"),
    (&["restore"], "`airlock license restore ID` installs a removed license again"),
    (&["export", "download"], "`airlock license export --out FILE` writes GitLab's text"),
    (&["issue", "generate", "sign"], "`airlock license issue` makes a license"),
    (
        &["renew", "renewal", "extend", "extension"],
        "a license is not changed, a new one takes its place: at a desk `airlock desk renew` makes \
         it, elsewhere `airlock license issue --renews FILE`",
    ),
    (
        &["change", "upgrade", "edit", "update"],
        "a license is not changed, a new one takes its place: at a desk `airlock desk change` \
         makes it, elsewhere `airlock license issue --renews FILE`",
    ),
    (
        &["trial"],
        "at a desk `airlock desk trial` makes a trial, elsewhere `airlock license issue --policy \
         gitlab-trial`",
    ),
    (
        &["verify", "validate"],
        "`airlock show FILE --trust root.pub` verifies a license or an issuer document, and \
         `airlock show FILE` a request or a report by the key in it; `airlock check FILE --trust \
         root.pub` says what a license allows",
    ),
    (&["status", "may"], "`airlock check` says what the instance may do now"),
    (&["import"], "`airlock usage import CSV` reads the instance's export"),
    (&["report", "send"], "`airlock usage report --out FILE` makes a usage report"),
    (&["log", "logs", "history"], "`airlock instance log` lists what was done"),
    (&["init", "setup", "register"], "`airlock instance init DIR` makes the instance's folder"),
    (&["recover"], "`airlock instance recover --after REPORT` goes on after a report"),
    (&["certify"], "`airlock issuer certify` certifies an issuing key"),
    (&["keygen", "genkey"], "`airlock key new --out NAME` makes a key pair"),
    (&["fingerprint"], "`airlock key show FILE` shows a key's fingerprint"),
    (&["view", "inspect", "cat", "info", "display"], "`airlock show FILE` shows any Airlock file"),
    (&["print", "pdf", "html"], "`airlock sheet FILE --pdf --out PAGE` writes a page to print"),
    (&["encode"], "`airlock text FILE` writes a file as text, `airlock qr FILE` as codes"),
    (&["decode", "read"], "`airlock scan PICTURE --out FILE` reads codes, `airlock show` a file"),
    (
        &["bill", "invoice", "overage", "trueup", "true-up"],
        "`airlock reconcile REPORT --license FILE --trust root.pub` works out the seats owed",
    ),
    (
        &["trust", "root", "roots", "pin"],
        "`airlock license install FILE --trust ROOT.PUB` trusts a root with a license",
    ),
    (
        &["backup"],
        "`airlock instance backup --out FILE` writes all of an instance's folder into one file",
    ),
    (&["version"], "`airlock --version` prints the version"),
];

/// What people do who would revoke.
const REVOKE: &[&str] = &["revoke", "revocation", "cancel", "blacklist", "crl"];

/// Commands that are made of two words, spelt otherwise in the second.
const SECOND: &[(&str, &[&str], &str)] = &[
    ("license", &["new", "create", "make"], "`airlock license issue` makes a license"),
    ("license", &["show", "text"], "`airlock show FILE` shows a license"),
    ("license", &["check", "status"], "`airlock check` says what the instance may do now"),
    ("usage", &["export", "new", "create"], "`airlock usage report --out FILE` makes a report"),
    ("usage", &["delete", "remove", "rm"], "`airlock usage drop` takes days out of the ledger"),
    ("usage", &["list", "ls"], "`airlock instance log` lists what was read in and reported"),
    ("request", &["list", "ls"], "requests are not kept; `airlock show FILE` shows one"),
    ("request", &["create", "make", "license"], "`airlock request new` writes a request"),
    ("request", &["show"], "`airlock show FILE` shows a request"),
    ("key", &["create", "make", "generate", "gen"], "`airlock key new --out NAME` makes a pair"),
    ("issuer", &["new", "create", "make"], "`airlock issuer certify` certifies an issuing key"),
    ("issuer", &["show"], "`airlock show FILE` shows an issuer document"),
    ("instance", &["new", "create", "make"], "`airlock instance init DIR` makes the folder"),
    ("desk", &["list", "ls", "licenses"], "`airlock desk find WORDS` finds, `desk due` what waits"),
    ("instance", &["show", "list"], "`airlock check` and `airlock license list` show its state"),
];

/// Options that are called otherwise.
const OPTIONS: &[(&[&str], &str)] = &[
    (
        &["--verbose", "-v", "-vv", "--debug"],
        "there is nothing more to tell: `check --explain` shows every rule, `airlock explain \
         CODE` what a code means, and `--version` or `-V` prints the version",
    ),
    (&["--quiet", "-q", "--silent"], "send what is printed to /dev/null; the exit status tells"),
    (&["-o", "--output", "--outfile"], "`--out FILE` names the file to write"),
    (&["-f", "--overwrite", "--replace"], "`--force` replaces an existing file"),
    (&["-y", "--assume-yes"], "`--yes` answers the question, where a command asks one"),
    (&["--root", "--ca", "--roots"], "`--trust ROOT.PUB` names a root public key to trust"),
    (&["--expires", "--expiry", "--end", "--to"], "`--until DAY` is the first day no longer good"),
    (&["--start", "--begin", "--starts"], "`--from DAY` is the first day"),
    (
        &["--seats", "--seat"],
        "the seats stand in the license; `--users N` are the billable users now (GitLab: Admin > \
         Subscription)",
    ),
    (&["--user-count", "--active-users"], "`--users N` are the billable users now"),
    (&["--dir", "--folder"], "`--instance DIR` names the instance's folder"),
    (&["--password", "--passphrase"], "`--passphrase-file FILE` has it on its first line"),
    (&["--date", "--day", "--as-of"], "`--today YYYY-MM-DD` decides as on that day"),
];

/// The failure of a word that leads elsewhere; `None` where clap's own answer is the best one.
#[allow(clippy::wildcard_enum_match_arm, reason = "the kinds of clap are open")]
pub(super) fn failure(error: &clap::Error) -> Option<Failure> {
    let word = |kind| match error.get(kind) {
        Some(ContextValue::String(word)) => Some(word.as_str()),
        _ => None,
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let typed = word(ContextKind::InvalidSubcommand)?;
            command(&group(error), &typed.to_lowercase()).map(|it| wrong("command", typed, it))
        }
        ErrorKind::UnknownArgument => {
            let typed = word(ContextKind::InvalidArg)?;
            let name = typed.split('=').next().unwrap_or(typed);
            let (_, instead) = OPTIONS.iter().find(|(names, _)| names.contains(&name))?;
            Some(wrong("option", name, Failure::new(Problem::Options, "").hint(*instead)))
        }
        ErrorKind::ArgumentConflict | ErrorKind::MissingRequiredArgument => together(error),
        _ => None,
    }
}

/// Options that do not go together, where the reader of the command line would lead elsewhere.
fn together(error: &clap::Error) -> Option<Failure> {
    let usage = error.get(ContextKind::Usage).map(ToString::to_string).unwrap_or_default();
    let said = error.render().to_string();
    let of = |command: &str| usage.contains(command);
    let (found, hint) = match () {
        () if of("airlock desk follow") && said.contains("--parts") && said.contains("--seats") => {
            (
                "found --parts and --seats, expected one of them",
                "`airlock desk follow ID --parts 30,20` gives each part its seats; without \
                 `--parts` `--seats N` is for the whole",
            )
        }
        () if of("airlock instance recover") && said.contains("not provided") => (
            "found neither --after nor --none-since, expected one of them",
            "`airlock instance recover --after REPORT` goes on behind the vendor's last report, or \
             the receipt for it; if none has left since the backup, `airlock instance recover \
             --none-since`",
        ),
        () if of("airlock desk extend") && of("--users") && said.contains("not provided") => (
            "found --users without --emergency",
            "leave `--users` out: `airlock desk extend ID`; the users as the caller says count in \
             an emergency alone, `airlock desk extend ID --emergency --users N`",
        ),
        () => return None,
    };
    Some(Failure::new(Problem::Options, found).hint(hint))
}

fn wrong(what: &str, typed: &str, failure: Failure) -> Failure {
    let facts = failure.message.clone();
    Failure { message: format!("there is no {what} {typed:?}{facts}"), ..failure }
}

/// The word before the one that is no command: `license` of `airlock license renew`.
fn group(error: &clap::Error) -> String {
    let usage = error.get(ContextKind::Usage).map(ToString::to_string).unwrap_or_default();
    usage.split_whitespace().skip_while(|word| *word != "airlock").nth(1).unwrap_or("").to_owned()
}

fn command(group: &str, typed: &str) -> Option<Failure> {
    if REVOKE.contains(&typed) {
        return Some(no_revocation());
    }
    let second = SECOND.iter().find(|(first, names, _)| *first == group && names.contains(&typed));
    let first = || COMMANDS.iter().find(|(names, _)| names.contains(&typed));
    let instead = second.map(|(_, _, it)| *it).or_else(|| first().map(|(_, it)| *it))?;
    Some(Failure::new(Problem::Options, "").hint(instead))
}

fn no_revocation() -> Failure {
    let facts = ": an instance that is never online cannot be told that a license is revoked, and \
                 no file carries that across yet";
    Failure::new(Problem::Options, facts).hint(
        "a license ends by its last day: issue short terms; for a wrong one, issue a right one, \
         and ask the admin to install it and to `airlock license remove ID` the other; for a lost \
         issuing key, `airlock issuer certify` a new one, and tell the customers; at a desk \
         `airlock desk revoke` keeps what was revoked and why",
    )
}

#[cfg(test)]
mod tests {
    #[cfg(feature = "desk")]
    use clap::CommandFactory;

    use super::*;
    #[cfg(feature = "desk")]
    use crate::cli::Cli;
    #[cfg(feature = "desk")]
    use crate::problem::Notice;

    /// Whether the words behind `airlock` begin with a command that is there.
    #[cfg(feature = "desk")]
    fn is_command(typed: &str) -> bool {
        let mut command = Cli::command();
        for word in typed.split_whitespace().skip(1) {
            if !command.has_subcommands() {
                return true;
            }
            match command.find_subcommand(word) {
                Some(inner) => command = inner.clone(),
                None => return word.starts_with("--"),
            }
        }
        true
    }

    #[test]
    #[cfg(feature = "desk")]
    fn every_command_that_is_hinted_is_there() {
        let ours = COMMANDS.iter().map(|(_, it)| *it);
        let second = SECOND.iter().map(|(_, _, it)| *it);
        let options = OPTIONS.iter().map(|(_, it)| *it);
        let revocation = no_revocation().hint.unwrap();
        let notices = Notice::ALL.iter().map(|notice| notice.entry().advice);
        let words = ours.chain(second).chain(options).chain([&*revocation]);
        for text in words.chain(notices) {
            let quoted = text.split('`').skip(1).step_by(2);
            for typed in quoted.filter(|it| it.starts_with("airlock ")) {
                assert!(is_command(typed), "{typed}");
            }
        }
        assert!(!is_command("airlock license revoke"));
    }

    #[test]
    fn no_word_stands_here_twice() {
        let words = COMMANDS.iter().flat_map(|(names, _)| names.iter()).chain(REVOKE);
        let mut words: Vec<_> = words.chain(OPTIONS.iter().flat_map(|(names, _)| *names)).collect();
        words.sort_unstable();
        let all = words.len();
        words.dedup();
        assert_eq!(words.len(), all);
    }
}
