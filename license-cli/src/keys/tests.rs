mod carried;

use std::path::PathBuf;
use std::process::{Command, Stdio};

use pkcs8::pkcs5::pbes2::{Pbkdf2Params, Salt, ScryptParams};
use proptest::prelude::*;
use ring::signature::Ed25519KeyPair;
use tempfile::TempDir;

use ring::rand::SystemRandom;

use super::encryption::{bound_pbkdf2, bound_scrypt};
use super::passphrase::{PASSPHRASE_BYTES, twice};
use super::pem::{armor, dearmor};
use super::*;
use crate::files::{Mode, write_new, write_pair};
use crate::problem::Exit;

/// What stands before the seed in PKCS#8 v1 (RFC 8410 section 7): version 0, the algorithm, an
/// octet string within one.
const PRIVATE_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];
/// What stands before the key in a SubjectPublicKeyInfo (RFC 8410 section 4).
const PUBLIC_PREFIX: [u8; 12] =
    [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

const PASSPHRASE: &str = "correct horse";
/// An Ed25519 key, as `openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 1` encrypts it with the
/// passphrase `x`.
const LOCKED_DER: &str = concat!(
    "30819a305606092a864886f70d01050d3049302806092a864886f70d01050c301b0408450385559c00bb98020101300c06082a864886f70d",
    "02090500301d060960864801650304012a04102293d3790ae055c08c26cd7cdbd74d6e04408661555135d2b1221aa63a623c547d0ed3756b",
    "bba71ef46b1a6ffab9068e7dfad6ce245a99fc7f6eda0ca9dc7009627f474eb02e76ba042d0f8ac73a43c3d881",
);

/// A folder with a passphrase file in it, and OpenSSL run there.
struct Bench(TempDir);

impl Bench {
    fn new() -> Self {
        let bench = Self(tempfile::tempdir().unwrap());
        fs::write(bench.path("pass"), format!("{PASSPHRASE}\n")).unwrap();
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn pass(&self) -> Passphrase {
        Passphrase::File(self.path("pass"))
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    fn try_openssl(&self, arguments: &str) -> Result<String, String> {
        let output = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| {
                panic!("this test needs the command `openssl`, version 3: {error}")
            });
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
    }

    fn openssl(&self, arguments: &str) -> String {
        self.try_openssl(arguments).unwrap_or_else(|error| panic!("openssl {arguments}: {error}"))
    }

    fn public_of(&self, key: &str, pass: &str) -> PublicKey {
        self.openssl(&format!("pkey -in {key} {pass} -pubout -out of.pub"));
        load_public(&self.path("of.pub")).unwrap()
    }
}

fn seed() -> Seed {
    generate(&SystemRandom::new()).unwrap()
}

fn public(seed: &Seed) -> PublicKey {
    SigningKey::from_seed(seed).unwrap().public()
}

fn code(failure: &Failure) -> &'static str {
    assert!(failure.exit == Exit::Failed, "{failure}");
    failure.problem.name()
}

fn refused(content: impl AsRef<[u8]>) -> Failure {
    let bench = Bench::new();
    let path = bench.put("key", content);
    let private = load_private(&path, &Passphrase::None).unwrap_err();
    assert_eq!(describe(&path, &Passphrase::None).unwrap_err(), private);
    assert_eq!(load_public(&path).unwrap_err(), private);
    assert!(private.message.starts_with(path.to_str().unwrap()), "{private}");
    private
}

#[test]
fn keys_make_the_round_trip() {
    let bench = Bench::new();
    for (name, passphrase) in [("plain", None), ("locked", Some(PASSPHRASE.as_bytes()))] {
        let seed = seed();
        let key = bench.path(name);
        let public_path = bench.path(&format!("{name}.pub"));
        let private_pem = encode_private(&seed, passphrase).unwrap();
        let public_pem = encode_public(&public(&seed)).unwrap();
        write_pair((&key, private_pem.as_bytes()), (&public_path, public_pem.as_bytes()), false)
            .unwrap();
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        let loaded = load_private(&key, &bench.pass()).unwrap();
        assert_eq!((loaded.key.public(), loaded.warning), (public(&seed), None));
        assert_eq!(load_public(&public_path).unwrap(), public(&seed));
    }
}

// RFC 8410 section 10.3: version 1, and version 2 with attributes and the public key.
#[test]
fn the_examples_of_rfc_8410_are_read() {
    let bench = Bench::new();
    let v1 = "-----BEGIN PRIVATE \
        KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END \
        PRIVATE KEY-----\n";
    let v2 = "-----BEGIN PRIVATE KEY-----\n\
            MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
            oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\n\
            Z9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PRIVATE KEY-----\n";
    let public = "-----BEGIN PUBLIC \
        KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC \
        KEY-----\n";
    let expected = load_public(&bench.put("pub", public)).unwrap();
    assert_eq!(encode_public(&expected).unwrap(), public);
    for text in
        [v1.to_owned(), v2.to_owned(), v1.replace('\n', "\r\n"), format!("A note\n{v1}and another")]
    {
        let loaded = load_private(&bench.put("key", &text), &Passphrase::None).unwrap();
        assert_eq!(loaded.key.public(), expected, "{text}");
    }
    let KeyContent::Private(seed) = parse(v1.as_bytes()).unwrap() else { panic!("not private") };
    assert_eq!(encode_private(&seed, None).unwrap().as_str(), v1);
}

#[test]
fn ring_writes_version_2_and_its_public_part_must_match() {
    let bench = Bench::new();
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let good = armor("PRIVATE KEY", document.as_ref()).unwrap();
    let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
    let loaded = load_private(&bench.put("key", good), &Passphrase::None).unwrap();
    assert_eq!(
        loaded.key.public().as_bytes().as_slice(),
        ring::signature::KeyPair::public_key(&pair).as_ref()
    );
    let mut bytes = document.as_ref().to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    let failure = refused(armor("PRIVATE KEY", &bytes).unwrap());
    assert_eq!(code(&failure), "key_unreadable");
    assert!(failure.message.contains("do not belong together"), "{failure}");
}

#[test]
fn openssl_reads_ours() {
    let bench = Bench::new();
    let seed = seed();
    bench.put("plain", encode_private(&seed, None).unwrap().as_bytes());
    bench.put("locked", encode_private(&seed, Some(PASSPHRASE.as_bytes())).unwrap().as_bytes());
    bench.put("pub", encode_public(&public(&seed)).unwrap());
    assert_eq!(bench.public_of("plain", ""), public(&seed));
    assert_eq!(bench.public_of("locked", "-passin file:pass"), public(&seed));
    bench.put("wrong", "wrong");
    bench.try_openssl("pkey -in locked -passin file:wrong -noout").unwrap_err();
    assert_eq!(bench.openssl("pkey -in plain"), encode_private(&seed, None).unwrap().as_str());
    assert_eq!(bench.openssl("pkey -pubin -in pub"), encode_public(&public(&seed)).unwrap());
    let shown = bench.openssl("asn1parse -in locked");
    assert!(
        shown.contains("PBES2") && shown.contains("scrypt") && shown.contains("aes-256-cbc"),
        "{shown}"
    );
}

#[test]
fn we_read_openssl() {
    let bench = Bench::new();
    bench.openssl("genpkey -algorithm ed25519 -out plain");
    bench.openssl("genpkey -algorithm ed25519 -aes-256-cbc -pass file:pass -out pbkdf2");
    bench.openssl(
        "pkcs8 -topk8 -in plain -scrypt -scrypt_N 16384 -scrypt_r 8 -scrypt_p 1 -passout \
        file:pass -out scrypt",
    );
    bench.openssl(
        "pkcs8 -topk8 -in plain -v2 aes-128-cbc -v2prf hmacWithSHA512 -iter 5000 \
        -passout file:pass -out sha512",
    );
    for name in ["plain", "pbkdf2", "scrypt", "sha512"] {
        let loaded = load_private(&bench.path(name), &bench.pass()).unwrap();
        let pass = if name == "plain" { "" } else { "-passin file:pass" };
        assert_eq!(loaded.key.public(), bench.public_of(name, pass), "{name}");
    }
    let text = bench.openssl("pkey -in plain -text");
    assert!(load_private(&bench.put("text", text), &Passphrase::None).is_ok());
}

#[test]
fn signatures_hold_on_both_sides() {
    let bench = Bench::new();
    let seed = seed();
    let key = SigningKey::from_seed(&seed).unwrap();
    bench.put("message", "a license");
    bench.put("key", encode_private(&seed, None).unwrap().as_bytes());
    bench.put("pub", encode_public(&key.public()).unwrap());
    bench.put("ours", key.sign(b"a license").unwrap());
    bench.openssl("pkeyutl -verify -pubin -inkey pub -rawin -in message -sigfile ours");
    bench.openssl("pkeyutl -sign -inkey key -rawin -in message -out theirs");
    let theirs: [u8; 64] = fs::read(bench.path("theirs")).unwrap().try_into().unwrap();
    assert!(key.public().verifies(b"a license", &theirs));
    assert!(!key.public().verifies(b"another", &theirs));
    bench.put("message", "another");
    bench
        .try_openssl("pkeyutl -verify -pubin -inkey pub -rawin -in message -sigfile ours")
        .unwrap_err();
}

#[test]
fn encryptions_that_are_not_read_are_named() {
    let bench = Bench::new();
    bench.openssl("genpkey -algorithm ed25519 -out plain");
    for (options, name) in
        [("-v2 des3", "des3"), ("-v2prf hmacWithSHA1", "sha1"), ("-v1 PBE-SHA1-3DES", "pbes1")]
    {
        bench.openssl(&format!("pkcs8 -topk8 -in plain {options} -passout file:pass -out {name}"));
        let failure = load_private(&bench.path(name), &bench.pass()).unwrap_err();
        assert_eq!(code(&failure), "key_unreadable", "{name}: {failure}");
        assert!(
            failure.message.contains("encryption")
                && failure.hint.unwrap().contains("openssl pkey"),
            "{name}"
        );
    }
}

#[test]
fn other_algorithms_are_refused_by_name() {
    let bench = Bench::new();
    for (options, name) in [
        ("RSA -pkeyopt rsa_keygen_bits:1024", "RSA"),
        ("EC -pkeyopt ec_paramgen_curve:P-256", "P-256"),
        ("EC -pkeyopt ec_paramgen_curve:P-384", "P-384"),
        ("EC -pkeyopt ec_paramgen_curve:brainpoolP256r1", "elliptic curve"),
        ("X25519", "X25519"),
        ("Ed448", "Ed448"),
    ] {
        bench.openssl(&format!("genpkey -algorithm {options} -out key"));
        bench.openssl("pkey -in key -pubout -out pub");
        bench.openssl("pkey -in key -aes-256-cbc -passout file:pass -out locked");
        for failure in [
            refused(fs::read(bench.path("key")).unwrap()),
            refused(fs::read(bench.path("pub")).unwrap()),
            load_private(&bench.path("locked"), &bench.pass()).unwrap_err(),
        ] {
            assert_eq!(code(&failure), "key_algorithm", "{failure}");
            assert!(
                failure.message.contains(&format!(" {name} key, expected an Ed25519 key")),
                "{failure}"
            );
        }
    }
    bench.openssl("genrsa -traditional -out old 1024");
    assert_eq!(code(&refused(fs::read(bench.path("old")).unwrap())), "key_algorithm");
    let unknown =
        [&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x0f, 0x03, 0x21, 0x00][..], &[1; 32]]
            .concat();
    assert!(
        refused(armor("PUBLIC KEY", &unknown).unwrap()).message.contains("algorithm 1.3.101.15")
    );
}

#[test]
fn other_files_are_refused_by_what_they_are() {
    let bench = Bench::new();
    bench.openssl(
        "req -x509 -newkey ed25519 -keyout key -passout file:pass -subj /CN=x -out certificate",
    );
    bench.openssl("pkey -in key -passin file:pass -outform DER -out der");
    let certificate = fs::read(bench.path("certificate")).unwrap();
    let der = fs::read(bench.path("der")).unwrap();
    let one = encode_private(&seed(), None).unwrap();
    let two = format!("{}{}", one.as_str(), one.as_str());
    for (content, words) in [
        (certificate, "certificate"),
        (der, "a private key in DER"),
        (two.into_bytes(), "found 2 keys"),
        (
            b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE \
                KEY-----\n"
                .to_vec(),
            "expected PKCS#8",
        ),
        (b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me".to_vec(), "OpenSSH public key"),
        (b"-----BEGIN AIRLOCK LICENSE-----\n".to_vec(), "Airlock document"),
        (b"-----BEGIN PGP MESSAGE-----\n".to_vec(), "of the kind PGP MESSAGE"),
        // It may be Base64 of a key; and a terminal would obey this.
        (b"-----BEGIN MC4CAQAwBQYD-----\n".to_vec(), "a PEM block of another kind,"),
        (b"-----BEGIN \x1b[31m-----\n".to_vec(), "a PEM block of another kind,"),
        (b"".to_vec(), "no -----BEGIN line"),
        (b"garbage".to_vec(), "no -----BEGIN line"),
        (one.replace("-----END", "----END").into_bytes(), "damaged PEM"),
        (one.replace('M', "*").into_bytes(), "damaged PEM"),
        (armor("PRIVATE KEY", &PRIVATE_PREFIX).unwrap().into_bytes(), "damaged key"),
        (
            armor("PUBLIC KEY", &[&PUBLIC_PREFIX[..], &[1; 33]].concat()).unwrap().into_bytes(),
            "damaged key",
        ),
        (
            armor("PRIVATE KEY", &[&PRIVATE_PREFIX[..], &[1; 33]].concat()).unwrap().into_bytes(),
            "damaged key",
        ),
        (
            armor("ENCRYPTED PRIVATE KEY", &[0x30, 0]).unwrap().into_bytes(),
            "damaged key or an \
                unknown encryption",
        ),
    ] {
        let failure = refused(content);
        assert_eq!(code(&failure), "key_unreadable", "{failure}");
        assert!(failure.message.contains(words), "{failure}, expected {words}");
    }
    assert_eq!(
        load_public(&bench.put("large", vec![b'x'; FILE_BYTES + 1])).unwrap_err().problem.name(),
        "input_large"
    );
    assert_eq!(load_public(&bench.path("absent")).unwrap_err().problem.name(), "input_missing");
}

#[test]
fn weak_public_keys_are_refused() {
    let bench = Bench::new();
    let weak = armor("PUBLIC KEY", &[&PUBLIC_PREFIX[..], &[0; 32]].concat()).unwrap();
    assert_eq!(load_public(&bench.put("weak", weak)).unwrap_err().problem.name(), "weak_key");
}

#[test]
fn private_and_public_are_not_taken_for_each_other() {
    let bench = Bench::new();
    let seed = seed();
    let plain = bench.put("plain", encode_private(&seed, None).unwrap().as_bytes());
    let locked =
        bench.put("locked", encode_private(&seed, Some(PASSPHRASE.as_bytes())).unwrap().as_bytes());
    let of = bench.put("pub", encode_public(&public(&seed)).unwrap());
    for path in [&plain, &locked] {
        let failure = load_public(path).unwrap_err();
        assert_eq!(
            (code(&failure), failure.hint.as_deref()),
            ("key_private", Some("give the .pub file"))
        );
    }
    assert_eq!(code(&load_private(&of, &Passphrase::Ask).unwrap_err()), "key_public");
}

#[test]
fn key_files_are_described() {
    let bench = Bench::new();
    let seed = seed();
    let put = |name, text: &str| {
        write_new(&bench.path(name), text.as_bytes(), Mode::Secret, false).unwrap();
        bench.path(name)
    };
    let plain = put("plain", &encode_private(&seed, None).unwrap());
    let locked = put("locked", &encode_private(&seed, Some(PASSPHRASE.as_bytes())).unwrap());
    let of = put("pub", &encode_public(&public(&seed)).unwrap());
    let shown = |form, public| KeyFile { form, public, warning: None };
    for (path, passphrase, expected) in [
        (&of, Passphrase::Ask, shown(Form::Public, Some(public(&seed)))),
        (&plain, Passphrase::Ask, shown(Form::Private, Some(public(&seed)))),
        (&locked, Passphrase::None, shown(Form::EncryptedPrivate, None)),
        (&locked, bench.pass(), shown(Form::EncryptedPrivate, Some(public(&seed)))),
    ] {
        assert_eq!(describe(path, &passphrase).unwrap(), expected);
    }
    fs::set_permissions(&plain, fs::Permissions::from_mode(0o644)).unwrap();
    let loaded = load_private(&plain, &Passphrase::None).unwrap();
    assert!(loaded.warning.as_ref().unwrap().contains("mode 0644"), "{loaded:?}");
    assert_eq!(describe(&plain, &Passphrase::None).unwrap().warning, loaded.warning);
    assert!(!format!("{loaded:?}").contains(&hex::encode(seed.as_slice())));
}

#[test]
fn passphrases_come_from_files() {
    let bench = Bench::new();
    let key =
        bench.put("key", encode_private(&seed(), Some(PASSPHRASE.as_bytes())).unwrap().as_bytes());
    for (content, expected) in [
        (PASSPHRASE.to_owned(), None),
        (format!("{PASSPHRASE}\r\nmore"), None),
        (format!("{PASSPHRASE} "), Some("passphrase_wrong")),
        ("\n".to_owned(), Some("passphrase_empty")),
        (String::new(), Some("passphrase_empty")),
        ("x".repeat(PASSPHRASE_BYTES + 1), Some("input_large")),
    ] {
        let source = Passphrase::File(bench.put("p", &content));
        assert_eq!(
            load_private(&key, &source).err().map(|failure| code(&failure)),
            expected,
            "{content:?}"
        );
        let fresh = source.fresh().map(Option::unwrap);
        assert_eq!(
            fresh.is_ok(),
            !matches!(expected, Some("passphrase_empty" | "input_large")),
            "{content:?}"
        );
    }
    assert_eq!(code(&load_private(&key, &Passphrase::None).unwrap_err()), "passphrase_missing");
    assert_eq!(
        code(&load_private(&key, &Passphrase::File(bench.path("absent"))).unwrap_err()),
        "input_missing"
    );
    assert_eq!(Passphrase::None.fresh().unwrap(), None);
    assert_eq!(Passphrase::chosen(None, true), Passphrase::None);
    assert_eq!(Passphrase::chosen(None, false), Passphrase::Ask);
}

#[test]
fn a_new_passphrase_is_typed_twice() {
    let typed = |answers: &[&str]| {
        let mut answers = answers.iter();
        twice(|_| Ok(Zeroizing::new(answers.next().unwrap().as_bytes().to_vec())))
            .map_err(|failure| code(&failure))
    };
    assert_eq!(typed(&["abc", "abc"]).unwrap().as_slice(), b"abc");
    assert_eq!(typed(&["abc", "abd"]).unwrap_err(), "passphrase_mismatch");
    assert_eq!(typed(&[""]).unwrap_err(), "passphrase_empty");
}

#[test]
fn without_a_terminal_nobody_is_asked() {
    let output = Command::new("setsid")
        .arg("--wait")
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "keys::tests::child_asks_nobody", "--ignored", "--nocapture"])
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("this test needs the command `setsid`: {error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
#[ignore = "run by without_a_terminal_nobody_is_asked, in a session without a terminal"]
fn child_asks_nobody() {
    let bench = Bench::new();
    let key =
        bench.put("key", encode_private(&seed(), Some(PASSPHRASE.as_bytes())).unwrap().as_bytes());
    let failure = load_private(&key, &Passphrase::Ask).unwrap_err();
    assert_eq!(code(&failure), "passphrase_missing");
    assert!(failure.hint.unwrap().contains("--passphrase-file"));
    assert_eq!(code(&Passphrase::Ask.fresh().unwrap_err()), "passphrase_missing");
}

#[test]
fn hostile_costs_are_refused_before_any_work() {
    let salt: Salt = [0; 16].as_slice().try_into().unwrap();
    let scrypt = |cost_parameter, block_size, parallelization| {
        bound_scrypt(&ScryptParams {
            salt,
            cost_parameter,
            block_size,
            parallelization,
            key_length: None,
        })
    };
    for (n, r, p) in [(1 << 14, 8, 1), (1 << 20, 8, 1), (1 << 13, 8, 10), (2, 1, 1)] {
        assert_eq!(scrypt(n, r, p), Ok(()), "{n} {r} {p}");
    }
    for (n, r, p) in [
        (1 << 21, 1, 1),
        (1 << 20, 8, 2),
        (0, 8, 1),
        (1, 8, 1),
        (3, 8, 1),
        (u64::MAX, 8, 1),
        (1 << 63, u16::MAX, u16::MAX),
        (2, 0, 1),
        (2, 1, 0),
        (2, 2048, 1),
        (2, 1, 2048),
    ] {
        assert_eq!(code(&scrypt(n, r, p).unwrap_err()), "key_unreadable", "{n} {r} {p}");
    }
    for (iterations, fits) in
        [(0, false), (1, true), (10_000_000, true), (10_000_001, false), (u32::MAX, false)]
    {
        let cost = Pbkdf2Params {
            salt,
            iteration_count: iterations,
            key_length: None,
            prf: pkcs8::pkcs5::pbes2::Pbkdf2Prf::HmacWithSha256,
        };
        assert_eq!(bound_pbkdf2(&cost).is_ok(), fits, "{iterations}");
    }
    // The same through a whole file: N is the 3 bytes 02 02 40 00 after the salt.
    let pem = encode_private(&seed(), Some(b"x")).unwrap();
    let mut der = dearmor(&pem).unwrap();
    let at = der.windows(4).position(|bytes| bytes == [0x02, 0x02, 0x40, 0x00]).unwrap();
    der[at + 2] = 0;
    der[at + 3] = 0;
    assert_eq!(code(&refused(armor("ENCRYPTED PRIVATE KEY", &der).unwrap())), "key_unreadable");
}

#[test]
fn seeds_and_salts_differ() {
    assert_ne!(seed(), seed());
    let seed = seed();
    let encrypted = || encode_private(&seed, Some(b"x")).unwrap();
    assert_ne!(encrypted(), encrypted());
}

proptest! {
    #[test]
    fn no_bytes_make_the_readers_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes);
        for label in ["PUBLIC KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY"] {
            let _ = parse(armor(label, &bytes).unwrap().as_bytes());
        }
    }

    #[test]
    fn no_change_of_a_key_makes_the_readers_panic(
        at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(), which in 0..3usize,
    ) {
        let locked = hex::decode(LOCKED_DER).unwrap();
        let v1 = [&PRIVATE_PREFIX[..], &[7; 32]].concat();
        let of = [&PUBLIC_PREFIX[..], &[7; 32]].concat();
        let (label, mut der) = [("ENCRYPTED PRIVATE KEY", locked), ("PRIVATE KEY", v1), ("PUBLIC \
            KEY", of)][which].clone();
        let at = at.index(der.len());
        der[at] = byte;
        let _ = parse(armor(label, &der).unwrap().as_bytes());
        let mut text = armor(label, &der).unwrap().into_bytes();
        let at = cut.index(text.len());
        text[at] = byte;
        let _ = parse(&text);
        text.truncate(at);
        let _ = parse(&text);
    }

    // With one iteration, so that the decryption itself runs on changed data and parameters.
    #[test]
    fn no_change_of_a_locked_key_makes_the_decryption_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut der = hex::decode(LOCKED_DER).unwrap();
        let at = at.index(der.len());
        der[at] = byte;
        if let Ok(locked) = encryption(&der)
            && locked.parameters.kdf.pbkdf2().is_some_and(|cost| cost.iteration_count < 1000)
        {
            let _ = decrypt(&locked, b"x");
        }
    }
}
