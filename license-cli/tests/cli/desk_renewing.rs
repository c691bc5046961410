//! `airlock desk renew --from-statement`: the renewal and the receipt of the last report, from what
//! the reports say.

use crate::common::Dir;
use crate::json::Json;
use crate::statement::{EXAMPLE, year};
use crate::vendor::{Vendor, on_each};

const RENEW: &str = "desk renew A-S00012345 --from-statement --desk d --today 2026-11-09 --yes";

/// The year of the documentation's example, reported once, at a desk that has it.
fn reported(vendor: &Vendor) -> &Dir {
    reported_with(vendor, &EXAMPLE)
}

fn reported_with<'a>(vendor: &'a Vendor, peaks: &[(&str, u32)]) -> &'a Dir {
    let dir = vendor.sold();
    dir.yes("license install n.airlock --instance inst --users 81 --today 2025-11-01");
    dir.write("year.csv", year(peaks) + "2026-11-01,95\n");
    dir.yes("usage import year.csv --instance inst --today 2026-11-02");
    dir.yes("usage report --anyway --instance inst --today 2026-11-02 --out n.usage");
    dir.yes("desk receive n.usage --desk d --today 2026-11-08");
    dir
}

fn claims(dir: &Dir, file: &str) -> Vec<Json> {
    // A text with several blocks is shown block by block.
    let text = dir.text(file);
    let blocks: Vec<&str> = text.split_inclusive("-----END AIRLOCK").collect();
    let blocks = blocks.windows(2).map(|it| {
        let begin = it[0].find("-----BEGIN").unwrap();
        let end = it[1].lines().next().unwrap();
        format!("{}{end}\n", &it[0][begin..])
    });
    let claims = blocks.map(|block| {
        dir.write("block.txt", block);
        dir.show("block.txt")["claims"].clone()
    });
    claims.collect()
}

fn events(dir: &Dir) -> Vec<String> {
    let history = dir.yes("desk history A-S00012345 --desk d");
    history["events"].items().iter().map(|it| it["what"].text().to_owned()).collect()
}

on_each! {
    fn the_renewal_and_the_receipt_go_in_one_text(vendor: &Vendor) {
        let dir = reported(vendor);
        let drawn = dir.yes(&format!("{RENEW} --dry-run"));
        assert_eq!(drawn["statement"]["seats_owed"], 20);
        assert_eq!(drawn["receipt"]["seats_owed"], 20);
        let made = dir.yes(&format!("{RENEW} --out r.txt"));
        assert_eq!(made["receipt"]["outcome"], "paid");
        let all = claims(dir, "r.txt");
        let receipt = all.iter().find(|it| it.keys().contains(&"outcome")).unwrap();
        assert_eq!(receipt["seats_owed"], 20);
        let license = all.iter().find(|it| it.keys().contains(&"seats")).unwrap();
        assert_eq!(license["seats"], 120);
        assert_eq!(license["previous_users"], 100);
        let true_up = &license["true_up"];
        assert_eq!((&true_up["quantity"], &true_up["base"]), (&Json::read("20"), &Json::read("100")));
        assert_eq!((true_up["from"].text(), true_up["to"].text()), ("2025-11-01", "2026-10-31"));
        // The instance takes both at once.
        dir.yes("license install r.txt --instance inst --users 95 --today 2026-11-09");
        let status = dir.yes("status --instance inst --today 2026-11-09");
        assert_eq!(status["receipt"]["outcome"], "paid");
        dir.run("status --instance inst --today 2026-11-09")
            .says(&["settled through 2026-11-01: 20 seats owed, paid"]);
        assert_eq!(events(dir), ["taken_over", "received", "renewed", "receipted"]);
        let due = dir.yes("desk due --desk d --today 2026-11-09");
        assert!(due["due"].items().iter().all(|it| it["what"] != "receipt"), "{due:?}");
        vendor.verify();
    }

    fn the_same_again_gives_the_same_and_files_nothing(vendor: &Vendor) {
        let dir = reported(vendor);
        // The disk is full: both are filed, and their file is not written.
        let lost = dir.run(&format!("{RENEW} --out /dev/full --json")).error(2, "disk_full");
        assert!(lost["message"].text().contains("is filed, its file was not written"), "{lost:?}");
        let filed = events(dir);
        let made = dir.yes(&format!("{RENEW} --out r.txt"));
        let again = dir.yes(&format!("{RENEW} --out r2.txt"));
        assert_eq!((&made["again"], &again["again"]), (&Json::read("true"), &Json::read("true")));
        assert_eq!(made["id"], again["id"]);
        assert_eq!(dir.read("r.txt"), dir.read("r2.txt"));
        dir.yes(&format!("{RENEW} --out r.txt"));
        assert_eq!(events(dir), filed);
        assert_eq!(filed, ["taken_over", "received", "renewed", "receipted"]);
        vendor.verify();
    }

    fn nothing_is_filed_where_either_is_refused(vendor: &Vendor) {
        let dir = reported(vendor);
        let before = events(dir);
        // What came of the seats does not fit.
        dir.failed(&format!("{RENEW} --came-of nothing_owed"), "receipt_outcome");
        // The renewal is refused by the instance.
        dir.refused(&format!("{RENEW} --seats 50"), "desk_objection");
        // It is no term that goes on to its end.
        dir.failed(&format!("{RENEW} --from 2026-08-01"), "options");
        assert_eq!(events(dir), before);
    }

    fn a_day_without_a_figure_leaves_it_open(vendor: &Vendor) {
        let dir = vendor.sold();
        let none = dir.refused(RENEW, "receipt_open");
        assert!(none["message"].text().contains("leaves open"), "{none:?}");
        dir.yes("license install n.airlock --instance inst --users 81 --today 2025-11-01");
        dir.write("year.csv", year(&EXAMPLE).replace("2026-01-05,95\n", ""));
        dir.yes("usage import year.csv --instance inst --today 2026-11-02");
        dir.yes("usage report --anyway --instance inst --today 2026-11-02 --out n.usage");
        dir.yes("desk receive n.usage --desk d --today 2026-11-08");
        let open = dir.refused(RENEW, "receipt_open");
        assert!(open["message"].text().contains("1 day without a figure"), "{open:?}");
    }

    fn quarters_that_were_reconciled_are_settled(vendor: &Vendor) {
        let dir = reported(vendor);
        dir.yes("desk edit A-S00012345 --quarterly yes --desk d --today 2026-11-09");
        dir.yes(&format!("{RENEW} --out r.txt"));
        let all = claims(dir, "r.txt");
        let license = all.iter().find(|it| it.keys().contains(&"seats")).unwrap();
        assert!(license["seats"] == 120 && !license.has("true_up"), "{license:?}");
        assert!(license["flags"].texts().contains(&"reconciliation_completed"), "{license:?}");
        dir.yes("license install r.txt --instance inst --users 95 --today 2026-11-09");
    }

    /// Before the term ends the last report is a few days old, and says what is owed so far.
    fn a_term_that_goes_on_is_renewed_by_its_last_report(vendor: &Vendor) {
        let dir = vendor.sold();
        dir.yes("license install n.airlock --instance inst --users 81 --today 2025-11-01");
        let so_far: Vec<String> = year(&EXAMPLE).lines().map(str::to_owned).collect();
        let so_far = so_far.iter().filter(|row| !row.starts_with("2026-10-2")).cloned();
        let so_far: Vec<String> = so_far.filter(|row| !row.starts_with("2026-10-3")).collect();
        dir.write("year.csv", so_far.join("\n") + "\n");
        dir.yes("usage import year.csv --instance inst --today 2026-10-20");
        dir.yes("usage report --instance inst --today 2026-10-20 --out n.usage");
        dir.yes("desk receive n.usage --desk d --today 2026-10-21");
        let at = |day: &str| RENEW.replace("2026-11-09", day);
        let made = dir.yes(&format!("{} --out r.txt", at("2026-10-25")));
        assert_eq!(made["statement"]["today"], "2026-10-20");
        assert_eq!(made["after"]["true_up"]["quantity"], 20);
        let again = dir.yes(&format!("{} --out r2.txt", at("2026-10-25")));
        assert_eq!((&made["id"], dir.read("r.txt")), (&again["id"], dir.read("r2.txt")));
        dir.yes("license install r.txt --instance inst --users 95 --today 2026-10-26");
        vendor.verify();
    }

    /// Once the term is over, each of its days counts.
    fn a_term_that_is_over_needs_all_its_days(vendor: &Vendor) {
        let dir = vendor.sold();
        dir.yes("license install n.airlock --instance inst --users 81 --today 2025-11-01");
        let days = year(&EXAMPLE).replace("2026-10-31,95\n", "");
        dir.write("year.csv", days);
        dir.yes("usage import year.csv --instance inst --today 2026-10-31");
        dir.yes("usage report --instance inst --today 2026-10-31 --out n.usage");
        dir.yes("desk receive n.usage --desk d --today 2026-11-01");
        let open = dir.refused(RENEW, "receipt_open");
        assert!(open["message"].text().contains("1 day without a figure"), "{open:?}");
    }

    /// What was paid within the term is not paid once more.
    fn what_was_paid_is_not_in_the_true_up(vendor: &Vendor) {
        let dir = reported(vendor);
        dir.yes(
            "desk change A-S00012345 --true-up 20 --true-up-from 2025-11-01 --true-up-to 2026-10-31 \
             --reason paid --ticket T-1 --desk d --today 2026-08-10 --yes --out paid.airlock",
        );
        let made = dir.yes(&format!("{RENEW} --dry-run"));
        assert_eq!(made["statement"]["seats_owed"], 0);
        assert!(!made["after"].has("true_up"), "{made:?}");
        assert_eq!(made["receipt"]["outcome"], "paid");
    }

    fn without_overage_nothing_is_owed(vendor: &Vendor) {
        let dir = reported_with(vendor, &[]);
        let made = dir.yes(&format!("{RENEW} --out r.txt"));
        assert_eq!(made["receipt"]["outcome"], "nothing_owed");
        let all = claims(dir, "r.txt");
        let license = all.iter().find(|it| it.keys().contains(&"seats")).unwrap();
        assert!(license["seats"] == 100 && !license.has("true_up"), "{license:?}");
    }

    fn a_statement_that_leaves_stands_in_the_history(vendor: &Vendor) {
        let dir = reported(vendor);
        let line = "desk statement A-S00012345 --list-price 100 --desk d --today 2026-11-09";
        dir.unchanged(|| dir.yes(line));
        dir.yes(&format!("{line} --out s.html"));
        assert_eq!(events(dir).last().unwrap(), "stated");
        let history = dir.yes("desk history A-S00012345 --desk d");
        let detail = &history["events"].items().last().unwrap()["detail"];
        assert_eq!((detail["form"].text(), detail["due"].text()), ("html", "USD 2,000.00"));
        let sum = crate::common::tool("sha256sum", "coreutils", &["s.html"], dir.root());
        let sum = String::from_utf8(sum.stdout).unwrap();
        assert_eq!(detail["sha256"].text(), sum.split(' ').next().unwrap());
        dir.failed(&format!("{line} --out none/s.html"), "output_parent");
        vendor.verify();
    }
}

/// The whole loop: request, license, twelve reports, statement, receipt and renewal in one mail,
/// installed with one command.
#[test]
fn a_year_from_request_to_settled() {
    let vendor = Vendor::sqlite();
    let dir = &vendor.dir;
    dir.yes(
        "desk receive n.request --customer Nordhavn --type offline --desk d --today 2025-10-19",
    );
    dir.yes(
        "desk issue --request n.request --policy gitlab-legacy --from 2025-11-01 --until 2026-11-01 \
         --previous-users 100 --subscription-id A-S00012345 --desk d --yes --today 2025-10-20 --out \
         first.airlock",
    );
    dir.yes("license install first.airlock --instance inst --users 81 --today 2025-11-01");
    let days = year(&EXAMPLE) + "2026-11-01,95\n";
    let months = (12..=12).map(|it| (2025, it)).chain((1..=11).map(|it| (2026, it)));
    for (year, month) in months {
        // Each report is made on the first of the month, of all days before it.
        let first = format!("{year}-{month:02}-01");
        let before: Vec<&str> =
            days.lines().filter(|row| *row < first.as_str() || *row == "date,count").collect();
        dir.write("month.csv", before.join("\n") + "\n");
        dir.yes(&format!("usage import month.csv --instance inst --today {first}"));
        dir.yes(&format!("usage report --instance inst --today {first} --out {first}.usage"));
        dir.yes(&format!("desk receive {first}.usage --desk d --today {first}"));
    }
    let stated = dir.yes("desk statement A-S00012345 --list-price 100 --desk d --today 2026-11-01");
    assert_eq!(stated["statement"]["due"], "2000.00");
    let renew = RENEW.replace("2026-11-09", "2026-11-01");
    dir.yes(&format!("{renew} --ticket T-1 --out r.txt"));
    let mail = format!(
        "From: desk@vendor.example\nTo: ida.thorsen@nordhavn.example\nSubject: your renewal\n\n\
         Dear Ida,\n\n{}\nRegards\n",
        dir.text("r.txt")
    );
    dir.write("r.eml", mail);
    dir.yes("license install r.eml --instance inst --users 95 --today 2026-11-01");
    dir.run("status --instance inst --today 2026-11-01")
        .ends(0)
        .says(&["settled through 2026-10-31: 20 seats owed, paid", "120"]);
    vendor.verify();
}
