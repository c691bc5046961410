//! `airlock reconcile --statement`: what is owed in money.

use std::fmt::Write;

use crate::common::{Dir, data, terms, tool};
use crate::json::Json;

const STATEMENT: &str =
    "--license n.airlock --trust root.pub --today 2026-11-01 --statement --list-price 100";

/// The fixture's term, 95 users a day, and more on some days.
pub(crate) fn year(more: &[(&str, u32)]) -> String {
    let mut text = "date,count\n".to_owned();
    let months = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for (year, month) in [(2025, 11), (2025, 12)].into_iter().chain((1..11).map(|it| (2026, it))) {
        for day in 1..=months[month - 1] {
            let day = format!("{year}-{month:02}-{day:02}");
            let users = more.iter().find(|(on, _)| *on == day).map_or(95, |(_, users)| *users);
            writeln!(text, "{day},{users}").unwrap();
        }
    }
    text
}

/// The peaks of the documentation's example, one in each quarter.
pub(crate) const EXAMPLE: [(&str, u32); 4] =
    [("2025-12-24", 110), ("2026-03-01", 105), ("2026-07-31", 120), ("2026-08-01", 118)];

fn example() -> Dir {
    let dir = Dir::new();
    dir.write("year.csv", year(&EXAMPLE));
    dir
}

fn amounts(term: &Json) -> Vec<&str> {
    term["lines"].items().iter().map(|line| line["amount"].text()).collect()
}

fn codes(json: &Json) -> Vec<&str> {
    json["findings"].items().iter().map(|finding| finding["code"].text()).collect()
}

#[test]
fn the_documented_example_by_quarters() {
    let dir = example();
    let answer = dir.yes(&format!("reconcile year.csv {STATEMENT} --quarterly"));
    let statement = &answer["statement"];
    assert_eq!(statement["due"], "1000.00");
    assert_eq!(statement["currency"], "USD");
    let term = &statement["terms"].items()[0];
    assert_eq!(amounts(term), ["750.00", "0.00", "250.00", "0.00"]);
    assert_eq!(term["renewal_seats"], 120);
    dir.run(&format!("reconcile year.csv {STATEMENT} --quarterly")).ends(0).says(&[
        "OWED: USD 1,000.00 for 20 seats",
        "users in subscription: 110 on 2025-12-24; seats: 100",
        "users over license: 110 - 100 = 10",
        "10 seats x USD 100.00 x 3 of 4 quarters = USD 750.00",
        "20 seats: USD 750.00 + USD 250.00 = USD 1,000.00",
    ]);
}

#[test]
fn the_documented_example_by_the_year() {
    let answer = example().yes(&format!("reconcile year.csv {STATEMENT}"));
    assert_eq!(answer["statement"]["due"], "2000.00");
    assert_eq!(answer["statement"]["seats_owed"], 20);
}

#[test]
fn education_owes_nothing_and_renews_with_more() {
    let answer = example().yes(&format!("reconcile year.csv {STATEMENT} --overage-free"));
    let term = &answer["statement"]["terms"].items()[0];
    assert_eq!(term["due"], "0.00");
    assert_eq!(term["users_over_license"], 20);
    assert_eq!(term["renewal_seats"], 120);
    assert_eq!(term["lines"].items()[0]["state"], "costs_nothing");
}

#[test]
fn prices_come_from_a_list_and_those_that_are_typed_go_before() {
    let dir = example();
    let list = "currency = \"EUR\"\n[[list]]\nplan = \"premium\"\nprice = \"90.10\"\n\
                [[order]]\nplan = \"premium\"\nprice = \"80\"\n";
    dir.write("prices.toml", list);
    let line = "reconcile year.csv --license n.airlock --trust root.pub --today 2026-11-01 \
                --statement --prices prices.toml";
    let due = |more: &str| {
        let answer = dir.yes(&format!("{line} {more}"));
        let statement = &answer["statement"];
        format!("{} {}", statement["currency"].text(), statement["due"].text())
    };
    assert_eq!(due(""), "EUR 1802.00");
    assert_eq!(due("--quarterly"), "EUR 800.00");
    assert_eq!(due("--list-price premium=1.01 --list-price 7"), "EUR 20.20");
    assert_eq!(due("--quarterly --order-price 7"), "EUR 70.00");
    dir.write("prices.toml", "currency = \"EUR\"\n[[list]]\nprice = 90.1\n");
    let wrong = dir.failed(line, "prices_unreadable");
    assert!(wrong["message"].text().starts_with("prices.toml: line 3: "), "{wrong:?}");
}

#[test]
fn without_a_price_the_seats_are_known_and_the_sum_is_not() {
    let dir = example();
    let line = "reconcile year.csv --license n.airlock --trust root.pub --today 2026-11-01 \
                --statement";
    let statement = &dir.no(line)["statement"];
    assert_eq!(statement["seats_owed"], 20);
    assert_eq!(statement["due"], Json::Null);
    let run = dir.run(line);
    run.ends(1).says(&["no price of the plan premium is known", "Not known: the price"]);
}

#[test]
fn what_only_a_statement_takes_is_refused_without_one() {
    let dir = example();
    let line = "reconcile year.csv --license n.airlock --trust root.pub --today 2026-11-01";
    for option in ["--csv", "--list-price 1", "--out s.csv", "--term 2026-01-01"] {
        dir.failed(&format!("{line} {option}"), "options");
    }
    for option in ["--list-price 1,5", "--list-price gold=1", "--list-price 1.234"] {
        dir.failed(&format!("{line} --statement {option}"), "options");
    }
    dir.failed(&format!("{line} --statement --term 2026-11-01"), "options");
    dir.failed(&format!("{line} --statement --out s.doc"), "options");
}

#[test]
fn a_sum_beyond_what_is_counted_is_refused() {
    let most = "184467440737095516.15";
    let line = STATEMENT.replace("--list-price 100", &format!("--list-price {most}"));
    example().failed(&format!("reconcile year.csv {line}"), "money_overflow");
}

#[test]
fn a_folder_holds_the_reports_and_the_license() {
    let dir = example();
    std::fs::create_dir_all(dir.path("in/deeper")).unwrap();
    for (from, to) in [("n.airlock", "in/deeper/n.airlock"), ("year.csv", "in/year.csv")] {
        std::fs::copy(dir.path(from), dir.path(to)).unwrap();
    }
    // What is neither report nor license is passed over.
    for (name, content) in [("notes.txt", "call them"), ("prices.toml", "currency = \"USD\"")] {
        dir.write(&format!("in/{name}"), content);
    }
    std::fs::copy(dir.path("n.request"), dir.path("in/n.request")).unwrap();
    let line = "reconcile in --trust root.pub --today 2026-11-01";
    assert_eq!(dir.yes(line)["seats_owed"], 20);
    let due = dir.yes(&format!("{line} --statement --list-price 100"));
    assert_eq!(due["statement"]["due"], "2000.00");
    // The one that is named goes before those in the folder.
    dir.issue("--seats 110");
    let named = dir.yes(&format!("{line} --license new.airlock"));
    assert_eq!(named["seats_owed"], 10);
    // An export that was spoilt is told, not passed over.
    std::fs::copy(data("license_usage_excel.csv"), dir.path("in/spoilt.csv")).unwrap();
    let spoilt = dir.failed(line, "export_spreadsheet");
    assert!(spoilt["message"].text().starts_with("in/spoilt.csv: line "), "{spoilt:?}");
}

/// What could not be looked into may hold the month that is missing: it is named, and the answer is
/// not complete.
#[test]
fn what_is_not_read_in_a_folder_is_named_and_leaves_the_answer_open() {
    let dir = example();
    std::fs::create_dir(dir.path("in")).unwrap();
    for (from, to) in [("n.airlock", "in/n.airlock"), ("year.csv", "in/year.csv")] {
        std::fs::copy(dir.path(from), dir.path(to)).unwrap();
    }
    let line = "reconcile in --trust root.pub --today 2026-11-01";
    dir.write("in/notes.txt", "call them\n");
    std::fs::copy(dir.path("n.request"), dir.path("in/n.request")).unwrap();
    let answer = dir.yes(line);
    assert_eq!(
        answer["warnings"].texts(),
        ["passed over, as neither report, export nor license: in/n.request, in/notes.txt"]
    );
    for name in ["in/scan.png", "in/year.xlsx", "in/large.usage", "in/link.csv"] {
        match name {
            "in/scan.png" => dir.write(name, b"\x89PNG\r\n\x1a\n"),
            "in/year.xlsx" => dir.write(name, b"PK\x03\x04"),
            "in/link.csv" => std::os::unix::fs::symlink("../year.csv", dir.path(name)).unwrap(),
            _ => std::fs::File::create(dir.path(name)).unwrap().set_len(1 << 25).unwrap(),
        }
        let answer = dir.no(line);
        assert_eq!(answer["complete"], false, "{name}");
        let warnings = answer["warnings"].texts();
        let told = |it: &&&str| it.starts_with("not read: ") && it.contains(name);
        assert_eq!(warnings.iter().filter(told).count(), 1, "{name}: {warnings:?}");
        dir.run(line).ends(1).says(&["AT LEAST 20 seats owed", "not known: 1 file not read\n"]);
        let due = dir.run(&format!("{line} --statement --list-price 100"));
        due.ends(1).says(&["OWED AT LEAST: USD 2,000.00", "Not known: 1 file not read"]);
        std::fs::remove_file(dir.path(name)).unwrap();
    }
}

/// A folder is another one than that whose name begins with its own; and the same one, whatever it
/// is called.
#[test]
fn folders_are_told_apart_by_where_they_are() {
    let dir = example();
    std::fs::create_dir(dir.path("in")).unwrap();
    std::fs::create_dir(dir.path("in2")).unwrap();
    std::fs::copy(dir.path("year.csv"), dir.path("in2/year.csv")).unwrap();
    std::os::unix::fs::symlink("in2", dir.path("link")).unwrap();
    let line = |folders: &str| {
        format!("reconcile {folders} --license n.airlock --trust root.pub --today 2026-11-01")
    };
    let error = dir.failed(&line("in in2"), "input_directory");
    assert!(error["message"].text().starts_with("in holds no usage report"), "{error:?}");
    for same in ["in2", "in2 in2/year.csv", "in2 ./in2", "link in2", "in/../in2 link"] {
        assert_eq!(dir.yes(&line(same))["reports"].items().len(), 1, "{same}");
    }
}

#[test]
fn without_a_license_beside_the_reports_one_is_asked_for() {
    let dir = example();
    let line = "reconcile year.csv --trust root.pub --today 2026-11-01";
    let failed = dir.failed(line, "options");
    assert!(failed["hint"].text().contains("--license FILE"), "{failed:?}");
}

#[test]
fn a_pouch_holds_them_too() {
    let dir = Dir::installed();
    dir.write("year.csv", year(&EXAMPLE));
    dir.yes("usage import year.csv --instance inst --today 2026-11-01");
    dir.yes("usage report --anyway --instance inst --today 2026-11-01 --out n.usage");
    dir.yes("pouch n.usage n.airlock --out pouch.txt");
    let line = "reconcile pouch.txt --trust root.pub --today 2026-11-01 --statement --list-price 1";
    let answer = dir.yes(line);
    assert_eq!(answer["signed"], true);
    assert_eq!(answer["statement"]["due"], "20.00");
}

#[test]
fn the_rewritten_month_names_the_day_and_both_figures() {
    let dir = Dir::new();
    let months =
        ["month1", "month2", "month2_rewritten"].map(|it| data(&format!("license_usage_{it}.csv")));
    let line = format!(
        "reconcile {} --license n.airlock --trust root.pub --today 2026-01-01 --statement",
        months.join(" ")
    );
    let answer = dir.yes(&line);
    assert_eq!(codes(&answer), ["unsigned", "history_changed"]);
    let changed = &answer["findings"].items()[1];
    assert!(changed["message"].text().ends_with("2025-11-20 83, then 74"), "{changed:?}");
    assert!(changed["proves"].text().contains("another one in an earlier file"));
    assert!(changed["does_not_prove"].text().contains("which of the two is true"));
    dir.run(&line).ends(0).says(&["2025-11-20 83, then 74", "It proves "]);
}

#[test]
fn nine_days_missing_are_named_and_nothing_is_invented() {
    let dir = Dir::new();
    let gaps = data("license_usage_gaps.csv");
    let answer = dir.no(&format!("reconcile {gaps} {STATEMENT}"));
    let term = &answer["statement"]["terms"].items()[0];
    assert_eq!(term["days_missing"].items().len(), 9);
    assert_eq!(term["days_missing"], answer["days_missing"]);
    assert_eq!(answer["statement"]["due"], "1200.00");
    let run = dir.run(&format!("reconcile {gaps} {STATEMENT}"));
    run.ends(1).says(&["OWED AT LEAST: USD 1,200.00 for 12 seats", "9 days: 2025-11-24"]);
}

#[test]
fn a_line_that_was_rounded_says_so() {
    let dir = example();
    let line = STATEMENT.replace("100", "99.99");
    let answer = dir.yes(&format!("reconcile year.csv {line} --quarterly"));
    let first = &answer["statement"]["terms"].items()[0]["lines"].items()[0];
    assert_eq!(first["rounded_from"], "749.925000");
    let sum = "10 seats x USD 99.99 x 3 of 4 quarters = USD 749.93, rounded up from 749.925000";
    assert!(first["sums"].texts().contains(&sum), "{first:?}");
}

#[test]
fn seats_bought_within_the_term_are_shown_by_the_day() {
    let dir = example();
    dir.yes(&terms("--seats 110 --today 2026-05-08 --subscription A-S00012345 --out more.airlock"));
    let line = format!("{STATEMENT} --license more.airlock").replace("100", "228");
    let answer = dir.yes(&format!("reconcile year.csv {line}"));
    let term = &answer["statement"]["terms"].items()[0];
    assert_eq!(term["bought"].items()[0]["amount"], "1105.64");
    assert_eq!(term["due"], "2280.00");
    dir.run(&format!("reconcile year.csv {line}")).ends(0).says(&[
        "10 seats x USD 228.00 x 177 of 365 days = USD 1,105.64",
        "an order of its own: not in the sum below",
    ]);
}

#[test]
fn it_is_written_as_a_table_and_for_programs() {
    let dir = example();
    let line = format!("reconcile year.csv {STATEMENT} --quarterly");
    let table = dir.run(&format!("{line} --csv"));
    let text = table.ends(0).text().to_owned();
    let rows: Vec<Vec<&str>> = text.lines().map(|row| row.split(',').collect()).collect();
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{text}");
    let amount = rows[0].iter().position(|name| *name == "amount").unwrap();
    let amounts: Vec<&str> = rows[1..].iter().map(|row| row[amount]).collect();
    assert_eq!(amounts, ["750.00", "0.00", "250.00", "0.00", "1000.00"]);
    for ending in ["csv", "json", "txt"] {
        dir.yes(&format!("{line} --out s.{ending}"));
        dir.failed(&format!("{line} --out s.{ending}"), "output_exists");
        dir.yes(&format!("{line} --out s.{ending} --force"));
    }
    assert_eq!(dir.text("s.csv"), text);
    assert_eq!(Json::read(&dir.text("s.json"))["due"], "1000.00");
    assert!(dir.text("s.txt").starts_with("OWED: USD 1,000.00"));
}

#[test]
fn text_fits_80_columns() {
    let dir = example();
    let gaps = data("license_usage_gaps.csv");
    for line in [
        format!("reconcile year.csv {STATEMENT} --quarterly"),
        format!("reconcile {gaps} {STATEMENT}"),
    ] {
        let text = String::from_utf8(dir.run(&line).out).unwrap();
        let long: Vec<&str> = text.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(long.is_empty(), "{long:?}");
    }
}

/// The page of a statement whose company and figures are these.
fn page(dir: &Dir, more: &str) -> String {
    dir.yes(&format!("reconcile year.csv {STATEMENT} {more} --out s.html"));
    dir.text("s.html")
}

#[test]
fn the_page_has_headings_a_table_and_a_chart_with_words() {
    let dir = example();
    let page = page(&dir, "--quarterly");
    for part in [
        "<html lang=\"en\">",
        "name=\"viewport\" content=\"width=device-width, initial-scale=1\"",
        "<h1>Statement of Nordhavn Shipyards A/S</h1>",
        "OWED: USD 1,000.00 for 20 seats",
        "<h2>Term <span class=\"day\">2025-11-01</span> to <span class=\"day\">2026-10-31</span></h2>",
        "<caption>What each line comes to</caption>",
        "<th scope=\"col\">Users in subscription</th>",
        "<th scope=\"row\">quarter 1</th>",
        "role=\"img\" aria-label=\"Users in subscription by day from 2025-11-01 to 2026-10-31, \
         against 100 seats: the peak is 120 on 2026-07-31; the scale begins at ",
        "peak 120 on 2026-07-31</text>",
        "110 tolerated</text>",
        "@media print",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // Four quarters; nothing that runs, nothing from elsewhere.
    assert_eq!(page.matches(">Q4</text>").count(), 2);
    for part in ["<script", "http:", "https:", "url("] {
        assert!(!page.contains(part), "{part}");
    }
}

/// The line of tolerance is that of the license's own rules.
#[test]
fn the_chart_has_the_tolerance_of_the_license() {
    let tolerated = |terms_of: &str| {
        let dir = example();
        dir.yes(&terms(terms_of));
        let line = STATEMENT.replace("n.airlock", "new.airlock");
        dir.run(&format!("reconcile year.csv {line} --out s.html")).ends(0);
        let page = dir.text("s.html");
        let word = page.split(" tolerated</text>").next().unwrap_or_default();
        let has_one = word.len() < page.len();
        has_one.then(|| word.rsplit('>').next().unwrap_or_default().to_owned())
    };
    assert_eq!(tolerated("").as_deref(), Some("110"));
    assert_eq!(tolerated("--set tolerance_percent=20").as_deref(), Some("120"));
    assert_eq!(tolerated("--set tolerance_percent=0"), None);
    assert_eq!(tolerated("--policy gitlab-offline-cloud"), None);
}

/// Whose figures are billed is not known, and no form shows a sum of them.
#[test]
fn of_rival_instances_no_form_shows_a_sum() {
    let dir = Dir::new();
    dir.yes("instance init second --trust root.pub");
    for (instance, users) in [("inst", 130), ("second", 140)] {
        let at = |day: &str| format!("--instance {instance} --today {day}");
        dir.yes(&format!("license install loose.airlock --users 81 {}", at("2025-11-01")));
        dir.write("in.csv", format!("date,count\n2025-11-01,{users}\n2025-11-02,{users}\n"));
        dir.yes(&format!("usage import in.csv {}", at("2025-11-03")));
        dir.yes(&format!("usage report {} --out {instance}.usage", at("2025-11-03")));
    }
    let line = "reconcile inst.usage second.usage --license loose.airlock --trust root.pub --today \
                2026-11-01 --statement --list-price 100 --quarterly";
    let statement = dir.no(line)["statement"].clone();
    let term = &statement["terms"].items()[0];
    for field in ["due", "so_far", "seats_owed"] {
        assert_eq!((&statement[field], &term[field]), (&Json::Null, &Json::Null), "{field}");
    }
    for field in ["users_max", "users_max_on", "users_over_license", "renewal_seats"] {
        assert_eq!(term[field], Json::Null, "{field}");
    }
    assert!(term["lines"].items().is_empty());
    dir.run(line).ends(1).says(&["NOT KNOWN what is owed", "owed         not known"]);
    for form in ["txt", "html", "pdf", "csv", "json"] {
        dir.run(&format!("{line} --out s.{form}")).ends(1);
    }
    let pdf = tool("pdftotext", "poppler-utils", &["-layout", "s.pdf", "-"], dir.root());
    let pdf = String::from_utf8(pdf.stdout).unwrap();
    for text in [pdf, dir.text("s.txt"), dir.text("s.html"), dir.text("s.csv"), dir.text("s.json")]
    {
        for sum in ["USD 0.00", "USD 3", "USD 4", "3000.00", "4000.00", "2250.00", "130", "140"] {
            assert!(!text.contains(sum), "{sum}: {text}");
        }
    }
    let csv = dir.text("s.csv");
    let last = csv.lines().last().unwrap();
    assert!(last.contains(",sum,not_known,") && last.ends_with(",,,USD,false"), "{csv}");
}

#[test]
fn what_a_customer_is_called_is_no_markup() {
    let dir = example();
    dir.yes(&terms("--company '<b>&Co</b>' --out new.airlock"));
    let line = STATEMENT.replace("n.airlock", "new.airlock");
    dir.run(&format!("reconcile year.csv {line} --out s.html")).ends(0);
    let page = dir.text("s.html");
    assert!(page.contains("Statement of &lt;b&gt;&amp;Co&lt;/b&gt;") && !page.contains("<b>"));
}

#[test]
fn the_pdf_says_what_the_text_says() {
    let dir = example();
    let line = format!("reconcile year.csv {STATEMENT} --quarterly --force");
    dir.yes(&format!("{line} --out s.pdf"));
    let first = dir.read("s.pdf");
    dir.yes(&format!("{line} --out s.pdf"));
    assert_eq!(dir.read("s.pdf"), first);
    let text = tool("pdftotext", "poppler-utils", &["-layout", "s.pdf", "-"], dir.root());
    let text = String::from_utf8(text.stdout).unwrap();
    for part in [
        "Statement of Nordhavn Shipyards A/S",
        "OWED: USD 1,000.00 for 20 seats",
        "10 seats x USD 100.00 x 3 of 4 quarters = USD 750.00",
        "peak 120 on 2026-07-31",
        "page 1 of 2",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// What a screen reader goes by: headings, lists, a table with heads, words for the chart.
#[test]
fn the_pdf_has_its_structure() {
    let dir = example();
    dir.yes(&format!("reconcile year.csv {STATEMENT} --quarterly --out s.pdf"));
    let info = tool("pdfinfo", "poppler-utils", &["s.pdf"], dir.root());
    let info = String::from_utf8(info.stdout).unwrap();
    let tagged = info.lines().find(|line| line.starts_with("Tagged:")).unwrap();
    assert!(tagged.ends_with("yes"), "{info}");
    let tree = tool("pdfinfo", "poppler-utils", &["-struct-text", "s.pdf"], dir.root());
    let tree = String::from_utf8(tree.stdout).unwrap();
    let is = |line: &str, role: &str| line.trim().trim_end_matches(':') == role;
    let count = |role: &str| tree.lines().filter(|line| is(line, role)).count();
    // The sums of four quarters, and the table: a row of heads, the quarters, what is owed.
    assert_eq!(["Document", "H1 (block)", "H2 (block)"].map(count), [1, 1, 2], "{tree}");
    assert_eq!(["Table (block)", "TR", "TH", "TD"].map(count), [1, 6, 7 + 5, 5 * 6], "{tree}");
    assert_eq!(["Figure", "Figure (inline)"].map(count).iter().sum::<usize>(), 1, "{tree}");
    let read: String = tree.lines().filter_map(|line| line.trim().strip_prefix('"')).collect();
    // A line that was broken is read with a space.
    let broken = "the peak is 120 on 2026-07-31; the scale begins at";
    for part in ["Statement of Nordhavn", "OWED: USD 1,000.00 for 20 seats", "quarter 1", broken] {
        assert!(read.contains(part), "{part}: {tree}");
    }
    let file = String::from_utf8_lossy(&dir.read("s.pdf")).into_owned();
    for part in
        ["/Alt (Users in subscription by day", "/Lang (en)", "/Scope /Column", "/Marked true"]
    {
        assert!(file.contains(part), "{part}");
    }
}
