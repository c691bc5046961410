//! Keys as mail, editors and other programs make them.

use base64ct::{Base64, Encoding};

use super::*;

type Way = (&'static str, fn(&str) -> Vec<u8>);

fn each(text: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    text.lines().map(|line| change(line) + "\n").collect::<String>().into_bytes()
}

fn wide(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

fn html(text: &str) -> String {
    format!("<html><body><p>{}</p></body></html>", text.trim_end().replace('\n', "<br>"))
}

/// Lines of Base64 of this width.
fn at_width(text: &str, width: usize) -> String {
    let wrapped = |line: &str| -> String {
        let letters: Vec<char> = line.chars().collect();
        letters.chunks(width).map(|line| line.iter().collect::<String>() + "\n").collect()
    };
    let dashes = |line: &str| line.starts_with('-');
    text.lines()
        .map(|line| if dashes(line) { format!("{line}\n") } else { wrapped(line) })
        .collect()
}

fn mail(kind: &str, encoding: &str, body: &str) -> Vec<u8> {
    format!(
        "From: a@b.example\r\nTo: c@d.example\r\nContent-Type: {kind}\r\n\
         Content-Transfer-Encoding: {encoding}\r\n\r\n{body}\r\n"
    )
    .into_bytes()
}

/// What is made of a public key on its way.
const WAYS: &[Way] = &[
    ("as made", |text| text.as_bytes().to_vec()),
    ("CRLF", |text| text.replace('\n', "\r\n").into_bytes()),
    ("a mark", |text| format!("\u{feff}{text}").into_bytes()),
    ("UTF-16 LE", |text| wide(&format!("\u{feff}{text}"), u16::to_le_bytes)),
    ("UTF-16 BE", |text| wide(&format!("\u{feff}{text}"), u16::to_be_bytes)),
    ("UTF-16 LE unmarked", |text| wide(text, u16::to_le_bytes)),
    ("UTF-16 BE unmarked", |text| wide(text, u16::to_be_bytes)),
    ("quoted", |text| each(text, |line| format!("> {line}"))),
    ("quoted twice", |text| each(text, |line| format!("> > {line}"))),
    ("quoted with bars", |text| each(text, |line| format!("| {line}"))),
    ("indented", |text| each(text, |line| format!("\t  {line}  "))),
    ("a table", |text| each(text, |line| format!("| {line} |"))),
    ("a fence", |text| format!("```\n{text}```\n").into_bytes()),
    ("code by the line", |text| each(text, |line| format!("`{line}`"))),
    ("bold", |text| each(text, |line| format!("**{line}**"))),
    ("em dashes", |text| text.replace("-----", "\u{2014}\u{2014}-").into_bytes()),
    ("em dashes alone", |text| text.replace("-----", "\u{2014}\u{2014}\u{2014}").into_bytes()),
    ("en dashes", |text| text.replace("--", "\u{2013}").into_bytes()),
    ("one line", |text| text.replace('\n', " ").into_bytes()),
    ("one line without spaces", |text| text.replace('\n', "").into_bytes()),
    ("narrow", |text| at_width(text, 17).into_bytes()),
    ("in a mail", |text| format!("Dear Ida,\n\nour root:\n{text}\n-- \nThe desk").into_bytes()),
    ("twice", |text| {
        format!("{text}\nOn Friday you wrote:\n> {}", text.replace('\n', "\n> ")).into_bytes()
    }),
    ("quoted-printable", |text| mail("text/plain", "quoted-printable", &text.replace('=', "=3D"))),
    ("Base64", |text| mail("text/plain", "base64", &Base64::encode_string(text.as_bytes()))),
    ("a page", |text| html(text).into_bytes()),
    ("a page in Base64", |text| {
        mail("text/html", "base64", &Base64::encode_string(html(text).as_bytes()))
    }),
    ("a page with entities", |text| {
        html(text).replace('+', "&#43;").replace('/', "&#x2F;").replace('=', "&#61;").into_bytes()
    }),
    ("JSON", |text| serde_json::to_string(text).unwrap().into_bytes()),
    ("JSON with escaped slashes", |text| {
        serde_json::to_string(text).unwrap().replace('/', "\\/").into_bytes()
    }),
    ("a URL", |text| {
        let escaped = |byte: u8| match byte {
            b'+' | b'/' | b'=' | b' ' | b'\n' => format!("%{byte:02X}"),
            byte => char::from(byte).to_string(),
        };
        text.bytes().map(escaped).collect::<String>().into_bytes()
    }),
    ("a cell of CSV", |text| format!("name,key\r\nroot,\"{text}\"\r\n").into_bytes()),
    ("a secret of a cluster", |text| {
        format!("root.pub: {}\n", Base64::encode_string(text.as_bytes())).into_bytes()
    }),
];

/// Keys with every character of Base64 in them, `+` and `/` before all.
fn keys() -> Vec<PublicKey> {
    let key = |seed: u8| SigningKey::from_seed(&[seed; 32]).unwrap().public();
    (1..40).map(key).collect()
}

#[test]
fn a_public_key_comes_back_by_every_way() {
    for key in keys() {
        let text = encode_public(&key).unwrap();
        for (way, change) in WAYS {
            let found = public_in(&change(&text));
            assert_eq!(found.as_ref().ok(), Some(&key), "{way}: {found:?}");
            assert_eq!(
                is_as_made(&change(&text), &key),
                ["as made", "CRLF"].contains(way),
                "{way}"
            );
        }
    }
}

/// A way on top of another gives the key or a refusal; and so does what has lost a part.
#[test]
fn a_public_key_is_never_read_as_another() {
    for (number, key) in keys().into_iter().enumerate() {
        let text = encode_public(&key).unwrap();
        let mut read = 0;
        for (way, change) in WAYS {
            let once = String::from_utf8_lossy(&change(&text)).into_owned();
            for (on_top, again) in WAYS.iter().skip(number % 3).step_by(3) {
                match public_in(&again(&once)) {
                    Ok(found) => {
                        assert_eq!(found, key, "{way}, {on_top}");
                        read += 1;
                    }
                    Err(failure) => assert_eq!(code(&failure), "key_unreadable", "{way}, {on_top}"),
                }
            }
            let letters: Vec<char> = once.chars().collect();
            for cut in 0..letters.len() {
                let mut left = letters.clone();
                left.remove(cut);
                if let Ok(found) = public_in(left.iter().collect::<String>().as_bytes()) {
                    assert_eq!(found, key, "{way} without character {cut}");
                }
                if number > 0 {
                    break;
                }
            }
        }
        assert!(read > 100, "{read}");
    }
}

#[test]
fn different_keys_and_private_keys_are_never_taken_for_one() {
    let [one, other] = [1, 2].map(|seed| SigningKey::from_seed(&[seed; 32]).unwrap().public());
    let [one, other] = [one, other].map(|key| encode_public(&key).unwrap());
    let private = encode_private(&seed(), None).unwrap();
    let quoted = |text: &str| text.replace('\n', "\n> ");
    let both = format!("> {}", quoted(&format!("{one}{other}")));
    assert!(public_in(both.as_bytes()).unwrap_err().message.contains("2 different keys"));
    let beside = format!("> {}", quoted(&format!("{one}{}", private.as_str())));
    let failure = public_in(beside.as_bytes()).unwrap_err();
    assert!(!failure.message.contains("MC4C"), "{failure}");
    let named = one.replace("PUBLIC", "PRIVATE");
    assert!(public_in(format!("> {}", quoted(&named)).as_bytes()).is_err());
}

/// Which of two keys is meant is not guessed: not where one of them is damaged either.
#[test]
fn a_damaged_key_beside_a_whole_one_is_refused() {
    let [one, other] = [1, 2].map(|seed| SigningKey::from_seed(&[seed; 32]).unwrap().public());
    let [one, other] = [one, other].map(|key| encode_public(&key).unwrap());
    let quoted = |text: &str| each(text, |line| format!("> {line}"));
    let quoted = |text: &str| String::from_utf8(quoted(text)).unwrap();
    let cut: String = one.lines().take(2).map(|line| format!("{line}\n")).collect();
    let changed = one.replacen("MCow", "MC*w", 1);
    for (way, text) in [
        ("cut, then quoted", format!("{cut}{}", quoted(&other))),
        ("quoted, then cut", format!("{}{cut}", quoted(&other))),
        ("changed, then quoted", format!("{changed}{}", quoted(&other))),
        ("whole, then another quoted", format!("{one}{}", quoted(&other))),
        ("both quoted, one cut", quoted(&format!("{cut}{other}"))),
    ] {
        assert!(public_in(text.as_bytes()).is_err(), "{way}");
    }
    let twice = format!("{one}{}", quoted(&one));
    assert_eq!(
        public_in(twice.as_bytes()).unwrap(),
        SigningKey::from_seed(&[1; 32]).unwrap().public()
    );
}

/// A private key that was sent beside a public one is not passed over.
#[test]
fn a_private_key_beside_a_public_one_is_refused() {
    let public = encode_public(&public(&seed())).unwrap();
    let private = encode_private(&seed(), None).unwrap();
    let [public, private] = [public.as_bytes(), private.as_bytes()].map(Base64::encode_string);
    let attached = |body: &str| format!("--x\nContent-Transfer-Encoding: base64\n\n{body}\n");
    let both = format!("From: a\nTo: b\n\n{}{}--x--\n", attached(&public), attached(&private));
    assert!(public_in(both.as_bytes()).is_err());
    let alone = format!("From: a\nTo: b\n\n{}--x--\n", attached(&public));
    assert!(public_in(alone.as_bytes()).is_ok());
}

/// Private keys are read as OpenSSL reads them, which is asked.
#[test]
fn private_keys_are_read_as_openssl_reads_them() {
    let bench = Bench::new();
    let plain = seed();
    let expected = public(&plain);
    for locked in [false, true] {
        let passphrase = locked.then_some(PASSPHRASE.as_bytes());
        let text = encode_private(&plain, passphrase).unwrap();
        for (way, changed) in [
            ("20 wide", at_width(&text, 20)),
            ("76 wide", at_width(&text.replace('\n', ""), 76)),
            ("63 wide", at_width(&text, 63)),
            ("CRLF", text.replace('\n', "\r\n")),
            (
                "text before",
                format!("Bag Attributes\n    localKeyID: 01\n\nKey:\n{}", text.as_str()),
            ),
            ("text behind", format!("{}\nthat was it\n", text.as_str())),
            ("spaces behind", text.replace('\n', "  \n")),
        ] {
            let changed = match way {
                "76 wide" => at_width(&text, 76),
                _ => changed,
            };
            let path = bench.put("key", &changed);
            let loaded =
                load_private(&path, &bench.pass()).unwrap_or_else(|wrong| panic!("{way}: {wrong}"));
            assert_eq!(loaded.key.public(), expected, "{way}");
            assert_eq!(bench.public_of("key", "-passin file:pass"), expected, "{way}");
        }
        let marked = format!("\u{feff}{}", text.as_str());
        for (way, bytes) in [
            ("a mark", marked.clone().into_bytes()),
            ("UTF-16 LE", wide(&marked, u16::to_le_bytes)),
            ("UTF-16 BE", wide(&marked, u16::to_be_bytes)),
        ] {
            let path = bench.put("key", bytes);
            let loaded = load_private(&path, &bench.pass()).unwrap();
            assert_eq!(loaded.key.public(), expected, "{way}");
        }
    }
}

/// What is of another form is named with the command of OpenSSL that helps, and it does.
#[test]
fn the_commands_of_the_hints_make_a_key_that_is_read() {
    let bench = Bench::new();
    bench.openssl("genpkey -algorithm ed25519 -out plain");
    bench.openssl("pkey -in plain -outform DER -out plain.der");
    bench.openssl("pkcs8 -topk8 -in plain -passout file:pass -outform DER -out locked.der");
    bench.openssl("pkcs8 -topk8 -in plain -v2prf hmacWithSHA1 -passout file:pass -out sha1");
    let expected = bench.public_of("plain", "");
    for (file, what, hint) in [
        ("plain.der", "a private key in DER", "pkey -inform DER -in FILE -aes-256-cbc -out NEW"),
        (
            "locked.der",
            "an encrypted private key in DER",
            "pkey -inform DER -in FILE -aes-256-cbc -out NEW",
        ),
        ("sha1", "PBKDF2 with SHA-1", "pkey -in FILE -aes-256-cbc -out NEW"),
    ] {
        let failure = load_private(&bench.path(file), &bench.pass()).unwrap_err();
        assert_eq!(code(&failure), "key_unreadable", "{failure}");
        assert!(failure.message.contains(what), "{failure}");
        assert!(
            failure.hint.as_ref().unwrap().contains(&format!("`openssl {hint}`")),
            "{failure:?}"
        );
        let line = hint.replace("FILE", file).replace("NEW", "new");
        // Of one file OpenSSL takes the second line for the key that it writes.
        bench.put("both", format!("{PASSPHRASE}\n{PASSPHRASE}\n"));
        bench.openssl(&format!("{line} -passin file:both -passout file:both"));
        assert_eq!(load_private(&bench.path("new"), &bench.pass()).unwrap().key.public(), expected);
        fs::remove_file(bench.path("new")).unwrap();
    }
    bench.openssl("pkey -in plain -pubout -outform DER -out public.der");
    let failure = load_public(&bench.path("public.der")).unwrap_err();
    assert!(failure.message.contains("a public key in DER"), "{failure}");
    assert!(failure.hint.unwrap().contains("`openssl pkey -pubin -inform DER -in FILE -out NEW`"));
    bench.openssl("pkey -pubin -inform DER -in public.der -out new");
    // OpenSSL writes both halves as it is told; the public one is what is read.
    assert_eq!(load_public(&bench.path("new")).unwrap(), expected);
}

#[test]
fn keys_of_the_wrong_kind_are_named_and_no_command_is_promised() {
    let bench = Bench::new();
    bench.openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa");
    bench.openssl("rsa -in rsa -traditional -aes128 -passout file:pass -out rsa.old");
    bench.openssl("pkey -in rsa -outform DER -out rsa.der");
    bench.openssl("ecparam -name prime256v1 -genkey -out ec.old");
    for (file, name) in [
        ("rsa", "an RSA key"),
        ("rsa.old", "an RSA key"),
        ("rsa.der", "an RSA key"),
        ("ec.old", "an elliptic curve key"),
    ] {
        let failure = load_private(&bench.path(file), &bench.pass()).unwrap_err();
        assert_eq!(code(&failure), "key_algorithm", "{failure}");
        assert!(failure.message.contains(name), "{failure}");
        assert!(failure.hint.unwrap().contains("airlock key new"));
    }
    for (text, name) in [
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n", "an OpenSSH private key"),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me", "an OpenSSH public key"),
        ("PuTTY-User-Key-File-3: ssh-ed25519\n", "a PuTTY key"),
        ("AGE-SECRET-KEY-1QQ\n", "an age key"),
        ("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qY\"}", "a JSON Web Key"),
    ] {
        let failure = refused(text);
        assert_eq!(code(&failure), "key_unreadable", "{failure}");
        assert!(failure.message.contains(name), "{failure}");
        assert!(failure.hint.unwrap().contains("wrong kind"), "{name}");
    }
    let old = "-----BEGIN PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n\
               -----END PRIVATE KEY-----\n";
    let failure = refused(old);
    assert!(failure.message.contains("Proc-Type"), "{failure}");
    assert!(failure.hint.unwrap().contains("openssl pkcs8 -topk8"));
}

#[test]
fn a_passphrase_is_tried_as_other_keyboards_write_it() {
    let bench = Bench::new();
    let (composed, apart) = ("Z\u{fc}rich \u{c5}", "Zu\u{308}rich A\u{30a}");
    let expected = seed();
    for typed in [composed, apart] {
        let key = encode_private(&expected, Some(typed.as_bytes())).unwrap();
        let path = bench.put("key", key.as_bytes());
        for given in [composed, apart] {
            for (way, bytes) in [
                ("UTF-8", format!("{given}\n").into_bytes()),
                ("a mark", format!("\u{feff}{given}\r\nmore").into_bytes()),
                ("UTF-16 LE", wide(&format!("\u{feff}{given}\r\nmore"), u16::to_le_bytes)),
                ("UTF-16 BE", wide(&format!("\u{feff}{given}\n"), u16::to_be_bytes)),
                ("UTF-16 without an end", wide(&format!("\u{feff}{given}"), u16::to_le_bytes)),
            ] {
                let source = Passphrase::File(bench.put("p", bytes));
                let loaded = load_private(&path, &source);
                assert!(loaded.is_ok(), "{typed} by {given}, {way}: {:?}", loaded.err());
            }
        }
        for wrong in ["Zurich A", "Z\u{fc}rich A", "Z\u{fc}rich \u{c5} ", "z\u{fc}rich \u{e5}"] {
            let source = Passphrase::File(bench.put("p", wrong));
            let failure = load_private(&path, &source).unwrap_err();
            assert_eq!(code(&failure), "passphrase_wrong", "{wrong}");
        }
    }
}

#[test]
fn a_new_passphrase_is_that_of_the_letters_in_its_file() {
    let bench = Bench::new();
    // U+0A41 and U+010A hold the byte of a line feed.
    let letters = "\u{a41}\u{10a}x";
    for bytes in [
        format!("{letters}\n").into_bytes(),
        format!("\u{feff}{letters}\r\n").into_bytes(),
        wide(&format!("\u{feff}{letters}\r\nsecond"), u16::to_le_bytes),
        wide(&format!("\u{feff}{letters}\r\nsecond"), u16::to_be_bytes),
    ] {
        let fresh = Passphrase::File(bench.put("p", bytes)).fresh().unwrap().unwrap();
        assert_eq!(fresh.as_slice(), letters.as_bytes());
    }
    for empty in [&b"\xff\xfe"[..], b"\xff\xfe\n\0", b"\xfe\xff\0\r\0\n", b"\xef\xbb\xbf\n"] {
        let failure = Passphrase::File(bench.put("p", empty)).fresh().unwrap_err();
        assert_eq!(code(&failure), "passphrase_empty", "{empty:?}");
    }
}
