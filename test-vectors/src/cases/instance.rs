//! What depends on the caller: V12 to V14.

use license_core::Code;
use license_core::value::{DocumentId, InstanceId};
use test_vectors::Form;

use super::{Case, refused_license, taken_license};
use crate::bytes::{Map, bstr, list, uint};
use crate::documents::{
    INSTANCES, USAGE, USERS_NOW, bare, bound, day, file, first_instance, further_keys, license,
    license_document, over, own, rule, usage_on, within,
};
use crate::keys::{Key, SPARE, STANDBY, STRANGER};

pub(super) fn cases() -> Vec<Case> {
    [instances(), installs(), reports()].into_iter().flatten().collect()
}

/// Returns a license that names so many instances.
fn naming(count: usize) -> Map {
    bare().with(18, list(&INSTANCES.iter().take(count).map(|id| bstr(id)).collect::<Vec<_>>()))
}

fn instances() -> Vec<Case> {
    let [first, _, third, fourth, fifth] = INSTANCES;
    let at = |case: Case, instance: Option<[u8; 16]>| {
        case.edit(|vector| vector.instance = Some(instance.map(InstanceId)))
    };
    let taken = |name: &str, what: &str, claims: &Map, instance| {
        at(taken_license(format!("ok-instance-{name}"), format!("V12 {what}"), claims), instance)
    };
    let refused = |name: &str, code, what: &str, claims: &Map, instance| {
        at(
            refused_license(format!("instance-{name}"), code, format!("V12 {what}"), claims),
            instance,
        )
    };
    let mut near = first;
    near[15] ^= 1;
    vec![
        taken("only", "the one instance that is named", &naming(1), Some(first)),
        taken("first-of-4", "the first of four", &naming(4), Some(first)),
        taken("third-of-4", "the third of four", &naming(4), Some(third)),
        taken("fourth-of-4", "the fourth of four", &naming(4), Some(fourth)),
        taken(
            "unbound",
            "a license that names no instance, on one that gives its id",
            &bare(),
            Some(first),
        ),
        taken(
            "unbound-none",
            "a license that names no instance, on one that gives no id",
            &bare(),
            None,
        ),
        taken_license(
            "ok-instance-not-asked",
            "V12 is for a caller that asks: without it a bound license is verified",
            &naming(1),
        ),
        refused(
            "other",
            Code::OtherInstance,
            "another instance than the one that is named",
            &naming(1),
            Some(third),
        ),
        refused(
            "other-of-4",
            Code::OtherInstance,
            "another instance than the four that are named",
            &naming(4),
            Some(fifth),
        ),
        refused(
            "other-bit",
            Code::OtherInstance,
            "an id that differs in one bit",
            &naming(1),
            Some(near),
        ),
        refused(
            "none",
            Code::InstanceMissing,
            "an instance is named, and the caller gives no id",
            &naming(1),
            None,
        ),
        refused(
            "none-of-4",
            Code::InstanceMissing,
            "four instances are named, and the caller gives no id",
            &naming(4),
            None,
        ),
    ]
}

fn installs() -> Vec<Case> {
    let with = |effect: u64, fact: i128| {
        bare().with(
            10,
            list(&[
                rule(1, 1, &[over(USERS_NOW, 5)]),
                rule(1, effect, &[over(USERS_NOW, 5), over(fact, 5)]),
            ]),
        )
    };
    let install = |case: Case| case.edit(|vector| vector.install = true);
    let refused = |name: &str, what: &str, claims: &Map| {
        install(refused_license(
            format!("payload-install-{name}"),
            Code::TooNew,
            format!("V13 {what}"),
            claims,
        ))
    };
    let taken = |name: &str, what: &str, claims: &Map| {
        install(taken_license(format!("ok-install-{name}"), format!("V13 {what}"), claims))
    };
    let window =
        bare().with(10, list(&[rule(1, 1, &[within(6, 5, day("2025-11-01"), day("2025-11-01"))])]));
    vec![
        taken("known", "every effect and fact is known", &license()),
        taken("odd-effect", "an unknown odd effect", &with(7, 3)),
        taken("odd-fact", "an unknown odd fact", &with(6, 7)),
        taken(
            "odd-fact-at-most",
            "an unknown odd fact with a negative test: -8 is the complement of 7",
            &with(6, -8),
        ),
        taken(
            "even-reason",
            "an unknown even reason explains only",
            &bare().with(10, list(&[rule(12, 1, &[over(USERS_NOW, 5)])])),
        ),
        refused("even-effect", "an unknown even effect in the second rule", &with(8, 3)),
        refused("effect-0", "effect 0", &with(0, 3)),
        refused("even-fact", "an unknown even fact in the second condition", &with(6, 6)),
        refused(
            "even-fact-at-most",
            "an unknown even fact with a negative test: -7 is the complement of 6",
            &with(6, -7),
        ),
        refused("fact-0", "fact 0", &with(6, 0)),
        refused("even-fact-days", "an unknown even fact with days", &window),
        refused(
            "even-fact-odd-effect",
            "an unknown even fact in a rule whose effect is unknown and odd",
            &with(7, 6),
        ),
        taken_license(
            "ok-even-effect-not-installed",
            "V13 is for installation only: an unknown even effect",
            &with(8, 3),
        ),
        taken_license(
            "ok-even-fact-not-installed",
            "V13 is for installation only: an unknown even fact",
            &with(6, 6),
        ),
    ]
}

fn reports() -> Vec<Case> {
    let further = license_document(&bound().with(20, list(&further_keys())));
    let (unbound, bound) = (license_document(&license()), license_document(&bound()));
    let report = |license: [u8; 16]| own(USAGE, usage_on(license).item());
    let by = |key: Key, license: [u8; 16]| {
        crate::bytes::Document::of(
            &key.pair(),
            USAGE,
            usage_on(license).with(1, bstr(&key.public())).item(),
        )
    };
    let strange = |license| by(STRANGER, license);
    let pair = |license: &crate::bytes::Document, report: &crate::bytes::Document| {
        vec![
            file(&[
                crate::documents::issuer_document(&crate::documents::issuer()),
                license.clone(),
            ]),
            file(std::slice::from_ref(report)),
        ]
    };
    let taken = |name: &str,
                 key: &str,
                 what: &str,
                 license: &crate::bytes::Document,
                 report: crate::bytes::Document| {
        Case::new(
            format!("ok-report-{name}"),
            Form::Report,
            None,
            format!("V14 {what}"),
            pair(license, &report),
        )
        .edit(|vector| {
            vector.kind = Some("usage".to_owned());
            vector.id = Some(DocumentId(report.id()));
            vector.report_key = Some(key.to_owned());
        })
    };
    let refused = |name: &str,
                   code,
                   what: &str,
                   license: &crate::bytes::Document,
                   report: &crate::bytes::Document| {
        Case::new(
            format!("instance-report-{name}"),
            Form::Report,
            Some(code),
            format!("V14 {what}"),
            pair(license, report),
        )
    };
    vec![
        taken(
            "bound",
            "billed",
            "a report on its license by the key that the license names",
            &bound,
            report(bound.id()),
        ),
        taken(
            "unbound",
            "unnamed",
            "a report on a license that names no key",
            &unbound,
            report(unbound.id()),
        ),
        taken(
            "unbound-other-key",
            "unnamed",
            "a license that names no key takes any key",
            &unbound,
            strange(unbound.id()),
        ),
        taken(
            "billed-beside-further",
            "billed",
            "a report of the billed instance, on a license that names further keys",
            &further,
            report(further.id()),
        ),
        taken(
            "further",
            "further",
            "a report by the first of two further keys",
            &further,
            by(SPARE, further.id()),
        ),
        taken(
            "further-second",
            "further",
            "a report by the second of two further keys",
            &further,
            by(STANDBY, further.id()),
        ),
        refused(
            "other-key-beside-further",
            Code::OtherKey,
            "a report by a key that is none of those that the license names",
            &further,
            &strange(further.id()),
        ),
        refused(
            "further-key-not-named",
            Code::OtherKey,
            "a report by a spare instance, on a license that names the billed one alone",
            &bound,
            &by(SPARE, bound.id()),
        ),
        refused(
            "other-license",
            Code::OtherLicense,
            "a report on another license",
            &bound,
            &report(unbound.id()),
        ),
        refused(
            "other-license-unbound",
            Code::OtherLicense,
            "a report on another license than this one, which names no key",
            &unbound,
            &report(bound.id()),
        ),
        refused(
            "other-key",
            Code::OtherKey,
            "a report by another key than the license names",
            &bound,
            &strange(bound.id()),
        ),
        refused(
            "other-both",
            Code::OtherLicense,
            "another license and another key: the license comes first",
            &bound,
            &strange(unbound.id()),
        ),
        refused_report_signature(&bound),
        Case::new(
            "limits-report-license",
            Form::Report,
            Some(Code::IssuerSeats),
            "V10 V14 a report on a license that fails",
            vec![
                file(&[
                    crate::documents::issuer_document(&crate::documents::issuer().with(7, uint(1))),
                    bound.clone(),
                ]),
                file(&[report(bound.id())]),
            ],
        ),
        taken_license(
            "ok-instance-bound-first",
            "V12 the bound license of these reports",
            &crate::documents::bound(),
        )
        .edit(|vector| vector.instance = Some(Some(InstanceId(first_instance())))),
    ]
}

fn refused_report_signature(license: &crate::bytes::Document) -> Case {
    let mut report = own(USAGE, usage_on(license.id()).item());
    report.signature = vec![0; 64];
    let bodies = vec![
        file(&[crate::documents::issuer_document(&crate::documents::issuer()), license.clone()]),
        file(&[report]),
    ];
    Case::new(
        "signature-report",
        Form::Report,
        Some(Code::BadSignature),
        "V6 V14 a report whose signature does not hold",
        bodies,
    )
}
