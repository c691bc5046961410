//! Text cut into lines.

use crate::carry::sheet::metrics::Type;

/// Characters after which a word may be cut. Not the hyphen, at which readers of pages join lines
/// and leave it out.
const MARKS: &str = "/,;.:@_>";

/// Returns the lines of a text, each at most this wide: cut after a space, in a word that is too
/// long after a mark, else anywhere. A character wider than the line has a line of its own.
///
/// Nothing is lost but the spaces at the end of a line. A text without characters is one empty
/// line.
pub(crate) fn wrap(text: &str, style: Type, width: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    loop {
        let (line, after) =
            rest.split_at_checked(fitting(rest, style, width)).unwrap_or((rest, ""));
        lines.push(line.trim_end_matches(' ').to_owned());
        if after.is_empty() {
            return lines;
        }
        rest = after;
    }
}

/// Returns how many bytes of a text the first line takes.
fn fitting(text: &str, style: Type, width: f32) -> usize {
    let (mut used, mut space, mut mark) = (0.0, None, None);
    for (at, c) in text.char_indices() {
        used += style.char_width(c);
        // A space at the end of a line is not drawn.
        if used > width && c != ' ' && at > 0 {
            return space.or(mark).unwrap_or(at);
        }
        let end = Some(at + c.len_utf8());
        match c {
            ' ' => space = end,
            c if MARKS.contains(c) => mark = end,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::carry::sheet::metrics::Face;

    /// Ten points a character.
    const TEN: Type = Type::new(Face::Mono, 10.0 * 2048.0 / 1233.0);

    fn lines(text: &str, characters: u8) -> Vec<String> {
        wrap(text, TEN, f32::from(characters) * 10.0 + 0.01)
    }

    #[test]
    fn lines_end_after_words_else_after_marks() {
        assert_eq!(lines("", 5), [""]);
        assert_eq!(lines("12345", 5), ["12345"]);
        assert_eq!(lines("123456", 5), ["12345", "6"]);
        assert_eq!(lines("1234 6", 5), ["1234", "6"]);
        assert_eq!(lines("12345 7", 5), ["12345", "7"]);
        assert_eq!(lines("12 45 78", 6), ["12 45", "78"]);
        assert_eq!(lines("on 2025-11-01", 8), ["on", "2025-11-", "01"]);
        assert_eq!(lines("yards A/S", 8), ["yards", "A/S"]);
        assert_eq!(lines("ida@nordhavn.example", 12), ["ida@", "nordhavn.", "example"]);
        assert_eq!(lines("<U+682A><U+5F0F>", 10), ["<U+682A>", "<U+5F0F>"]);
        assert_eq!(lines("a  b", 2), ["a", "b"]);
        assert_eq!(lines("株株株", 3), ["株", "株", "株"]);
        assert_eq!(lines("株", 1), ["株"]);
    }

    proptest! {
        #[test]
        fn lines_fit_and_hold_everything(text in "[a-c株é .-]{0,80}", characters in 2..20_u8) {
            let wrapped = lines(&text, characters);
            for line in &wrapped {
                prop_assert!(TEN.width(line) <= f32::from(characters) * 10.0 + 0.01, "{line}");
            }
            let visible = |text: &str| text.replace(' ', "");
            prop_assert_eq!(visible(&wrapped.concat()), visible(&text));
        }
    }
}
