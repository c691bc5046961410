use super::*;
use crate::error::{Code, Error};
use crate::value::Thumbprint;

fn refused(hex_text: &str) -> String {
    check(&hex::decode(hex_text).unwrap()).unwrap_err().message().to_owned()
}

// RFC 8949 appendix A, the examples without tags, floats and simple values.
#[test]
fn the_examples_of_the_rfc_are_canonical() {
    for good in [
        "00",
        "17",
        "1818",
        "1903e8",
        "1a000f4240",
        "1bffffffffffffffff",
        "20",
        "3903e7",
        "40",
        "4401020304",
        "60",
        "62c3bc",
        "80",
        "83010203",
        "a0",
        "a201020304",
        "a56161614161626142616361436164614461656145",
    ] {
        assert_eq!(check(&hex::decode(good).unwrap()), Ok(()), "{good}");
    }
}

#[test]
fn every_other_form_is_refused() {
    for (bad, why) in [
        ("1817", "longer than it needs"),
        ("190018", "longer"),
        ("1a0000ffff", "longer"),
        ("1b00000000ffffffff", "longer"),
        ("5f4101ff", "indefinite"),
        ("9fff", "indefinite"),
        ("1c", "reserved"),
        ("a2030401 02", "rise"),
        ("a201020102", "rise"),
        ("61ff", "UTF-8"),
        ("c001", "tag"),
        ("f6", "null"),
        ("f93c00", "float"),
        ("0000", "left over"),
        ("", "ends within"),
        ("4201", "ends within"),
        ("8201", "ends within"),
        ("9bffffffffffffffff", "ends within"),
        ("5bffffffffffffffff", "ends within"),
        ("81818181818180", "within each other"),
    ] {
        let message = refused(&bad.replace(' ', ""));
        assert!(message.contains(why), "{bad}: {message}");
    }
    assert_eq!(check(&hex::decode("818181818180").unwrap()), Ok(()));
}

claims! {
    /// A map for these tests.
    pub struct Sample {
        /// Required.
        3 number: crate::value::Count,
        /// Optional.
        6 note: Option<crate::value::Text<8>>,
        /// Yes or no.
        8 yes: bool,
    }
}

fn sample(hex_text: &str) -> Result<Sample, Error> {
    decode(&hex::decode(hex_text).unwrap())
}

#[test]
fn unknown_odd_claims_survive_and_even_ones_are_too_new() {
    let with_unknown = "a5 01 4102 03 07 05 6161 06 6162 09 20".replace(' ', "");
    let read = sample(&with_unknown).unwrap();
    assert_eq!(read.unknown.len(), 3);
    assert_eq!(hex::encode(encode(&read)), with_unknown);
    assert_eq!(sample("a203070a01").unwrap_err().code(), Code::TooNew);
    assert_eq!(sample("a20307058101").unwrap_err().code(), Code::PayloadMalformed);
}

#[test]
fn a_wrong_type_is_named_with_its_claim() {
    assert_eq!(
        sample("a1036161").unwrap_err().message(),
        "claim 3 (number): found text, expected an unsigned integer"
    );
    assert_eq!(sample("a0").unwrap_err().message(), "claim 3 (number) is missing");
    assert_eq!(sample("a203070802").unwrap_err().code(), Code::PayloadMalformed);
    assert_eq!(
        sample("a2616101 0307".replace(' ', "").as_str()).unwrap_err().code(),
        Code::PayloadNotCanonical
    );
}

claims! {
    /// What a reader knew of a license's report keys before there were further ones (key 20).
    #[allow(unreachable_pub, reason = "the macro defines public structs")]
    pub struct Older {
        /// The key of the billed instance.
        19 report_key: Option<Thumbprint>,
    }
}

/// Who would pass over the further keys would refuse the reports of spare instances, or bill them.
#[test]
fn further_report_keys_are_too_new_for_an_older_reader() {
    let claims = |key: &str| {
        let thumbprint = "50".to_owned() + &"07".repeat(16);
        hex::decode(format!("a213{thumbprint}{key}81{thumbprint}")).unwrap()
    };
    assert_eq!(decode::<Older>(&claims("14")).unwrap_err().code(), Code::TooNew);
    // The same list under an odd key is passed over by its number, and refused by its form.
    assert_eq!(decode::<Older>(&claims("15")).unwrap_err().code(), Code::PayloadMalformed);
}

#[test]
fn integers_are_written_as_the_standard_library_writes_them() {
    let end = 1_i128 << 64;
    for number in [0, 1, -1, -19, end - 1, 1 - end, -end, i64::MIN.into(), i64::MAX.into()] {
        assert_eq!(decimal(number), number.to_string());
    }
}
