//! Which of what was found is nearest to what was typed.

use super::query::Nearness;

/// How near a text is to words: greater is nearer. A word in a name or an id counts before one in a
/// note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// Of the word that is least near.
    pub(super) worst: Nearness,
    /// Of all words together.
    sum: usize,
}

/// How near a text is: names and ids on its first line, notes on its second, each word folded.
/// `None` where a word is in neither; with a typing error it is.
pub(super) fn rank(words: &[String], text: &str) -> Option<Rank> {
    let (names, notes) = text.split_once('\n').unwrap_or((text, ""));
    let mut rank = Rank { worst: Nearness::Whole, sum: 0 };
    for word in words {
        let (near, weight) = match (nearness(word, names), nearness(word, notes)) {
            (Some(name), note) if Some(name) >= note => (name, 2),
            (_, Some(note)) => (note, 1),
            (Some(name), None) => (name, 2),
            (None, None) => return None,
        };
        rank.worst = rank.worst.min(near);
        rank.sum += weight + 4 * near as usize;
    }
    Some(rank)
}

fn nearness(word: &str, line: &str) -> Option<Nearness> {
    let kept = line.split(' ').filter(|kept| !kept.is_empty());
    kept.filter_map(|kept| between(word, kept)).max()
}

fn between(word: &str, kept: &str) -> Option<Nearness> {
    if kept == word {
        Some(Nearness::Whole)
    } else if kept.starts_with(word) {
        Some(Nearness::Beginning)
    } else if kept.contains(word) {
        Some(Nearness::Middle)
    } else {
        is_slip(word, kept).then_some(Nearness::Far)
    }
}

/// Whether one letter is wrong, missing or too many, or has changed places with its neighbour.
fn is_slip(typed: &str, kept: &str) -> bool {
    let (typed, kept): (Vec<char>, Vec<char>) = (typed.chars().collect(), kept.chars().collect());
    if typed.len() < 4 || typed.len().abs_diff(kept.len()) > 1 {
        return false;
    }
    let same = typed.iter().zip(&kept).take_while(|(a, b)| a == b).count();
    let (a, b) = (typed.get(same..).unwrap_or(&[]), kept.get(same..).unwrap_or(&[]));
    match (a, b) {
        ([x, y, rest @ ..], [v, w, tail @ ..]) if x == w && y == v && rest == tail => true,
        ([_, rest @ ..], [_, tail @ ..]) if rest == tail => true,
        ([_, rest @ ..], _) if rest == b => true,
        (_, [_, tail @ ..]) => tail == a,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &str, text: &str) -> Option<Rank> {
        let words: Vec<_> = words.split(' ').map(str::to_owned).collect();
        rank(&words, text)
    }

    fn worst(words: &str, text: &str) -> Option<Nearness> {
        of(words, text).map(|rank| rank.worst)
    }

    #[test]
    fn a_whole_word_comes_before_its_beginning_and_its_middle() {
        let text = "nordhavn shipyards\nwants red";
        assert_eq!(worst("nordhavn", text), Some(Nearness::Whole));
        assert_eq!(worst("nord", text), Some(Nearness::Beginning));
        assert_eq!(worst("havn", text), Some(Nearness::Middle));
        assert_eq!(worst("nordhavn yard", text), Some(Nearness::Middle));
        assert_eq!(worst("nordhavn oslo", text), None);
    }

    #[test]
    fn a_name_comes_before_a_note() {
        assert!(of("red", "red\n") > of("red", "blue\nred"));
        assert!(of("red", "redwood\n") < of("red", "blue\nred"));
    }

    #[test]
    fn one_typing_error_is_forgiven() {
        for typed in ["nordhaven", "nordhvn", "nordhawn", "nrodhavn", "nordhavnn", "ordhavn"] {
            assert!(worst(typed, "nordhavn\n").is_some(), "{typed}");
        }
        assert_eq!(worst("nordhaven", "nordhavn\n"), Some(Nearness::Far));
        assert_eq!(worst("norhdaven", "nordhavn\n"), None);
        assert_eq!(worst("oslo", "osli\n"), Some(Nearness::Far));
        assert_eq!(worst("ohn", "john\n"), Some(Nearness::Middle));
        assert_eq!(worst("jhn", "john\n"), None);
    }
}
