//! Every vector, by the stage that it is about.

mod acts;
mod claims;
mod codes;
mod encoding;
mod envelope;
mod file;
mod instance;
mod key;
mod kind;
mod limits;
mod ok;
mod order;
mod pouch;
mod receipt;
mod select;
mod series;
mod text;
mod verdict;

use license_core::value::DocumentId;
use license_core::{Code, Day};
use test_vectors::{Form, Vector};

use crate::bytes::{Document, Map};
use crate::documents::{file, issuer, issuer_document, license_document};
use crate::keys::ROOT_A;

/// A vector and the name of its file.
pub(crate) struct Case {
    /// The name, without `.txt`.
    pub(crate) name: String,
    /// The vector.
    pub(crate) vector: Vector,
}

/// Returns every vector.
pub(crate) fn all() -> Vec<Case> {
    [
        envelope::cases(),
        file::cases(),
        key::cases(),
        encoding::cases(),
        claims::cases(),
        kind::cases(),
        limits::cases(),
        instance::cases(),
        series::cases(),
        ok::cases(),
        order::cases(),
        pouch::cases(),
        receipt::cases(),
        verdict::cases(),
        acts::cases(),
        select::cases(),
        text::cases(),
        codes::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Case {
    fn new(
        name: impl Into<String>,
        form: Form,
        expect: Option<Code>,
        comment: impl Into<String>,
        bodies: Vec<Vec<u8>>,
    ) -> Self {
        let vector = Vector {
            comment: vec![comment.into()],
            form,
            expect,
            roots: vec![ROOT_A.public()],
            kind: None,
            id: None,
            ids: Vec::new(),
            instance: None,
            install: false,
            payload: None,
            report_key: None,
            series: None,
            verdict: None,
            choice: None,
            bodies,
        };
        Self { name: name.into(), vector }
    }

    /// Returns a file that is refused.
    fn refused(
        name: impl Into<String>,
        code: Code,
        comment: impl Into<String>,
        bytes: Vec<u8>,
    ) -> Self {
        Self::new(name, Form::File, Some(code), comment, vec![bytes])
    }

    /// Returns a file that is taken; its last document is of this kind.
    fn taken(
        name: impl Into<String>,
        kind: &str,
        comment: impl Into<String>,
        documents: &[Document],
    ) -> Self {
        let mut case = Self::new(name, Form::File, None, comment, vec![file(documents)]);
        case.vector.kind = Some(kind.to_owned());
        case.vector.id = documents.last().map(|document| DocumentId(document.id()));
        case
    }

    fn edit(mut self, change: impl FnOnce(&mut Vector)) -> Self {
        change(&mut self.vector);
        self
    }

    fn roots(self, roots: &[[u8; 32]]) -> Self {
        self.edit(|vector| vector.roots = roots.to_vec())
    }
}

/// Returns an issuer document and a license with these claims, as one file's documents.
fn with_license(claims: &Map) -> Vec<Document> {
    vec![issuer_document(&issuer()), license_document(claims)]
}

/// Returns a license with these claims that is refused.
fn refused_license(
    name: impl Into<String>,
    code: Code,
    comment: impl Into<String>,
    claims: &Map,
) -> Case {
    Case::refused(name, code, comment, file(&with_license(claims)))
}

/// Returns a license with these claims that is taken.
fn taken_license(name: impl Into<String>, comment: impl Into<String>, claims: &Map) -> Case {
    Case::taken(name, "license", comment, &with_license(claims))
}

/// Returns the day of a date of this program's own text.
fn day(date: &str) -> Day {
    #[allow(clippy::expect_used, reason = "dates of this program's own text")]
    Day::parse(date).expect("a date")
}
