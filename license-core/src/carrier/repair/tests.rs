use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::carrier::text::tests::{body_wrapped, each_line, license, sample, strict, strict_code};
use crate::carrier::text::{looks_like_text, read_strict, write};
use crate::carrier::token::{BEGIN, TOKEN, TOKENS, check};
use crate::limits;

fn repair(text: &str) -> Result<Block, Error> {
    read(text.as_bytes())
}

fn blamed(text: &str) -> Result<Block, Error> {
    one(text.as_bytes(), between::named)
}

fn repair_code(text: &str) -> Code {
    repair(text).unwrap_err().code()
}

/// The text joined to one line, then wrapped at this width wherever that falls.
fn wrapped(text: &str, width: usize) -> String {
    let joined: Vec<char> = text.replace('\n', " ").chars().collect();
    joined.chunks(width).map(|line| line.iter().collect::<String>() + "\n").collect()
}

#[test]
fn every_length_comes_back() {
    assert_eq!(write("LICENSE", &[]), "");
    for length in 1..=400 {
        let (block, text) = license(length);
        assert_eq!(strict(&text).as_ref(), Ok(&block), "{length}");
        assert_eq!(strict(&text.replace('\n', "\r\n")).as_ref(), Ok(&block), "{length}");
        assert_eq!(repair(&text).as_ref(), Ok(&block), "{length}");
        assert_eq!(repair(&text.replace('\n', "")).as_ref(), Ok(&block), "{length}");
    }
}

#[test]
fn the_largest_file_comes_back_and_no_larger() {
    let (block, text) = license(limits::FILE_BYTES);
    assert_eq!((strict(&text), repair(&text)), (Ok(block.clone()), Ok(block)));
    for more in [1, 30, 300_000] {
        let (_, text) = license(limits::FILE_BYTES + more);
        assert_eq!(
            (strict_code(&text), repair_code(&text)),
            (Code::TooLarge, Code::TooLarge),
            "{more}"
        );
    }
    let text = license(limits::FILE_BYTES + 300_000).1.replacen('\n', "\nA", 1);
    assert_eq!(repair_code(&text), Code::TooLarge, "damage is not looked for in what is too large");
    let text = format!(
        "-----BEGIN AIRLOCK LICENSE-----\n{}-----END AIRLOCK LICENSE-----\n",
        "\n".repeat(TOKENS + 1)
    );
    assert_eq!(strict_code(&text), Code::TooLarge);
    let text = "\n".repeat(limits::TEXT_BYTES + 1);
    assert_eq!((strict_code(&text), repair_code(&text)), (Code::TooLarge, Code::TooLarge));
}

#[test]
fn base32_that_no_bytes_have_is_refused() {
    for group in ["A", "AAA", "AB", "MZXR"] {
        let token = format!("{group}{}", check(1, group.as_bytes()));
        let text =
            format!("-----BEGIN AIRLOCK LICENSE-----\n{token}\n-----END AIRLOCK LICENSE-----\n");
        assert_eq!(
            (strict_code(&text), repair_code(&text)),
            (Code::TextNotCanonical, Code::TextNotCanonical),
            "{group}"
        );
    }
}

#[test]
fn short_tokens_stand_last_only() {
    let token = |number| format!("MZXW6YTB{}\n", check(number, b"MZXW6YTB"));
    let text = format!(
        "-----BEGIN AIRLOCK LICENSE-----\n{}{}-----END AIRLOCK LICENSE-----\n",
        token(1),
        token(2)
    );
    assert_eq!(
        (strict_code(&text), repair_code(&text)),
        (Code::TextNotCanonical, Code::TextDamaged)
    );
}

#[test]
fn a_cut_text_is_incomplete() {
    let (_, text) = license(200);
    for length in 0..text.len() {
        let cut = &text[..length];
        let code = match length {
            _ if length == text.len() - 1 => Code::TextNotCanonical,
            _ if length < BEGIN.len() => Code::TextMissing,
            _ => Code::TextIncomplete,
        };
        assert_eq!(strict_code(cut), code, "{length}");
        match repair(cut) {
            Ok(block) => {
                assert!(length >= text.len() - 4 && block.bytes == sample(200), "{length}");
            }
            Err(error) if length < 28 => {
                assert_eq!(error.code(), Code::TextMissing, "{length}");
            }
            Err(error) => assert_eq!(error.code(), Code::TextIncomplete, "{length}"),
        }
    }
    let four = text.lines().take(5).collect::<Vec<_>>().join("\n");
    let message = "found no END line (4 tokens read after line 1), expected -----END \
        AIRLOCK LICENSE-----";
    assert_eq!(strict(&four).unwrap_err().message(), message);
    assert_eq!(repair(&format!("{four}\nKind regards")).unwrap_err().message(), message);
}

#[test]
fn an_altered_character_is_named_by_token_and_line() {
    let (_, text) = license(300);
    for at in 32..text.rfind("\n-----END").unwrap() {
        let number = text[..at].matches('\n').count();
        let old = &text[at..=at];
        if old == "\n" {
            continue;
        }
        for new in
            ["Q", "7", "!", "-", "9", "é", "\u{416}", "="].into_iter().filter(|new| *new != old)
        {
            let bad = format!("{}{new}{}", &text[..at], &text[at + 1..]);
            for error in [strict(&bad).unwrap_err(), repair(&bad).unwrap_err()] {
                let message = error.message();
                assert!(message.starts_with(&format!("token {number} ")), "{message}");
                assert!(message.contains(&format!("on line {}", number + 1)), "{message}");
                assert!(
                    error.code() == Code::TextDamaged || !matches!(new, "Q" | "7"),
                    "{message}"
                );
            }
        }
    }
}

#[test]
fn the_damage_is_told() {
    let (_, text) = license(300);
    let fifth = text.lines().nth(4).unwrap();
    let with = |number: usize, change: &dyn Fn(&str) -> String| {
        each_line(&text, |line, old| if line == number { change(old) } else { old.to_owned() })
    };
    let told = |text: &str| {
        let error = repair(text).unwrap_err();
        assert_eq!(error.code(), Code::TextDamaged);
        error.message().to_owned()
    };
    let lost = with(5, &|old| old[1..].to_owned());
    assert_eq!(
        told(&lost),
        "token 4 on line 5 has 51 characters, expected 52: a character is missing"
    );
    let lost_two = with(2, &|old| old[..50].to_owned());
    assert_eq!(
        told(&lost_two),
        "token 1 on line 2 has 50 characters, expected 52: 2 characters are missing"
    );
    let more = with(5, &|old| format!("{old}A"));
    assert_eq!(
        told(&more),
        "token 4 on line 5 has 53 characters, expected 52: a character is too many"
    );
    let more_at_the_end = with(11, &|old| format!("A{old}"));
    assert_eq!(
        told(&more_at_the_end),
        "token 10 on line 11 has 53 characters, expected 52: a character is too many"
    );
    let foreign = with(5, &|old| format!("{}é{}", &old[..9], &old[10..]));
    assert_eq!(told(&foreign), "token 4 holds U+00E9 on line 5, expected A to Z and 2 to 7");
    let altered = with(5, &|old| format!("{}AAAA", &old[..48]));
    let expected = check(4, &fifth.as_bytes()[..48]);
    assert_eq!(
        told(&altered),
        format!(
            "token 4 on line 5 was altered: found check AAAA, expected {expected} for its data"
        )
    );
    let lost_and_wrapped = body_wrapped(&lost, 60, "");
    assert!(
        told(&lost_and_wrapped).starts_with("token 4 on line 4 was altered"),
        "{}",
        told(&lost_and_wrapped)
    );
    let lost_and_joined = with(2, &|old| old[1..].to_owned()).replace('\n', "");
    assert!(
        told(&lost_and_joined).starts_with("token 1 on line 1 was altered"),
        "{}",
        told(&lost_and_joined)
    );
    let quoted_printable = altered.replace('\n', "=0D=0A=\n");
    assert!(
        told(&quoted_printable).starts_with("token 4 on line 5 was altered"),
        "{}",
        told(&quoted_printable)
    );
    let twice = altered.repeat(2);
    assert!(told(&twice).starts_with("token 4 on line 5 was altered"), "{}", told(&twice));
    let early_and_late = with(3, &|_| "A".repeat(52)).replace("-----END", "!\n-----END");
    assert!(
        told(&early_and_late).starts_with("token 2 on line 3 was altered"),
        "{}",
        told(&early_and_late)
    );
    let short = "-----BEGIN AIRLOCK LICENSE-----\nABC\n-----END AIRLOCK LICENSE-----";
    assert_eq!(told(short), "token 1 on line 2 has 3 characters, expected 5 to 52");
}

#[test]
fn tokens_out_of_place_are_told() {
    let (_, text) = license(300);
    let fifth = format!("{}\n", text.lines().nth(4).unwrap());
    let without = text.replace(&fifth, "");
    let doubled = text.replace(&fifth, &fifth.repeat(2));
    assert_eq!(
        repair(&without).unwrap_err().message(),
        "token 4 on line 5 is missing: found token 5 in its place"
    );
    assert_eq!(
        repair(&doubled).unwrap_err().message(),
        "token 5 on line 6 is missing: found token 4 in its place"
    );
    assert_eq!(strict(&without).unwrap_err(), repair(&without).unwrap_err());
    assert_eq!(strict(&doubled).unwrap_err(), repair(&doubled).unwrap_err());
}

#[test]
fn what_mail_does_is_repaired() {
    let (block, text) = license(300);
    let each = |change: &dyn Fn(&str) -> String| each_line(&text, |_, line| change(line));
    let digits = |line: &str| line.replace('O', "0").replace('I', "1").replace('B', "8");
    let mut manglings = vec![
        text.replace('\n', "\r\n"),
        text.replace('\n', "\r"),
        text.replace('\n', "\n\n"),
        text.replace('\n', ""),
        text.replace('\n', " "),
        text.replace('\n', "\u{2028}"),
        text.to_lowercase(),
        text.replace("LICENSE", "License").replace("BEGIN", "Begin"),
        text.replace(' ', "   "),
        text.replace(' ', "\u{a0}"),
        text.replace("-----", "--"),
        text.replace("-----", "––-"),
        text.replace("-----", "—–"),
        text.replace("-----", "\u{2212}\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}"),
        format!("\u{feff}{text}"),
        format!("```text\n{text}```\n"),
        format!("`{}`", text.trim_end()),
        format!(
            "Dear admin,\n\n- here it is -- your license:\n\n{text}\n-- \nThe \
                desk\nhttps://example.com/?a=b\n"
        ),
        format!("see {}, thank you", text.replace('\n', " ")),
        text.replace('\n', "=\n"),
        text.replace('\n', "= \t\r\n"),
        text.replace('\n', "=20\n"),
        text.replace('\n', "=C2=A0\r\n"),
        text.replace("-----", "=E2=80=94=e2=80=93"),
        text.replace('\n', "=0D=0A=\n"),
        each(&|line| format!("> {line}")),
        each(&|line| format!(">{line}")),
        each(&|line| format!(">> {line}")),
        each(&|line| format!("> > >{line}")),
        each(&|line| format!(" >  > {line}")),
        each(&|line| format!("\t    {line}  ")),
        each(&|line| format!("\u{a0}\u{3000}{line}\u{2003}")),
        each(&|line| format!("\u{200b}{line}\u{200b}")),
        each(&|line| format!("`{line}`")),
        each(&|line| line.chars().flat_map(|c| [c, '\u{200b}']).collect()),
        each(&|line| line.split_at(10).0.to_owned() + "\u{a0}" + line.split_at(10).1),
        each(&|line| if line.starts_with('-') { line.to_owned() } else { digits(line) }),
    ];
    for width in 60..=78 {
        manglings.push(wrapped(&text, width));
        manglings.push(wrapped(&text.replace('\n', ""), width));
        manglings.push(body_wrapped(&text, width, ""));
        manglings.push(body_wrapped(&text, width, " "));
        manglings.push(each_line(&wrapped(&text, width), |_, line| format!("> > {line}\r")));
        manglings.push(each_line(&body_wrapped(&text, width, " > "), |_, line| {
            format!("    {}", line.to_lowercase())
        }));
    }
    for mangled in &manglings {
        assert_eq!(repair(mangled).as_ref(), Ok(&block), "{mangled}");
    }
}

#[test]
fn numbers_before_the_lines_are_left_out() {
    let (block, text) = license(700);
    let lines: Vec<&str> = text.lines().collect();
    let tokens = &lines[1..lines.len() - 1];
    let numbered = |with: &dyn Fn(usize, &str) -> String| {
        let tokens: String =
            tokens.iter().enumerate().map(|(index, token)| with(index + 1, token) + "\n").collect();
        format!("{}\n{tokens}{}\n", lines[0], lines[lines.len() - 1])
    };
    let groups = |token: &str| {
        token
            .as_bytes()
            .chunks(4)
            .map(|group| String::from_utf8_lossy(group) + " ")
            .collect::<String>()
    };
    let column: String = (1..=tokens.len()).map(|number| format!("{number}\n")).collect();
    for mangled in [
        numbered(&|number, token| format!("{number} {token}")),
        numbered(&|number, token| format!("  {number:>4}   {}", groups(token))),
        numbered(&|number, token| format!("> {number}. {token}\r")),
        numbered(&|number, token| format!("{number})\t{}", token.to_lowercase())),
        // As a browser's print-out is copied: the column of numbers first, its first one behind
        // the BEGIN line.
        text.replacen("-----\n", &format!("----{column}\n"), 1),
        // Below a list that has numbers of its own, and with the first line joined at the dash.
        format!(
            "1 Photograph it.\n2 Run this.\n{}",
            numbered(&|number, token| format!("{number} {token}"))
        ),
        format!(
            "1. Photograph it.\n2. Run this.\n{}",
            numbered(&|number, token| format!("{number} {}", groups(token)))
                .replacen("-----\n", "----", 1)
        ),
    ] {
        assert_eq!(read_numbered(mangled.as_bytes()).as_ref(), Ok(&block), "{mangled}");
    }
    assert_eq!(read_numbered(text.as_bytes()).as_ref(), Ok(&block));
    // A slip in a numbered text is still refused, and named.
    let slip = numbered(&|number, token| {
        format!("{number} {}", if number == 5 { token.replace('A', "B") } else { token.to_owned() })
    });
    assert_eq!(read_numbered(slip.as_bytes()).unwrap_err().code(), Code::TextDamaged);
}

#[test]
fn bytes_of_another_encoding_are_no_obstacle() {
    let (block, text) = license(300);
    let latin: Vec<u8> =
        [b"Sch\xf6ne Gr\xfc\xdfe \xff\xfe\n", text.as_bytes(), b"\xa9 M\xfcller\n"].concat();
    assert_eq!(read(&latin).as_ref(), Ok(&block));
    let spaced =
        latin.split_inclusive(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b"\xa0\xa0"[..]);
    assert_eq!(read(&spaced).as_ref(), Ok(&block));
    let swap = |text: &str, from: u8, to: u8| {
        text.bytes().map(|byte| if byte == from { to } else { byte }).collect::<Vec<u8>>()
    };
    let windows = swap(&text.replace("-----", "--"), b'-', 0x96);
    assert_eq!(read(&windows).as_ref(), Ok(&block));
    let within = swap(&text.replacen('\n', "\n!", 1), b'!', 0xe4);
    let message = "token 1 holds U+00E4 on line 2, expected A to Z and 2 to 7";
    assert_eq!(read(&within).unwrap_err().message(), message);
}

#[test]
fn text_without_a_block_is_missing() {
    let (_, text) = license(100);
    let bare: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    let message = "found no BEGIN line, expected -----BEGIN AIRLOCK <KIND>----- before the tokens";
    for none in [
        "",
        " ",
        "hello",
        "-----",
        "-----BEGIN PGP MESSAGE-----",
        "BEGIN AIRLOCK LICENSE",
        "-----BEGIN AIRLOCK -----",
        &bare,
    ] {
        let error = repair(none).unwrap_err();
        assert_eq!((error.code(), error.message()), (Code::TextMissing, message), "{none}");
    }
    let headless: String = text.split_inclusive('\n').skip(1).collect();
    let error = repair(&headless).unwrap_err();
    assert_eq!(error.code(), Code::TextMissing);
    assert!(
        error.message().starts_with("found an END line on line 5 and no BEGIN line"),
        "{error}"
    );
    let empty = "-----BEGIN AIRLOCK LICENSE-----\n-----END AIRLOCK LICENSE-----\n";
    assert_eq!(
        (strict_code(empty), repair_code(empty)),
        (Code::TextIncomplete, Code::TextIncomplete)
    );
    assert_eq!(
        repair_code(&text.replace("END AIRLOCK LICENSE", "END AIRLOCK REQUEST")),
        Code::TextIncomplete
    );
}

/// Something inserted before the first token: the block is damaged, and its other tokens can be
/// read.
fn damaged(text: &str) -> String {
    text.replacen('\n', "\nA", 1)
}

const MENTION: &str = "It begins with -----BEGIN AIRLOCK LICENSE-----, as below.\n";
const PROSE: &str = "Copy from -----BEGIN AIRLOCK LICENSE----- to -----END AIRLOCK LICENSE-----:\n";

#[test]
fn copies_are_one_file() {
    let (block, text) = license(300);
    let quoted = each_line(&text, |_, line| format!("> {line}"));
    let damaged = damaged(&text);
    for other in [&text, &quoted, &damaged, PROSE, MENTION] {
        assert_eq!(repair(&format!("{text}\nwrote:\n{other}")).as_ref(), Ok(&block), "{other}");
        assert_eq!(repair(&format!("{other}\nwrote:\n{text}")).as_ref(), Ok(&block), "{other}");
    }
    assert_eq!(repair(&text.repeat(BLOCKS)).as_ref(), Ok(&block));
    let message = "token 1 on line 3 has 53 characters, expected 52: a character is too many";
    assert_eq!(repair(&format!("{PROSE}{damaged}")).unwrap_err().message(), message);
}

/// The documents before the last are often the same in two files: what lacks the last one's
/// signature may be either.
#[test]
fn a_copy_is_known_by_its_signature() {
    let (block, text) = license(300);
    // 300 bytes are 10 tokens, each on the line after its number. The signature is the last two.
    let without = |from: usize, to: usize| {
        each_line(&text, |line, old| {
            if (from..=to).contains(&line) { format!("{old}A") } else { old.to_owned() }
        })
    };
    for copy in [without(2, 2), without(2, 9), without(3, 10), without(10, 11)] {
        assert_eq!(repair(&format!("{text}{copy}")).as_ref(), Ok(&block), "{copy}");
        assert_eq!(repair(&format!("{copy}{text}")).as_ref(), Ok(&block), "{copy}");
    }
    let begin = text.lines().next().unwrap();
    let cuts = [begin.len() + 1, begin.len() + 3, begin.len() + 54, 200, text.len() - 150];
    for cut in cuts.map(|length| text[..length].to_owned()).into_iter().chain([
        without(2, 11),
        without(9, 11),
        format!("{begin}\n-----END AIRLOCK LICENSE-----\n"),
        format!("{begin} AB"),
        format!("License: {begin}\nAB"),
        text[60..].to_owned(),
        text[text.len() - 40..].to_owned(),
    ]) {
        for both in [format!("{text}\nwrote:\n{cut}"), format!("{cut}\n\n{text}")] {
            assert_eq!(repair_code(&both), Code::TextSeveral, "{both}");
            let error = repair(&both).unwrap_err();
            assert!(error.message().contains(" (cut or damaged)"), "{error}");
        }
    }
}

#[test]
fn a_sentence_that_names_such_a_line_is_no_block() {
    let (block, text) = license(300);
    for sentence in [
        PROSE,
        MENTION,
        "From -----BEGIN AIRLOCK LICENSE----- to the end.\n",
        "From -----BEGIN AIRLOCK LICENSE----- (LICENSE).\n",
        "company A -----BEGIN AIRLOCK LICENSE-----\nplan premium\n",
        "company A -----BEGIN AIRLOCK LICENSE-----\n",
        "It ends with -----END AIRLOCK LICENSE-----.\n",
        "-----BEGIN AIRLOCK LICENSE----------END AIRLOCK LICENSE-----\n",
    ] {
        assert_eq!(repair(&format!("{sentence}{text}")).as_ref(), Ok(&block), "{sentence}");
        assert_eq!(repair(&format!("{text}{sentence}")).as_ref(), Ok(&block), "{sentence}");
    }
}

#[test]
fn different_files_are_several() {
    let (_, text) = license(300);
    let other = write("LICENSE", &sample(301)[1..]);
    let request = write("REQUEST", &sample(300));
    for others in [&other, &request, &damaged(&other), &damaged(&request)] {
        assert_eq!(repair_code(&format!("{text}{others}")), Code::TextSeveral, "{others}");
        assert_eq!(repair_code(&format!("{others}{text}")), Code::TextSeveral, "{others}");
    }
    let message = "found LICENSE on line 1, REQUEST on line 14, expected one file";
    assert_eq!(repair(&format!("{text}\n{request}")).unwrap_err().message(), message);
    assert_eq!(repair_code(&text.repeat(BLOCKS + 1)), Code::TextSeveral);
}

#[test]
fn hostile_text_is_quick() {
    let (_, text) = license(300);
    let filled = |pattern: &str| pattern.repeat((limits::TEXT_BYTES - 100) / pattern.len());
    let begin = "-----BEGIN AIRLOCK LICENSE-----\n";
    let end = "\n-----END AIRLOCK LICENSE-----\n";
    let mut hostile: Vec<String> = [
        begin,
        end,
        &text,
        "--BEGINAIRLOCKA--",
        "--BEGIN AIRLOCK ",
        "-",
        "- ",
        "=",
        "=  ",
        ">",
        "\u{200b}",
        "\r",
    ]
    .into_iter()
    .map(filled)
    .collect();
    for inside in ["A", "A ", "AAAAAA ", "\n", "=", "\u{e9}"] {
        hostile.push(format!("{begin}{}", filled(inside)));
        hostile.push(format!("{begin}{}{end}", filled(inside)));
        hostile.push(format!("{begin}{}{end}", inside.repeat(TOKENS * TOKEN)));
    }
    let group = "A".repeat(48);
    let odd: String = (1..=TOKENS)
        .map(|number| format!("X\n{group}{}\n", check(number, group.as_bytes())))
        .collect();
    hostile.push(format!("{begin}{odd}{end}"));
    for text in hostile {
        let start: String = text.chars().take(40).collect();
        let started = Instant::now();
        assert!(strict(&text).is_err() && blamed(&text).is_err(), "{start}");
        assert!(started.elapsed() < Duration::from_secs(5), "{start}: {:?}", started.elapsed());
    }
}

proptest! {
    #[test]
    fn bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 1..2000), word in "[A-Z]{1,16}") {
        let block = Block { word, bytes };
        let text = write(&block.word, &block.bytes);
        prop_assert!(looks_like_text(text.as_bytes()));
        prop_assert_eq!(strict(&text), Ok(block.clone()));
        prop_assert_eq!(repair(&text), Ok(block));
    }

    #[test]
    fn wrapping_loses_nothing(length in 1..800_usize, width in 1..200_usize, quote in "[> \
        \t]{0,4}") {
        let (block, text) = license(length);
        prop_assert_eq!(repair(&each_line(&wrapped(&text, width), |_, line| format!("{quote}{line}"))), Ok(block));
    }

    #[test]
    fn any_bytes_are_refused(bytes: Vec<u8>) {
        let block = [b"-----BEGIN AIRLOCK A-----\n", &bytes[..], b"\n-----END AIRLOCK \
            A-----\n"].concat();
        for text in [&bytes, &block] {
            prop_assert!(read_strict(text).is_err());
            prop_assert!(read(text).is_err());
            let _ = looks_like_text(text);
        }
    }

    #[test]
    fn any_marks_are_refused(text in "(--|-|BEGIN|END|AIRLOCK| \
        |LICENSE|[A-Z2-7]{1,60}|=|=3D|>|\n|\r|é|`){0,40}") {
        prop_assert!(strict(&text).is_err());
        prop_assert!(repair(&text).is_err());
    }
}

/// A file of our kind, and its text: what ends is known by its own shape.
fn real_file() -> (Vec<u8>, String) {
    let file = crate::carrier::open::tests::file(
        "a desk with a name of some length, so that there are lines",
    );
    let text = crate::carrier::text_of(&file).unwrap();
    (file, text)
}

#[test]
fn marks_of_any_client_are_repaired() {
    let (block, text) = license(300);
    let each = |change: &dyn Fn(&str) -> String| each_line(&text, |_, line| change(line));
    for mangled in [
        each(&|line| format!("| {line}")),
        each(&|line| format!("|{line}|")),
        each(&|line| format!("| {line} |")),
        each(&|line| format!(": {line}")),
        each(&|line| format!("> | > {line}")),
        each(&|line| format!("> > **{line}**")),
        each(&|line| format!("**{line}**  ")),
        each(&|line| format!("_{line}_\\")),
        each(&|line| format!("~~{line}~~")),
        each(&|line| format!("# {line}")),
        each(&|line| format!("* {line}")),
        each(&|line| format!("\u{2022} {line}")),
        each(&|line| format!("\u{2502} {line} \u{2502}")),
        each(&|line| format!("\"{line}\"")),
        each(&|line| format!("\"{line}\",")),
        each(&|line| format!("'{line}';")),
        each(&|line| format!("\u{201e}{line}\u{201c}")),
        each(&|line| format!("\u{ab}{line}\u{bb}")),
        format!("id,text\r\n7,\"{}\"\r\n", text.trim_end()),
        format!("~~~text\n{text}~~~\n"),
        format!("> ```\n{}> ```\n", each(&|line| format!("> {line}"))),
        format!("***\n{text}***\n"),
    ] {
        assert_eq!(repair(&mangled).as_ref(), Ok(&block), "{mangled}");
    }
}

#[test]
fn what_stands_before_every_line_is_left_out() {
    let (block, text) = license(300);
    let each =
        |change: &dyn Fn(usize, &str) -> String| each_line(&text, |at, line| change(at, line));
    for mangled in [
        each(&|_, line| format!("AB> {line}")),
        each(&|_, line| format!("Anna>{line}")),
        each(&|_, line| format!("<anna> {line}")),
        each(&|_, line| format!("[09:14] Anna: {line}")),
        each(&|at, line| format!("[09:14:{at:02}] Anna: {line}")),
        each(&|at, line| format!("{}: {line}", at + 8)),
        each(&|at, line| format!("{:>4} | {line}", at + 95)),
    ] {
        assert_eq!(read_numbered(mangled.as_bytes()).as_ref(), Ok(&block), "{mangled}");
        let slip = mangled.replacen(&text[40..60], &text[40..60].replace('A', "B"), 1);
        let slipped = read_numbered(slip.as_bytes()).map_err(|error| error.code());
        assert!(slip == mangled || slipped == Err(Code::TextDamaged), "{slip}");
    }
}

#[test]
fn lines_that_do_not_belong_are_named() {
    let (_, text) = real_file();
    let lines: Vec<&str> = text.lines().collect();
    let odd = [
        "CONFIDENTIAL",
        "Desk  10:32",
        "[09:14] Anna:",
        "[2026-10-05 10:31] Desk Support:",
        "\u{c}Page 2 of 3",
        "--- Page 2 ---",
        "CAUTION: this mail came from outside. Click nothing.",
        "- 2 -",
        "2",
        "ACME GMBH",
        "internal",
        "https://vendor.example/legal?x=1&y=2",
        "This message and its attachments are confidential and meant for their addressee alone; whoever \
         else has them deletes them.",
        "\u{2014} Seite 2 von 3 \u{2014}",
        "\u{65e5}\u{672c}\u{8a9e}",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ];
    for odd in odd {
        for at in 1..lines.len() {
            let mut with = lines.clone();
            with.insert(at, odd);
            let error = blamed(&with.join("\n")).unwrap_err();
            assert_eq!(
                (error.code(), error.lines()),
                (Code::TextDamaged, [at + 1].as_slice()),
                "{odd} {at}"
            );
            assert!(error.message().starts_with(&format!("line {} (", at + 1)), "{error}");
            assert!(!error.message().contains("altered"), "{error}");
        }
    }
}

#[test]
fn several_lines_that_do_not_belong_are_all_named() {
    let (_, text) = real_file();
    let with = text.lines().enumerate().map(|(at, line)| match at {
        3 => format!("one\n\ntwo words\n{line}\n"),
        5 => format!("> CONFIDENTIAL\n> {line}\n"),
        _ => format!("> {line}\n"),
    });
    let with: String = with.collect();
    let error = blamed(&with).unwrap_err();
    assert_eq!(error.lines(), [4, 6, 9]);
    assert_eq!(
        error.message(),
        "lines 4 (\"one\"), 6 (\"two words\"), 9 (\"CONFIDENTIAL\") do not belong between the tokens"
    );
    // Without them the text is whole.
    let kept = with.lines().enumerate().filter(|(at, _)| !error.lines().contains(&(at + 1)));
    let kept: String = kept.map(|(_, line)| line.to_owned() + "\n").collect();
    assert!(repair(&kept).is_ok());
    // A token that was altered as well is told first.
    let altered =
        with.replacen(&text[40..50], &text[40..50].replace(['A', 'B', 'C', 'D', 'E'], "Z"), 1);
    if altered != with {
        let error = blamed(&altered).unwrap_err();
        assert!(error.message().starts_with("token 1 on line 2 was altered"), "{error}");
        assert_eq!(error.lines(), [4, 6, 9]);
    }
}

#[test]
fn wrapped_text_with_a_line_that_does_not_belong() {
    let (_, text) = real_file();
    for width in [60, 64, 70, 76] {
        let wrapped = body_wrapped(&text, width, "");
        let lines: Vec<&str> = wrapped.lines().collect();
        for at in 1..lines.len() {
            let mut with = lines.clone();
            with.insert(at, "Page 2 of 3");
            let error = blamed(&with.join("\n")).unwrap_err();
            assert_eq!(error.lines(), [at + 1], "{width} {at} {error}");
        }
    }
}
