//! What was changed by hand is named, on each database; what was carried is the same.

use license_core::document::Kind;
use license_core::key::{Signer, SigningKey};
use license_core::trust::TrustAnchors;
use license_core::value::DocumentId;

use super::bed::{Bed, on_each};
use super::sample::{AT, change, document, enter, filing};
use crate::problem::{Failure, Problem};
use crate::registry::archive::write;
use crate::registry::{
    Broken, Chain, Document, Finding, Head, Loose, Seal, Sha256, Verification, What, export,
    import, seal, verify_registry,
};

/// A vendor's keys and files.
#[allow(dead_code, reason = "the examples use more of it")]
pub(super) mod vendor {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../license-core/examples/sample/mod.rs"));
}

pub(super) fn anchors() -> TrustAnchors {
    TrustAnchors::new([vendor::root().unwrap().public()])
}

/// A real license, as it is filed.
pub(super) fn license(chain: &Chain) -> Document {
    let bytes = vendor::license_file().unwrap();
    let terms = vendor::terms().unwrap();
    let mut license = document(Kind::License, chain, &bytes);
    license.row.id = license_core::verify::file_kind(&bytes).unwrap().1;
    license.row.from = Some(terms.from);
    license.row.until = Some(terms.until);
    license.row.plan = Some(terms.plan);
    license.row.seats = terms.seats.map(license_core::value::Count::get);
    license.row.issued = terms.issued;
    license.row.signed_by = vendor::desk().unwrap().public().thumbprint();
    let verified = license_core::verify::verify_license(&bytes, &anchors()).unwrap();
    license.row.policy = Some(verified.policy.name.to_string());
    let order = license_core::document::License { issued: 0, ..(**verified).clone() };
    license.row.order = Some(Sha256(license_core::document::digest(&order)));
    license
}

/// A real report, as it is filed.
pub(super) fn report(chain: &Chain) -> Document {
    let bytes = vendor::report_file(DocumentId([1; 16])).unwrap();
    let mut report = document(Kind::Usage, chain, &bytes);
    report.row.id = license_core::verify::file_kind(&bytes).unwrap().1;
    let usage = license_core::verify::verify_usage(&bytes, &anchors()).unwrap();
    let (first, last) = usage.period();
    (report.row.from, report.row.until) = (Some(first), last.plus(1));
    report.row.signed_by = usage.key.thumbprint();
    (report.row.seats, report.row.policy, report.row.order) = (None, None, None);
    report
}

/// A registry with a license, a report and five events in the chain of the subscription, and one
/// in each of two others.
pub(super) fn fill(bed: &Bed) -> Chain {
    let mut registry = bed.open();
    enter(&mut *registry, "Other", "S-2");
    let chain = enter(&mut *registry, "Nordhavn", "S-1");
    registry.append(&filing(&license(&chain), What::Issued)).unwrap();
    registry.append(&filing(&report(&chain), What::Received)).unwrap();
    for _ in 0..3 {
        registry.append(&change(&chain, Vec::new(), What::Noted)).unwrap();
    }
    chain
}

fn verified(bed: &Bed) -> Verification {
    verify_registry(&bed.place, Some(&anchors()), None).unwrap()
}

pub(super) fn findings(bed: &Bed) -> Vec<Finding> {
    verified(bed).findings
}

fn sealed(bed: &Bed, folder: &tempfile::TempDir) -> std::path::PathBuf {
    let path = folder.path().join("seal");
    let key = SigningKey::from_seed(&[4; 32]).unwrap();
    let mut file = std::fs::File::create(&path).unwrap();
    seal(&mut *bed.open(), &key, AT, &mut file).unwrap();
    path
}

fn against(bed: &Bed, path: &std::path::Path) -> Vec<Finding> {
    let seal = Seal::open(path).unwrap();
    verify_registry(&bed.place, None, Some(seal)).unwrap().findings
}

fn archive(bed: &Bed) -> Vec<u8> {
    let mut archive = Vec::new();
    export(&mut *bed.open(), &mut archive).unwrap();
    archive
}

/// An archive of rows at which nobody has looked.
fn unchecked(bed: &Bed) -> Vec<u8> {
    let mut archive = Vec::new();
    write(&mut *bed.open(), &mut archive, &mut |_| Ok(())).unwrap();
    archive
}

fn refused(bed: &Bed, archive: &[u8]) -> Problem {
    let refused = import(&mut *bed.open(), archive).unwrap_err();
    assert!(refused.message.starts_with("the archive"), "{refused:?}");
    assert!(bed.open().find(&Default::default(), 1).unwrap().is_empty());
    refused.problem
}

const OF_CHAIN: &str = "subscription = 'S-1'";

on_each! {
    fn what_nobody_touched_is_whole(bed: &Bed) {
        fill(bed);
        let found = verified(bed);
        assert_eq!(found.findings, []);
        assert_eq!((found.chains, found.events, found.documents, found.found), (3, 7, 2, 0));
    }

    fn an_event_that_was_changed_is_named(bed: &Bed) {
        let chain = fill(bed);
        for column in ["who = 'eve'", "made = made + 1", "reason = 'none'", "detail = '{}'"] {
            let bed = bed.again();
            let chain = Chain { customer: fill(&bed).customer, ..chain.clone() };
            bed.sql(&format!("UPDATE event SET {column} WHERE {OF_CHAIN} AND number = 3"));
            let mut found = findings(&bed);
            // Of a reason that was changed another text is searched.
            found.retain(|it| *it != Finding::Loose(Loose::Searched(chain.clone())));
            assert_eq!(found, [Finding::Chain(chain, Broken::Changed(3))], "{column}");
        }
    }

    fn an_event_that_was_removed_is_named(bed: &Bed) {
        let chain = fill(bed);
        bed.sql(&format!("DELETE FROM event WHERE {OF_CHAIN} AND number IN (3, 4)"));
        assert_eq!(findings(bed), [Finding::Chain(chain, Broken::Removed(3, 4))]);
    }

    fn a_chain_that_was_cut_off_is_named(bed: &Bed) {
        let chain = fill(bed);
        bed.sql(&format!("DELETE FROM event WHERE {OF_CHAIN} AND number >= 4"));
        assert_eq!(findings(bed), [Finding::Chain(chain, Broken::Removed(4, 5))]);
    }

    fn a_chain_whose_end_is_gone_is_named(bed: &Bed) {
        let chain = fill(bed);
        bed.sql(&format!("DELETE FROM chain WHERE {OF_CHAIN}"));
        assert_eq!(findings(bed), [Finding::NoEnd(chain)]);
    }

    fn what_was_cut_off_with_its_end_is_seen_against_a_seal(bed: &Bed) {
        let chain = fill(bed);
        let folder = tempfile::tempdir().unwrap();
        let path = sealed(bed, &folder);
        assert_eq!(against(bed, &path), []);
        bed.open().append(&change(&chain, Vec::new(), What::Noted)).unwrap();
        assert_eq!(against(bed, &path), []);
        bed.sql(&format!("DELETE FROM event WHERE {OF_CHAIN} AND number >= 4"));
        bed.sql(&format!(
            "UPDATE chain SET number = 3, hash = (SELECT e.hash FROM event e \
             WHERE e.{OF_CHAIN} AND e.number = 3) WHERE {OF_CHAIN}"
        ));
        assert_eq!(findings(bed), []);
        assert_eq!(against(bed, &path), [Finding::Sealed(chain.clone(), Broken::Removed(4, 5))]);
        bed.sql(&format!("DELETE FROM event WHERE {OF_CHAIN} AND document IS NULL"));
        bed.sql(&format!("DELETE FROM chain WHERE {OF_CHAIN}"));
        let named = Finding::Sealed(chain, Broken::Removed(3, 5));
        assert!(against(bed, &path).contains(&named));
    }

    fn a_last_event_that_was_written_anew_is_seen_against_a_seal(bed: &Bed) {
        let chain = fill(bed);
        let folder = tempfile::tempdir().unwrap();
        let path = sealed(bed, &folder);
        bed.sql(&format!("DELETE FROM event WHERE {OF_CHAIN} AND number = 5"));
        let before = bed.open().events(&chain, 3, 1).unwrap()[0].hash;
        bed.sql(&format!(
            "UPDATE chain SET number = 4, hash = {} WHERE {OF_CHAIN}",
            bed.literal(before)
        ));
        let mut other = change(&chain, Vec::new(), What::Noted);
        other.event.who = "eve".to_owned();
        bed.open().append(&other).unwrap();
        assert_eq!(findings(bed), []);
        assert_eq!(against(bed, &path), [Finding::Sealed(chain, Broken::Changed(5))]);
    }

    fn a_document_that_was_changed_is_named(bed: &Bed) {
        let chain = fill(bed);
        let sha256 = license(&chain).sha256;
        let which = "serial IS NOT NULL";
        for (column, named) in [
            ("seats = 9999", Finding::Row(chain.clone(), sha256, "seats")),
            ("end_day = end_day + 1", Finding::Row(chain.clone(), sha256, "end_day")),
            ("bytes = signed_by", Finding::Bytes(chain.clone(), sha256)),
        ] {
            let before = archive(bed);
            bed.sql(&format!("UPDATE document SET {column} WHERE {which}"));
            assert_eq!(findings(bed), [named], "{column}");
            if !column.starts_with("bytes") {
                bed.sql(&format!("UPDATE document SET seats = 100, end_day = 20758 WHERE {which}"));
            }
            assert!(!before.is_empty());
        }
    }

    fn every_column_that_decides_is_compared(bed: &Bed) {
        let license = "serial = 1";
        let report = "serial IS NULL";
        let (hash, key) = ("09".repeat(32), "09".repeat(16));
        let other_key = bed.literal(Sha256([9; 32])).replace(&hash, &key);
        let other_key = format!("signed_by = {other_key}");
        for (which, change, column) in [
            (license, other_key.as_str(), "signed_by"),
            (license, "policy = 'other'", "policy"),
            (license, "policy = NULL", "policy"),
            (license, "order_sha256 = sha256", "order"),
            (license, "first_day = first_day + 1", "first_day"),
            (license, "plan = NULL", "plan"),
            (license, "issued = issued + 1", "issued"),
            (report, "first_day = first_day - 1", "first_day"),
            (report, "end_day = end_day + 1", "end_day"),
            (report, "seats = 1", "seats"),
        ] {
            let bed = bed.again();
            let chain = fill(&bed);
            bed.sql(&format!("UPDATE document SET {change} WHERE {which}"));
            let findings = findings(&bed);
            assert!(
                matches!(&findings[..], [Finding::Row(whose, _, named)]
                    if *whose == chain && *named == column),
                "{change}: {findings:?}"
            );
        }
    }

    fn what_follows_from_the_events_is_compared_with_them(bed: &Bed) {
        for (which, change, column) in [
            ("serial = 1", "revoked = 5", "revoked"),
            ("serial = 1", "exception = 1", "exception"),
            ("serial = 1", "serial = 2", "serial"),
            ("serial = 1", "order_sha256 = NULL", "order"),
            ("serial IS NULL", "serial = 2", "serial"),
        ] {
            let bed = bed.again();
            let chain = fill(&bed);
            bed.sql(&format!("UPDATE document SET {change} WHERE {which}"));
            let mut findings = findings(&bed);
            // The number of the last license stands at the chain's end too.
            findings.retain(|it| *it != Finding::Loose(Loose::End(chain.clone(), "serial")));
            assert!(
                matches!(&findings[..], [Finding::Loose(Loose::Mark(whose, _, named))]
                    if *whose == chain && *named == column),
                "{change}: {findings:?}"
            );
        }
    }

    fn a_revocation_that_was_taken_out_is_named(bed: &Bed) {
        let chain = fill(bed);
        let filed = license(&chain);
        let mut revoked =
            change(&chain, vec![crate::registry::Write::Revoked(filed.sha256, AT)], What::Revoked);
        revoked.event.document = Some(filed.sha256);
        revoked.event.detail = Some(format!(r#"{{"licenses":["{}"],"reports":[]}}"#, filed.row.id));
        bed.open().append(&revoked).unwrap();
        assert_eq!(findings(bed), []);
        let named = [Finding::Loose(Loose::Mark(chain, filed.sha256, "revoked"))];
        for harm in ["NULL", "revoked + 1"] {
            bed.sql(&format!("UPDATE document SET revoked = {harm} WHERE serial = 1"));
            assert_eq!(findings(bed), named, "{harm}");
            bed.sql(&format!("UPDATE document SET revoked = {AT} WHERE serial = 1"));
        }
    }

    fn what_has_come_apart_is_named(bed: &Bed) {
        let chain = fill(bed);
        bed.sql("DELETE FROM document WHERE serial IS NOT NULL");
        let gone = Loose::DocumentGone(chain.clone(), 1);
        let last = Loose::End(chain.clone(), "serial");
        assert_eq!(findings(bed), [gone, last].map(Finding::Loose));
        let bed = bed.again();
        let chain = fill(&bed);
        bed.sql("UPDATE document SET subscription = 'S-9' WHERE serial IS NOT NULL");
        let (sha256, subscription) = (license(&chain).sha256, "S-9".to_owned());
        let last = Loose::End(chain.clone(), "serial");
        let untold = Loose::NoEvent(Chain { subscription, ..chain }, sha256);
        assert_eq!(findings(&bed), [untold, last].map(Finding::Loose));
    }

    fn a_signature_of_a_stranger_is_named(bed: &Bed) {
        let chain = fill(bed);
        let other = TrustAnchors::new([SigningKey::from_seed(&[9; 32]).unwrap().public()]);
        let found = verify_registry(&bed.place, Some(&other), None).unwrap();
        let [Finding::Document(whose, sha256, failure)] = &found.findings[..] else {
            panic!("{found:?}");
        };
        assert_eq!((whose, *sha256), (&chain, license(&chain).sha256));
        assert_eq!(failure.problem, Problem::Core(license_core::Code::UnknownKey));
    }

    fn an_archive_moves_everything(bed: &Bed) {
        let chain = fill(bed);
        let carried = archive(bed);
        for other in bed.others() {
            import(&mut *other.open(), &carried[..]).unwrap();
            let record = |bed: &Bed| bed.open().record(chain.customer).unwrap();
            assert_eq!(record(&other), record(bed));
            assert_eq!(verified(&other), verified(bed));
            let words = crate::registry::Query { words: "nordhavn".into(), ..Default::default() };
            let found = |bed: &Bed| bed.open().find(&words, 9).unwrap();
            assert_eq!(found(&other), found(bed));
            assert_eq!(archive(&other), carried);
            other.open().append(&change(&chain, Vec::new(), What::Noted)).unwrap();
            assert_eq!(other.open().head(&chain).unwrap().number, 6);
        }
    }

    fn an_archive_goes_into_an_empty_registry_only(bed: &Bed) {
        fill(bed);
        let refused = import(&mut *bed.open(), &archive(bed)[..]).unwrap_err();
        assert_eq!(refused.problem, Problem::RegistryNotEmpty);
        assert_eq!(findings(bed), []);
    }

    fn an_archive_that_is_cut_or_changed_is_refused(bed: &Bed) {
        fill(bed);
        let carried = archive(bed);
        let empty = bed.again();
        for length in [0, 10, 100, carried.len() / 2, carried.len() - 1] {
            let problem = refused(&empty, &carried[..length]);
            assert_eq!(problem, Problem::ArchiveDamaged, "{length}");
        }
        let plain = zstd::decode_all(&carried[..]).unwrap();
        for at in [0, 40, plain.len() / 2, plain.len() - 40, plain.len() - 1] {
            let mut changed = plain.clone();
            changed[at] ^= 1;
            let packed = zstd::encode_all(&changed[..], 1).unwrap();
            refused(&empty, &packed);
        }
        let longer = [&plain[..], b"x"].concat();
        refused(&empty, &zstd::encode_all(&longer[..], 1).unwrap());
        import(&mut *empty.open(), &carried[..]).unwrap();
    }

    /// Whoever makes it is told, and not who needs it one day.
    fn an_archive_of_a_changed_registry_is_refused(bed: &Bed) {
        for harm in [
            "UPDATE event SET who = 'eve' WHERE number = 3",
            "DELETE FROM event WHERE number = 3",
            "DELETE FROM event WHERE number = 5",
            "DELETE FROM chain WHERE number = 5",
            "UPDATE document SET bytes = signed_by WHERE serial = 1",
            "UPDATE subscription SET state = 7",
            "UPDATE customer SET id = upper(id)",
        ] {
            let (bed, empty) = (bed.again(), bed.again());
            fill(&bed);
            bed.sql(harm);
            let unwritten = export(&mut *bed.open(), &mut Vec::new()).unwrap_err();
            assert_eq!(unwritten.problem, Problem::RegistryDamaged, "{harm}");
            if !harm.contains(" event WHERE number = 5") && !harm.contains("chain") {
                assert_eq!(refused(&empty, &unchecked(&bed)), Problem::RegistryDamaged, "{harm}");
            }
        }
    }
}

#[test]
fn a_seal_that_was_changed_is_refused() {
    let bed = Bed::sqlite();
    fill(&bed);
    let folder = tempfile::tempdir().unwrap();
    let path = sealed(&bed, &folder);
    let text = std::fs::read_to_string(&path).unwrap();
    for changed in [
        text.replace(" 5 ", " 4 "),
        text.replace("made 2026", "made 2025"),
        text.lines().filter(|line| !line.contains(" 5 ")).map(|line| format!("{line}\n")).collect(),
        text.replace("seal 1", "seal 2"),
        format!("{text}\n"),
        text[..text.len() - 1].to_owned(),
        String::new(),
    ] {
        std::fs::write(&path, changed).unwrap();
        let refused: Failure = Seal::open(&path).err().unwrap();
        assert_eq!(refused.problem, Problem::SealDamaged);
    }
}

/// The expected hash is Python's, over the list that docs/REGISTRY.md describes; see the page.
#[test]
fn the_hash_of_an_event_is_as_the_page_says() {
    let chain = Chain::of(
        crate::registry::RecordId::parse("6f9619ff-8b86-4011-b42d-00c04fc964ff").unwrap(),
        "S-1",
    );
    let mut event = super::sample::event(What::Issued);
    event.document = Some(Sha256([0xab; 32]));
    event.reason = Some("5 users more".to_owned());
    let before = Head { number: 299, hash: Sha256([0xcd; 32]) };
    let hash = crate::registry::chain::hash(&chain, before, &event);
    assert_eq!(hash.to_string(), EXPECTED);
}

const EXPECTED: &str = "21167d791d68e900b103cad5a2371f776bd2b026bd069ec13828d53df1012913";

/// More documents are refused than findings are kept; the event that was removed is named first.
#[test]
fn what_was_removed_is_named_before_the_documents_that_are_refused() {
    let bed = Bed::sqlite();
    super::large::fill(&mut *bed.open(), 1_100, &mut super::large::Chance(3));
    bed.sql("DELETE FROM event WHERE rowid = 1");
    let strangers = TrustAnchors::new([SigningKey::from_seed(&[9; 32]).unwrap().public()]);
    let found = verify_registry(&bed.place, Some(&strangers), None).unwrap();
    assert!(found.found > 1_100, "{}", found.found);
    assert_eq!(found.findings.len(), 1_000);
    assert!(matches!(found.findings[0], Finding::Chain(_, Broken::Removed(1, 1))));
}
