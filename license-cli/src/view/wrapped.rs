//! Lines of 80 columns: a label, and a text that is broken between words.

/// Columns of a line.
const COLUMNS: usize = 80;

/// The text behind its label, which takes so many columns; further lines stand under the text.
pub(crate) fn labelled(label: &str, columns: usize, text: &str) -> String {
    let mut lines = vec![format!("{label:columns$}")];
    let mut begun = false;
    for word in text.split_whitespace() {
        let space = usize::from(begun);
        let full = lines.last().map_or(0, |line| line.chars().count());
        if begun && full + space + word.chars().count() > COLUMNS {
            lines.push(" ".repeat(columns));
            begun = false;
        }
        if let Some(line) = lines.last_mut() {
            if begun {
                line.push(' ');
            }
            line.push_str(word);
        }
        begun = true;
    }
    lines.iter().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// The text alone, each of its lines broken.
pub(crate) fn paragraphs(text: &str, columns: usize) -> String {
    text.lines().map(|line| labelled("", columns, line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_at_most_80_columns() {
        let text = "word ".repeat(40);
        let lines = labelled("  note", 10, &text);
        assert!(lines.lines().all(|line| line.chars().count() <= 80), "{lines}");
        assert!(lines.starts_with("  note    word word"));
        assert!(lines.lines().skip(1).all(|line| line.starts_with("          word")));
        assert_eq!(lines.split_whitespace().count(), 41);
    }

    #[test]
    fn a_longer_word_is_not_broken() {
        let word = "x".repeat(90);
        assert_eq!(labelled("a", 2, &format!("b {word} c")), format!("a b\n  {word}\n  c\n"));
        assert_eq!(paragraphs("one\n\ntwo", 2), "  one\n\n  two\n");
    }

    #[test]
    fn exactly_80_columns_stay_on_a_line() {
        let text = format!("{} {}", "a".repeat(40), "b".repeat(37));
        assert_eq!(labelled("", 2, &text).lines().count(), 1);
        assert_eq!(labelled("", 2, &(text + "b")).lines().count(), 2);
    }
}
