//! What somebody shows to prove that a license is theirs is proof or not.

use crate::common::Dir;
use crate::json::Json;

/// The fixture with a desk that has its two licenses, of two customers.
fn desk() -> Dir {
    let dir = super::dir();
    dir.yes(&super::init(&dir, "d"));
    dir.yes("desk enter --license n.airlock --desk d --today 2025-10-20");
    dir.yes(
        "desk enter Sydhavn --license loose.airlock --type invoice --desk d --today 2025-10-20",
    );
    dir
}

/// What each document proves.
fn proofs(answer: &Json) -> Vec<String> {
    let name = |it: &Json| {
        let proof = &it["proof"];
        if *proof == Json::Null { "none".to_owned() } else { proof.text().to_owned() }
    };
    answer["shown"].items().iter().map(name).collect()
}

#[test]
fn a_license_as_text_or_file_is_proof_with_its_age() {
    let dir = desk();
    dir.yes("text n.airlock --out n.txt");
    let shown = dir.yes("desk prove A-S00012345 n.airlock n.txt --desk d --today 2025-11-20");
    assert!(shown["proved"] == true);
    assert_eq!(proofs(&shown), ["license", "license"]);
    // It was issued on 2025-10-20.
    assert!(shown["shown"].items()[0]["days_old"] == 31);
}

/// Of several licenses the last one is proof, from its first day on.
#[test]
fn an_earlier_license_is_no_proof() {
    let dir = desk();
    dir.yes("desk renew A-S00012345 --desk d --today 2026-10-01 --yes --out r.airlock");
    let prove =
        |file: &str, day: &str| format!("desk prove A-S00012345 {file} --desk d --today {day}");
    assert_eq!(proofs(&dir.yes(&prove("n.airlock", "2026-10-31"))), ["license"]);
    assert_eq!(proofs(&dir.yes(&prove("r.airlock", "2026-10-31"))), ["license"]);
    let earlier = dir.no(&prove("n.airlock", "2026-11-01"));
    assert_eq!(proofs(&earlier), ["none"]);
    let message = earlier["shown"].items()[0]["message"].text();
    assert!(message.contains("no proof, since a later one has begun"), "{message}");
    let both = dir.yes(&prove("n.airlock r.airlock", "2026-11-01"));
    assert_eq!(proofs(&both), ["none", "license"]);
}

/// Nor is the license of a subscription whose place another one took.
#[test]
fn a_license_of_before_another_subscription_is_no_proof() {
    let dir = desk();
    dir.yes(
        "desk follow A-S00012345 --into NEW --reason agreed --anyway --desk d --yes --today \
         2026-03-01 --out f.airlock",
    );
    let prove = |file: &str| format!("desk prove NEW {file} --desk d --today 2026-03-02");
    let earlier = dir.no(&prove("n.airlock"));
    assert_eq!(proofs(&earlier), ["none"]);
    let message = earlier["shown"].items()[0]["message"].text();
    assert!(message.contains("no proof, since subscription NEW took its place"), "{message}");
    assert_eq!(proofs(&dir.yes(&prove("f.airlock"))), ["license"]);
    // What comes next names the subscription that goes on, whatever was typed.
    let said = dir.run("desk prove A-S00012345 f.airlock --desk d --today 2026-03-02");
    let said = said.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("desk change NEW --name NAME"), "{said}");
}

/// An export names the license in its key, and nobody has signed it.
#[test]
fn a_usage_export_is_no_proof_also_in_a_mail() {
    let dir = desk();
    dir.yes("text n.airlock --out n.txt");
    let key = dir.text("n.txt");
    let export = format!(
        "License Key,\"{}\"\nEmail,ida.thorsen@nordhavn.example\n\nDate,Billable User Count\n\
         2025-11-01,81\n2025-11-02,82\n",
        key.trim_end()
    );
    dir.write("u.csv", &export);
    let mail = format!(
        "From: ida@nordhavn.example\nTo: x@vendor.example\nSubject: Usage\nMIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=\"edge\"\n\n--edge\nContent-Type: text/plain\n\n\
         as you asked\n\n--edge\nContent-Type: text/csv; name=\"u.csv\"\n\
         Content-Disposition: attachment; filename=\"u.csv\"\n\n{export}\n--edge--\n"
    );
    dir.write("u.eml", mail);
    for file in ["u.csv", "u.eml"] {
        let line = format!("desk prove A-S00012345 {file} --desk d --today 2025-11-20");
        let shown = dir.no(&line);
        assert_eq!(proofs(&shown), ["none"], "{file}");
        let message = shown["shown"].items()[0]["message"].text();
        assert!(message.contains("a usage export: "), "{file}: {message}");
    }
}

#[test]
fn a_license_that_is_revoked_or_over_is_told_so() {
    let dir = desk();
    let prove = "desk prove A-S00012345 n.airlock --desk d --today";
    let shown = |day: &str| dir.yes(&format!("{prove} {day}"))["shown"].items()[0].clone();
    assert!(shown("2026-10-31")["message"].text().contains("2026-10-31 is its last day"));
    assert!(shown("2026-11-01")["message"].text().contains("2026-10-31 was its last day"));
    assert_eq!(shown("2025-12-01")["revoked"], Json::Null);
    dir.yes("desk revoke A-S00012345 --reason x --desk d --today 2025-12-01 --yes");
    let revoked = shown("2025-12-01");
    assert_eq!(revoked["revoked"], "2025-12-01");
    assert!(revoked["message"].text().contains("REVOKED on 2025-12-01"));
}

#[test]
fn the_next_command_names_the_proof_and_the_subscription() {
    let dir = desk();
    let prove = dir.run("desk prove A-S00012345 n.airlock --desk d --today 2025-11-20");
    let said = prove.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("desk change A-S00012345 --name NAME"), "{said}");
    assert!(said.contains("--proof license"), "{said}");
}

#[test]
fn nothing_of_the_contact_is_shown_to_whoever_asks() {
    let dir = desk();
    let contact = dir.show("n.airlock")["claims"]["email"].text().to_owned();
    let name = dir.show("n.airlock")["claims"]["name"].text().to_owned();
    for file in ["n.airlock", "loose.airlock", "n.request"] {
        let line = format!("desk prove A-S00012345 {file} --desk d --today 2025-11-20");
        let said = dir.run(&line).to_string();
        assert!(!said.contains(&contact) && !said.contains(&name), "{said}");
    }
}

#[test]
fn a_picture_another_customers_license_and_a_request_prove_nothing() {
    let dir = desk();
    image::GrayImage::from_pixel(80, 24, image::Luma([255])).save(dir.path("screen.png")).unwrap();
    for file in ["screen.png", "loose.airlock", "n.request", "desk.issuer"] {
        let shown = dir.no(&format!("desk prove A-S00012345 {file} --desk d --today 2025-11-20"));
        assert_eq!(proofs(&shown), ["none"], "{file}");
    }
    dir.failed("desk prove A-S00012345 nothing.airlock --desk d", "input_missing");
    dir.refused("desk prove Westhavn n.airlock --desk d", "desk_not_found");
}

#[test]
fn a_license_that_was_altered_proves_nothing() {
    let dir = desk();
    let mut bytes = dir.read("n.airlock");
    *bytes.last_mut().unwrap() ^= 1;
    dir.write("altered.airlock", bytes);
    let shown = dir.no("desk prove A-S00012345 altered.airlock --desk d --today 2025-11-20");
    assert_eq!(proofs(&shown), ["none"]);
}

#[test]
fn a_report_that_the_customers_instance_has_signed_is_proof() {
    let dir = desk();
    dir.yes("license install n.airlock --instance inst --users 81 --today 2025-11-01");
    dir.write("u.csv", "date,count\n2025-11-01,81\n2025-11-02,82\n");
    dir.yes("usage import u.csv --instance inst --today 2025-11-03");
    dir.yes("usage report --instance inst --today 2025-11-03 --out r.usage");
    let shown = dir.yes("desk prove A-S00012345 r.usage --desk d --today 2025-11-20");
    assert_eq!(proofs(&shown), ["report"]);
    let said = dir.run("desk prove A-S00012345 r.usage --desk d --today 2025-11-20");
    assert!(said.text().contains("--proof report"), "{said}");
    assert!(shown["shown"].items()[0]["days_old"] == 18);
    let other = dir.no("desk prove Sydhavn r.usage --desk d --today 2025-11-20");
    assert_eq!(proofs(&other), ["none"]);
}
