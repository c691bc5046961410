//! Documents as the registry files them: exact bytes, and beside them what is looked for.

use license_core::document::{Kind, License, Receipt, Request, Usage, digest};
use license_core::key::PublicKey;
use license_core::value::{Count, DocumentId};
use license_core::verify::{SelfSigned, Verified, VerifiedLicense};

use crate::registry::{Chain, Document, DocumentRow, Sha256};

/// How a license came about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The order that it answers; none for a license that was made elsewhere.
    pub(crate) order: Option<Sha256>,
    /// Whether somebody let it pass against a rule.
    pub(crate) exception: bool,
    /// Whether its file was written where it was asked for.
    pub(crate) placed: bool,
}

/// The hash of the order that a license answers: all that it says but the time of issue.
pub(crate) fn order_of(license: &License) -> Sha256 {
    Sha256(digest(&License { issued: 0, ..license.clone() }))
}

/// A license with its issuer document.
pub(crate) fn license(
    license: &VerifiedLicense,
    file: &[u8],
    chain: &Chain,
    origin: Origin,
) -> Document {
    let row = DocumentRow {
        from: Some(license.from),
        until: Some(license.until),
        plan: Some(license.plan),
        seats: license.seats.map(Count::get),
        policy: Some(license.policy.name.to_string()),
        order: origin.order,
        exception: origin.exception,
        placed: origin.placed,
        ..row(Kind::License, license.id(), license.signed_by(), license.issued, chain, file)
    };
    Document { row, bytes: file.to_vec() }
}

/// A request.
pub(crate) fn request(request: &SelfSigned<Request>, file: &[u8], chain: &Chain) -> Document {
    let row = DocumentRow {
        plan: Some(request.plan),
        seats: request.seats.map(Count::get),
        ..row(Kind::Request, request.id(), request.key, request.issued, chain, file)
    };
    Document { row, bytes: file.to_vec() }
}

/// A usage report, received at this time.
pub(crate) fn report(
    report: &SelfSigned<Usage>,
    file: &[u8],
    chain: &Chain,
    received: u64,
) -> Document {
    let (first, last) = report.period();
    let row = DocumentRow {
        from: Some(first),
        until: Some(last.plus(1).unwrap_or(last)),
        ..row(Kind::Usage, report.id(), report.key, received, chain, file)
    };
    Document { row, bytes: file.to_vec() }
}

/// A receipt with its issuer document; its file is not written yet.
pub(crate) fn receipt(receipt: &Verified<Receipt>, file: &[u8], chain: &Chain) -> Document {
    let last = receipt.last_day;
    let row = DocumentRow {
        until: Some(last.plus(1).unwrap_or(last)),
        seats: receipt.owed.map(Count::get),
        placed: false,
        ..row(Kind::Receipt, receipt.id(), receipt.signed_by(), receipt.issued, chain, file)
    };
    Document { row, bytes: file.to_vec() }
}

/// What every document has.
fn row(
    kind: Kind,
    id: DocumentId,
    signed_by: PublicKey,
    issued: u64,
    chain: &Chain,
    file: &[u8],
) -> DocumentRow {
    DocumentRow {
        customer: chain.customer,
        subscription: chain.subscription.clone(),
        sha256: Sha256::of(file),
        kind,
        id,
        serial: None,
        from: None,
        until: None,
        plan: None,
        seats: None,
        issued,
        signed_by: signed_by.thumbprint(),
        policy: None,
        order: None,
        exception: false,
        placed: true,
        answered: false,
        revoked: None,
    }
}
