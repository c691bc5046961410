//! Mail addresses, as far as somebody is written to.

/// Whether this is one mail address of plain letters, and nothing beside it: a list, a name or a
/// comment would send the mail to others too.
pub(crate) fn is_one_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let plain = |c: char| c.is_ascii_graphic() && !"@,;:<>()[]\\\"".contains(c);
    !local.is_empty()
        && !domain.is_empty()
        && text.chars().filter(|c| *c != '@').all(plain)
        && !domain.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_one() {
        for one in ["a@b.example", "ida.thorsen+gitlab@nordhavn.example", "o'neil@b.example"] {
            assert!(is_one_address(one), "{one}");
        }
        for other in [
            "a@b.c,evil@x.y",
            "a@b.c evil@x.y",
            "a@b.c;e@x.y",
            "A <a@b.c>",
            "a@b@c",
            "a",
            "@b",
            "a@",
            "",
            "zoë@b.example",
            "a@b.c\nBcc: e@x.y",
            "g: a@b.c;",
        ] {
            assert!(!is_one_address(other), "{other}");
        }
    }
}
