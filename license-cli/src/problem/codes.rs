//! What to do about the core's codes; their meaning stands in the core.

use license_core::{Code, Stage};

use super::entry::{Entry, Exit, Group};

macro_rules! codes {
    ($($code:ident, $advice:literal, $ask:literal;)+) => {
        /// A code with what to do, and what support asks; each code of the core once.
        const ADVICE: &[(Code, &str, &str)] = &[$((Code::$code, $advice, $ask),)+];
    };
}

codes! {
    TextMissing,
        "give the whole text from its BEGIN line to its END line, as the vendor or `airlock` made \
         it",
        "What are the first and last lines of the text, and through which mail program did it go?";
    TextIncomplete,
        "the text was cut on its way; carry it across again, from the original, with every line \
         from BEGIN to END",
        "How many lines has the text here, and how many where it was made?";
    TextDamaged,
        "the text was changed on its way; carry it across again, from the original, or correct \
         the token that the message names",
        "Was the text typed, read by a scanner, or changed by a mail program?";
    TextNotCanonical,
        "`airlock text FILE --out NEW` writes the text in its one form",
        "Which program wrote or changed the text?";
    TextWrongKind,
        "give the text as it was made; its BEGIN and END lines must not be changed",
        "Who made the text, and were its BEGIN and END lines edited?";
    TextSeveral,
        "give one file at a time: cut the others out of the text",
        "Which of the files in the text is meant?";
    Empty,
        "the file has no bytes: copy it again from the original",
        "How large is the file where it was made?";
    TooLarge,
        "no Airlock file is as large: look which file was given",
        "What is in the file, and how large is it?";
    NotAirlock,
        "give the file as the vendor or `airlock` made it",
        "Where does the file come from, and what does `file FILE` print?";
    Truncated,
        "the file was cut on its way; carry it across again, from the original",
        "How many bytes has the file where it was made, and how many here?";
    NotCanonical,
        "the file was changed on its way; carry it across again, from the original",
        "Which programs and gateways did the file pass?";
    Malformed,
        "the file was changed on its way, or is another program's; carry it across again, from \
         the original",
        "Which program made the file?";
    BadHeader,
        "the head of the file was changed on its way; carry it across again, from the original",
        "Which program made the file, and which version (`airlock --version`)?";
    AlgorithmNotAllowed,
        "ask for a file that airlock has signed: Ed25519 is the only algorithm",
        "Which program signed the file?";
    TooManyDocuments,
        "give the file as it was made; do not put files together",
        "Were several files joined into this one?";
    WrongOrder,
        "give the file as it was made; its documents must not be put in another order",
        "Were several files joined into this one, and by which program?";
    Duplicate,
        "give the file as it was made, with each document once",
        "Were several files joined, or one copied twice into the other?";
    UnusedIssuer,
        "ask the vendor to write the file again, with only the issuer document that is needed",
        "With which --issuer file was the license issued?";
    WrongKind,
        "`airlock show FILE` says what a file is",
        "Which file was given, and which was expected?";
    UnknownKey,
        "the key id is the start of the root's fingerprint: `airlock instance log` lists the roots \
         that an instance trusts, `airlock key show root.pub` shows a file's; if the vendor has a \
         new root, compare its fingerprint by phone, then give it with `--trust root.pub`",
        "Which fingerprints do `airlock key show root.pub` and the message name?";
    WeakKey,
        "do not use this key; make one with `airlock key new`",
        "Where does the key come from?";
    WrongKey,
        "give the issuer document that certifies this key, or sign with the key that it certifies",
        "Which fingerprints have the key and the key that the issuer document certifies?";
    BadSignature,
        "the file was changed after it was signed; carry it across again, from the original",
        "What is the SHA-256 of the file where it was made, and here?";
    PayloadNotCanonical,
        "another program made the file, or changed it; ask whoever signed it to make it with \
         airlock",
        "Which program and version made the file?";
    PayloadMalformed,
        "another program made the file; ask whoever signed it to make it with airlock",
        "Which program and version made the file, and which claim does the message name?";
    BadText,
        "in your own text: take this character out; in a file that you were given: ask its sender \
         to make it again without it",
        "Which claim does the message name, and from where was its text copied?";
    OverLimit,
        "in your own value: stay within the limit; in a file that you were given: ask its sender \
         to make it again (docs/SPEC.md section 11 lists all limits)",
        "Which claim does the message name, and what was to be written into it?";
    TooNew,
        "install a newer version of airlock on this side",
        "Which versions are on both sides (`airlock --version`)?";
    Inconsistent,
        "in your own command: change one of the two values; in a file that you were given: ask \
         its sender to make it again",
        "With which options was the document made?";
    IssuerNotInForce,
        "issue with a key that is in force on that day; `airlock show` on the issuer file says \
         from when to when",
        "Which days does the issuer document name, and is the desk's clock right?";
    IssuerKind,
        "issue with a key that may sign this kind of document",
        "What does `airlock show` print for the issuer file?";
    IssuerPlan,
        "choose a plan that the issuing key may sign, or issue with another key",
        "Which plans does `airlock show` print for the issuer file?";
    IssuerSeats,
        "ask for fewer seats, or issue with a key that may sign as many",
        "Which limit of seats does `airlock show` print for the issuer file?";
    IssuerDays,
        "choose a shorter term, or issue with a key that may sign as long a one",
        "Which limit of days does `airlock show` print for the issuer file?";
    IssuerTrialsOnly,
        "issue a trial with this key, or the license with another key",
        "Was a trial meant, and with which policy was it issued?";
    StartsTooLate,
        "issue the license later, at most 90 days before its first day, or with a key that was \
         certified with `--start-days`",
        "On which day was it issued, and on which does it begin?";
    OtherInstance,
        "ask the vendor for a license for this instance, with `airlock request new`",
        "Which ids of instances does the message name, and was the machine copied or replaced?";
    InstanceMissing,
        "give the instance that the license is for, with `--instance DIR`",
        "Where is the instance's folder on that machine?";
    OtherLicense,
        "give the license that the message names",
        "Which ids have the license that was given and the one that the message names?";
    OtherKey,
        "find out which instance signed it: a spare or staging one makes a request of its own, and \
         the next license names its key too; a folder that was made anew is restored, or makes a \
         new request, which the vendor answers with a license",
        "On which instance was it made: the one that the license is for, a spare or staging one, \
         or one whose folder was made anew?";
    FactMissing,
        "give the figure that the message names: `--users N`, or `--history CSV`",
        "How many billable users are there, and is there an export of the instance's usage?";
}

/// The line of a core code.
pub(super) fn entry(code: Code) -> Entry {
    // A test holds that no code is left out.
    let (advice, support_asks) = ADVICE
        .iter()
        .find(|(known, ..)| *known == code)
        .map_or(("", ""), |(_, advice, ask)| (advice, ask));
    Entry {
        name: code.name(),
        group: Group::File(code.stage()),
        exit: Some(exit(code.stage())),
        meaning: code.meaning(),
        advice,
        support_asks,
    }
}

/// The exit status: 1 from the key on, where a well-formed document was examined; 2 before, and
/// where a figure is missing.
fn exit(stage: Stage) -> Exit {
    match stage {
        Stage::Key | Stage::Signature | Stage::Limits | Stage::Instance => Exit::Refused,
        Stage::Text
        | Stage::Size
        | Stage::Envelope
        | Stage::Header
        | Stage::File
        | Stage::Payload
        | Stage::Kind
        | Stage::Rules => Exit::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_core_stands_here_once() {
        let here: Vec<Code> = ADVICE.iter().map(|(code, ..)| *code).collect();
        assert_eq!(here, Code::ALL);
    }
}
