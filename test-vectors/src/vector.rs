//! One vector: what a verifier is given, and what it must answer.

use std::fmt;
use std::str::FromStr;

use license_core::value::{DocumentId, InstanceId};
use license_core::{Code, Day};

/// What the bodies are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One body, the bytes of a file.
    File,
    /// One body, the bytes of a text for a strict reader.
    Text,
    /// One body, lines of which each is a QR code, or something else.
    Codes,
    /// One body, the bytes of a text with the blocks of several files, for a strict reader.
    Pouch,
    /// Several bodies, each a license file.
    Select,
    /// Two bodies, a license file and a usage report.
    Report,
}

impl Form {
    const ALL: [(Self, &'static str); 6] = [
        (Self::File, "file"),
        (Self::Text, "text"),
        (Self::Codes, "codes"),
        (Self::Pouch, "pouch"),
        (Self::Select, "select"),
        (Self::Report, "report"),
    ];

    /// Returns the name that a vector writes.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(form, _)| *form == self).map_or("", |(_, name)| name)
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name)| *name == text).map(|(form, _)| *form)
    }

    fn allows(self, bodies: usize) -> bool {
        match self {
            Self::File | Self::Text | Self::Codes | Self::Pouch => bodies == 1,
            Self::Select => bodies > 0,
            Self::Report => bodies == 2,
        }
    }
}

/// Daily counts: a first day, and for each day from it on a count, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// The first day.
    pub first: Day,
    /// The counts.
    pub counts: Vec<Option<u32>>,
}

/// When the effects change next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextChange {
    /// The day.
    pub day: Day,
    /// The effect's name.
    pub effect: String,
    /// Whether it begins to apply, or else ends.
    pub begins: bool,
}

/// What a verdict must say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// The names of the effects that apply, in the order of their codes.
    pub effects: Vec<String>,
    /// The rules that apply, counted from 0.
    pub fired: Vec<u32>,
    /// The rules that a missing fact leaves open.
    pub undecided: Vec<u32>,
    /// The rules that the reader cannot apply.
    pub unsupported: Vec<u32>,
    /// `not_started`, `trial_key_ended`, both or none.
    pub built_in: Vec<String>,
    /// The seats.
    pub seats: Option<u32>,
    /// The seats that would cover all users looked at.
    pub seats_needed: Option<u32>,
    /// Users now beyond the seats.
    pub overage: Option<u32>,
    /// The term's largest count beyond the seats.
    pub overage_max: Option<u32>,
    /// Seats less users now.
    pub seats_left: Option<i64>,
    /// Days to the `until` day.
    pub days_left: Option<u32>,
    /// The term's largest count, and the first day that has it.
    pub users_max: Option<(u32, Option<Day>)>,
    /// When the effects change next.
    pub next_change: Option<NextChange>,
    /// Whether each act may be done, in the order of the specification: `allowed`, `denied`,
    /// `undecided`; none where it is not asked.
    pub may: Vec<String>,
}

/// A verdict that is asked for: the facts, and what must come of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The day.
    pub today: Day,
    /// Whether the license is being activated.
    pub activating: bool,
    /// Users now.
    pub users_now: Option<u32>,
    /// Users about to be added.
    pub users_adding: u32,
    /// Daily counts.
    pub daily: Option<Counts>,
    /// The day of the last report.
    pub last_report: Option<Day>,
    /// The answer.
    pub expected: Expected,
}

/// A choice among licenses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// The day.
    pub today: Day,
    /// The number of the body that is chosen, counted from 1.
    pub selected: Option<usize>,
}

/// One vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vector {
    /// What it is about.
    pub comment: Vec<String>,
    /// What the bodies are.
    pub form: Form,
    /// The code of the refusal; `None` for `ok`. The stage in the file is always the code's own.
    pub expect: Option<Code>,
    /// The trusted roots.
    pub roots: Vec<[u8; 32]>,
    /// The kind of the file's last document (`report`: of the report).
    pub kind: Option<String>,
    /// Its id.
    pub id: Option<DocumentId>,
    /// The ids of the last document of each file of a pouch, in their order.
    pub ids: Vec<DocumentId>,
    /// The caller's instance id; `Some(None)` for a caller that gives none, `None` where V12 is not
    /// run.
    pub instance: Option<Option<InstanceId>>,
    /// Whether V13 is run.
    pub install: bool,
    /// The payload of the last document.
    pub payload: Option<Vec<u8>>,
    /// Whose key signed the report: that of the `billed` instance, a `further` one, or `unnamed`
    /// where the license names none.
    pub report_key: Option<String>,
    /// The counts of a usage report.
    pub series: Option<Counts>,
    /// The verdict that is asked for.
    pub verdict: Option<Asked>,
    /// The choice that is asked for, with form `select`.
    pub choice: Option<Choice>,
    /// The bodies.
    pub bodies: Vec<Vec<u8>>,
}

impl Vector {
    /// Returns the vector that this text is.
    ///
    /// # Errors
    /// A sentence about the first line that is not known, not allowed, missing or not of its form.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (head, tail) =
            text.split_once("\n\n").ok_or("expected an empty line between lines and bodies")?;
        let mut lines = Lines::new(head)?;
        let form = lines.required("form", Form::parse)?;
        let expect = lines.required("expect", expect)?;
        let stage = lines.optional("stage", |text| Some(text.to_owned()))?;
        if stage.as_deref() != expect.map(|code| code.stage().name()) {
            return Err(format!(
                "stage: found {stage:?}, expected that of the code, and none with ok"
            ));
        }
        let is_select = form == Form::Select;
        let vector = Self {
            comment: lines.repeated("comment", |text| Some(text.to_owned()))?,
            form,
            expect,
            roots: lines.repeated("root", array)?,
            kind: lines.optional("kind", |text| Some(text.to_owned()))?,
            id: lines.optional("id", DocumentId::parse)?,
            ids: lines.optional("ids", ids)?.unwrap_or_default(),
            instance: lines.optional("instance", instance)?,
            install: lines.optional("install", |text| (text == "yes").then_some(()))?.is_some(),
            payload: lines.optional("payload", |text| hex::decode(text).ok())?,
            report_key: lines.optional("report_key", report_key)?,
            series: lines.optional("series", counts)?,
            verdict: if is_select { None } else { lines.verdict()? },
            choice: if is_select { Some(lines.choice()?) } else { None },
            bodies: bodies(tail)?,
        };
        lines.finish()?;
        vector.check()?;
        Ok(vector)
    }

    /// Checks which lines may stand together.
    fn check(&self) -> Result<(), String> {
        let (ok, file) = (self.expect.is_none(), self.form == Form::File);
        let allowed = [
            ("a comment", !self.comment.is_empty()),
            ("bodies for the form", self.form.allows(self.bodies.len())),
            (
                "kind and id with ok and one file",
                (ok && !matches!(self.form, Form::Select | Form::Pouch)) == self.kind.is_some(),
            ),
            ("ids with ok and form pouch", (ok && self.form == Form::Pouch) != self.ids.is_empty()),
            ("kind and id together", self.kind.is_some() == self.id.is_some()),
            (
                "payload and verdict only with ok and form file",
                (ok && file) || (self.payload.is_none() && self.verdict.is_none()),
            ),
            (
                "report_key with ok and form report",
                (ok && self.form == Form::Report) == self.report_key.is_some(),
            ),
            ("series only with ok", ok || self.series.is_none()),
            (
                "install and instance only with form file, or instance with select",
                file || (!self.install && (self.instance.is_none() || self.form == Form::Select)),
            ),
            ("instance with select", self.form != Form::Select || (ok && self.instance.is_some())),
            (
                "a selected body that is there",
                self.choice
                    .and_then(|choice| choice.selected)
                    .is_none_or(|n| (1..=self.bodies.len()).contains(&n)),
            ),
        ];
        allowed
            .iter()
            .find(|(_, holds)| !holds)
            .map_or(Ok(()), |(what, _)| Err(format!("expected {what}")))
    }
}

/// The lines before the bodies; each is taken out as it is read.
struct Lines<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Lines<'a> {
    fn new(head: &'a str) -> Result<Self, String> {
        let split = |line: &'a str| {
            let (name, value) = line
                .split_once(':')
                .ok_or_else(|| format!("found {line:?}, expected name: value"))?;
            match value.strip_prefix(' ') {
                Some(value) if !value.is_empty() && value.trim() == value => Ok((name, value)),
                None if value.is_empty() => Ok((name, value)),
                _ => Err(format!(
                    "found {line:?}, expected one space and a value, or nothing after the colon"
                )),
            }
        };
        head.lines().map(split).collect::<Result<_, _>>().map(Self)
    }

    fn repeated<T>(
        &mut self,
        name: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, String> {
        let (found, rest): (Vec<_>, Vec<_>) = self.0.iter().partition(|(found, _)| *found == name);
        self.0 = rest;
        found
            .into_iter()
            .map(|(_, value)| parse(value).ok_or_else(|| format!("{name}: found {value:?}")))
            .collect()
    }

    fn optional<T>(
        &mut self,
        name: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, String> {
        let mut found = self.repeated(name, parse)?;
        if found.len() > 1 {
            Err(format!("{name}: found {} lines, expected one", found.len()))
        } else {
            Ok(found.pop())
        }
    }

    fn required<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, String> {
        self.optional(name, parse)?.ok_or_else(|| format!("{name}: expected the line"))
    }

    fn finish(&self) -> Result<(), String> {
        self.0
            .first()
            .map_or(Ok(()), |(name, _)| Err(format!("{name}: not known, or not allowed here")))
    }

    fn verdict(&mut self) -> Result<Option<Asked>, String> {
        let Some(today) = self.optional("today", Day::parse)? else { return Ok(None) };
        Ok(Some(Asked {
            today,
            activating: self
                .required("activating", |text| ["0", "1"].iter().position(|n| *n == text))?
                == 1,
            users_now: self.required("users_now", or_dash(number))?,
            users_adding: self.required("users_adding", number)?,
            daily: self.required("daily", or_dash(counts))?,
            last_report: self.required("last_report", or_dash(Day::parse))?,
            expected: self.expected()?,
        }))
    }

    fn expected(&mut self) -> Result<Expected, String> {
        Ok(Expected {
            effects: self.required("effects", words)?,
            fired: self.required("fired", numbers)?,
            undecided: self.required("undecided", numbers)?,
            unsupported: self.required("unsupported", numbers)?,
            built_in: self.required("built_in", words)?,
            seats: self.required("seats", or_dash(number))?,
            seats_needed: self.required("seats_needed", or_dash(number))?,
            overage: self.required("overage", or_dash(number))?,
            overage_max: self.required("overage_max", or_dash(number))?,
            seats_left: self.required("seats_left", or_dash(number))?,
            days_left: self.required("days_left", or_dash(number))?,
            users_max: self.required("users_max", or_dash(users_max))?,
            next_change: self.required("next_change", or_dash(next_change))?,
            may: self.optional("may", may)?.unwrap_or_default(),
        })
    }

    fn choice(&mut self) -> Result<Choice, String> {
        let today = self.required("today", Day::parse)?;
        Ok(Choice { today, selected: self.required("selected", or_dash(number))? })
    }
}

/// Reads `-` as nothing.
fn or_dash<T>(parse: impl Fn(&str) -> Option<T>) -> impl Fn(&str) -> Option<Option<T>> {
    move |text| if text == "-" { Some(None) } else { parse(text).map(Some) }
}

/// Reads a decimal number that has one form.
fn number<T: FromStr + ToString>(text: &str) -> Option<T> {
    text.parse().ok().filter(|number: &T| number.to_string() == text)
}

fn numbers(text: &str) -> Option<Vec<u32>> {
    text.split_whitespace().map(number).collect()
}

#[allow(clippy::unnecessary_wraps, reason = "a parser as the others")]
fn words(text: &str) -> Option<Vec<String>> {
    Some(text.split_whitespace().map(str::to_owned).collect())
}

fn may(text: &str) -> Option<Vec<String>> {
    let known = |word: &String| ["allowed", "denied", "undecided"].contains(&word.as_str());
    words(text).filter(|words| words.len() == 4 && words.iter().all(known))
}

fn report_key(text: &str) -> Option<String> {
    ["billed", "further", "unnamed"].contains(&text).then(|| text.to_owned())
}

fn expect(text: &str) -> Option<Option<Code>> {
    match text {
        "ok" => Some(None),
        _ => Code::ALL.iter().find(|code| code.name() == text).map(|code| Some(*code)),
    }
}

fn array<const N: usize>(text: &str) -> Option<[u8; N]> {
    hex::decode(text).ok()?.try_into().ok()
}

fn instance(text: &str) -> Option<Option<InstanceId>> {
    if text == "none" { Some(None) } else { InstanceId::parse(text).map(Some) }
}

fn counts(text: &str) -> Option<Counts> {
    let mut words = text.split(' ');
    let first = Day::parse(words.next()?)?;
    words.map(or_dash(number)).collect::<Option<_>>().map(|counts| Counts { first, counts })
}

fn users_max(text: &str) -> Option<(u32, Option<Day>)> {
    let (count, day) = text.split_once(' ')?;
    Some((number(count)?, or_dash(Day::parse)(day)?))
}

fn next_change(text: &str) -> Option<NextChange> {
    let words: Vec<&str> = text.split(' ').collect();
    let [day, effect, how] = words.try_into().ok()?;
    let begins = ["ends", "begins"].iter().position(|word| *word == how)? == 1;
    Some(NextChange { day: Day::parse(day)?, effect: effect.to_owned(), begins })
}

/// Reads the bodies: hexadecimal in lines, an empty line between two; an empty body is one empty
/// line.
fn bodies(text: &str) -> Result<Vec<Vec<u8>>, String> {
    let text = text.strip_suffix('\n').ok_or("expected a line feed at the end")?;
    let body =
        |body: &str| hex::decode(body.replace('\n', "")).map_err(|error| format!("body: {error}"));
    text.split("\n\n").map(body).collect()
}

/// Bytes of a body in one line.
const BYTES_A_LINE: usize = 60;

impl fmt::Display for Vector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.comment.iter().try_for_each(|comment| line(f, "comment", comment))?;
        line(f, "form", self.form.name())?;
        line(f, "expect", self.expect.map_or("ok", Code::name))?;
        maybe(f, "stage", self.expect.map(Code::stage))?;
        self.roots.iter().try_for_each(|root| line(f, "root", hex::encode(root)))?;
        maybe(f, "kind", self.kind.as_ref())?;
        maybe(f, "id", self.id)?;
        let ids: Vec<String> = self.ids.iter().map(DocumentId::to_string).collect();
        maybe(f, "ids", (!ids.is_empty()).then(|| ids.join(" ")))?;
        maybe(
            f,
            "instance",
            self.instance.map(|id| id.map_or_else(|| "none".to_owned(), |id| id.to_string())),
        )?;
        maybe(f, "install", self.install.then_some("yes"))?;
        maybe(f, "payload", self.payload.as_ref().map(hex::encode))?;
        maybe(f, "report_key", self.report_key.as_ref())?;
        maybe(f, "series", self.series.as_ref())?;
        self.verdict.as_ref().map_or(Ok(()), |asked| asked.write(f))?;
        if let Some(choice) = self.choice {
            line(f, "today", choice.today)?;
            line(f, "selected", dash(choice.selected))?;
        }
        for body in &self.bodies {
            writeln!(f)?;
            body.chunks(BYTES_A_LINE).try_for_each(|part| writeln!(f, "{}", hex::encode(part)))?;
        }
        if self.bodies.iter().all(Vec::is_empty) { writeln!(f) } else { Ok(()) }
    }
}

impl Asked {
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(f, "today", self.today)?;
        line(f, "activating", u8::from(self.activating))?;
        line(f, "users_now", dash(self.users_now))?;
        line(f, "users_adding", self.users_adding)?;
        line(f, "daily", dash(self.daily.as_ref()))?;
        line(f, "last_report", dash(self.last_report))?;
        let expected = &self.expected;
        line(f, "effects", expected.effects.join(" "))?;
        line(f, "fired", joined(&expected.fired))?;
        line(f, "undecided", joined(&expected.undecided))?;
        line(f, "unsupported", joined(&expected.unsupported))?;
        line(f, "built_in", expected.built_in.join(" "))?;
        line(f, "seats", dash(expected.seats))?;
        line(f, "seats_needed", dash(expected.seats_needed))?;
        line(f, "overage", dash(expected.overage))?;
        line(f, "overage_max", dash(expected.overage_max))?;
        line(f, "seats_left", dash(expected.seats_left))?;
        line(f, "days_left", dash(expected.days_left))?;
        line(
            f,
            "users_max",
            dash(expected.users_max.map(|(count, day)| format!("{count} {}", dash(day)))),
        )?;
        line(f, "next_change", dash(expected.next_change.as_ref()))?;
        maybe(f, "may", (!expected.may.is_empty()).then(|| expected.may.join(" ")))
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first.fmt(f)?;
        self.counts.iter().try_for_each(|count| write!(f, " {}", dash(*count)))
    }
}

impl fmt::Display for NextChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.day, self.effect, if self.begins { "begins" } else { "ends" })
    }
}

#[allow(clippy::needless_pass_by_value, reason = "callers pass what they have just made")]
fn line(f: &mut fmt::Formatter<'_>, name: &str, value: impl ToString) -> fmt::Result {
    let value = value.to_string();
    if value.is_empty() { writeln!(f, "{name}:") } else { writeln!(f, "{name}: {value}") }
}

#[allow(clippy::needless_pass_by_value, reason = "as above")]
fn maybe(f: &mut fmt::Formatter<'_>, name: &str, value: Option<impl ToString>) -> fmt::Result {
    value.map_or(Ok(()), |value| line(f, name, value))
}

fn dash(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

fn ids(text: &str) -> Option<Vec<DocumentId>> {
    text.split(' ').map(DocumentId::parse).collect()
}

fn joined(numbers: &[u32]) -> String {
    numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "comment: x\nform: file\nexpect: bad_signature\nstage: signature\nroot: 0101010101010101010101010101010101010101010101010101010101010101\n\nd284\n";

    #[test]
    fn a_vector_comes_back() {
        assert_eq!(Vector::parse(GOOD).unwrap().to_string(), GOOD);
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for (from, to) in [
            ("form: file", "form: file\nforms: file"),
            ("form: file", "form: file\nform: file"),
            ("stage: signature", "stage: header"),
            ("stage: signature\n", ""),
            ("bad_signature", "bad"),
            ("d284\n", "d284\n\nd284\n"),
            ("d284\n", "d284"),
            ("d284\n", "d28\n"),
            ("form: file", "form:  file"),
            ("form: file", "form: file\nkind: license"),
            ("form: file", "form: file\ntoday: 2026-01-01"),
            ("comment: x\n", ""),
        ] {
            assert!(Vector::parse(&GOOD.replace(from, to)).is_err(), "{from:?} to {to:?}");
        }
    }
}
