use license_core::key::PublicKey;
use license_core::{Day, Stage};
use test_vectors::{Form, Vector, committed};

use super::*;

const NAME: &str = "file.bin";

fn diagnosed(bytes: &[u8], roots: &[PublicKey]) -> Diagnosis {
    let (licenses, received) = (&|_| Ok(Vec::new()), &|_: &[u8]| Ok(None));
    let (fate, today) = (&|_| Ok(None), Day::FIRST);
    let known = Known { roots, issuer: None, licenses, received, fate, today };
    of_bytes(bytes, Path::new(NAME), &known)
}

fn roots(vector: &Vector) -> Vec<PublicKey> {
    vector.roots.iter().filter_map(|root| PublicKey::new(*root).ok()).collect()
}

fn codes(found: &Diagnosis) -> Vec<&'static str> {
    found.faults.iter().map(|fault| fault.problem.name()).collect()
}

/// The vectors of what verification refuses: the code that each is refused with is the first
/// fault, and what is taken has none.
#[test]
fn the_first_fault_of_a_file_is_the_one_that_it_is_refused_for() {
    let mut seen = 0;
    for (name, vector) in committed().unwrap() {
        let [file] = vector.bodies.as_slice() else { continue };
        let judged = vector.verdict.is_some() || vector.choice.is_some() || vector.kind.is_some();
        let of_a_file = vector.form == Form::File && vector.payload.is_none();
        // What looks like text is read as one.
        let is_text = !file.is_empty() && std::str::from_utf8(file).is_ok();
        if !of_a_file || is_text || judged || vector.instance.is_some() || vector.install {
            continue;
        }
        let Some(code) = vector.expect.filter(|code| code.stage() <= Stage::Limits) else {
            continue;
        };
        // Without a root nothing is refused for want of one: it is UNVERIFIED.
        if code == Code::UnknownKey && vector.roots.is_empty() {
            continue;
        }
        let found = diagnosed(file, &roots(&vector));
        assert_eq!(codes(&found).first(), Some(&code.name()), "{name}: {:?}", codes(&found));
        seen += 1;
    }
    assert!(seen > 300, "found {seen}");
}

/// The mail is ours: it does not speak of the vendor as of somebody else.
#[test]
fn no_answer_speaks_of_the_vendor() {
    for entry in problem::entries() {
        let found = message(&format!("error: something [{}]\n", entry.name)).unwrap();
        let mail = answer_mail(&found);
        let words = mail.split_once("What to do").unwrap().1;
        assert!(!words.contains("vendor"), "{}: {mail}", entry.name);
    }
}
