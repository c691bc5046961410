//! Text as it is looked for: the same on every database, whatever its own rules are.

use unicode_normalization::UnicodeNormalization;

/// The most characters of a word that is kept or looked for; longer ones are cut on both sides
/// alike.
const LONGEST: usize = 64;

/// The most characters of a name as a whole: PostgreSQL's indexes take 2700 bytes.
const LONGEST_NAME: usize = 256;

/// The words of a text, in lower case and without accents: runs of letters and digits.
pub(super) fn words(text: &str) -> Vec<String> {
    if text.is_ascii() {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
        let cut = |word: &str| word.get(..LONGEST).unwrap_or(word).to_ascii_lowercase();
        return words.map(cut).collect();
    }
    let folded: String = text.nfkd().filter(|c| !is_accent(*c)).flat_map(lower).nfc().collect();
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.chars().take(LONGEST).collect()).collect()
}

/// A name or an id as a whole: its words, or, where it has none, its signs.
pub(crate) fn name(text: &str) -> String {
    if text.len() <= LONGEST && text.is_ascii() {
        let name = short_name(text);
        if !name.is_empty() {
            return name;
        }
    }
    let words = words(text);
    let name = if words.is_empty() { text.trim().to_owned() } else { words.join(" ") };
    name.chars().take(LONGEST_NAME).collect()
}

/// The words of a short text of ASCII, as [`name`] has them.
fn short_name(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|it| !it.is_empty()) {
        if !name.is_empty() {
            name.push(' ');
        }
        name.extend(word.chars().map(|letter| letter.to_ascii_lowercase()));
    }
    name
}

/// The letters that Unicode does not take apart, as they are typed on another keyboard.
fn lower(letter: char) -> impl Iterator<Item = char> {
    let plain = match letter {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'þ' | 'Þ' => "th",
        'ħ' | 'Ħ' => "h",
        'ı' => "i",
        _ => "",
    };
    let kept = plain.is_empty().then(|| letter.to_lowercase());
    plain.chars().chain(kept.into_iter().flatten().filter(|c| !is_accent(*c)))
}

/// The accents of alphabets; the marks of other scripts make other letters.
fn is_accent(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

/// The parts of a word of which one is still right when a letter of the word is wrong, missing, too
/// many, or changed places with its neighbour; none for a word that is too short for it.
pub(super) fn parts(word: &str) -> Vec<String> {
    let mut letters: Vec<char> = word.chars().collect();
    match letters.len() {
        0..=5 => Vec::new(),
        // Two neighbours that changed places across the middle spoil both halves.
        6..=8 => {
            let mut parts = cut(&letters, 2);
            let middle = letters.len() / 2;
            letters.swap(middle - 1, middle);
            parts.extend(cut(&letters, 2));
            parts
        }
        _ => cut(&letters, 3),
    }
}

/// So many pieces, about as long as each other.
fn cut(letters: &[char], pieces: usize) -> Vec<String> {
    let end = |piece: usize| piece * letters.len() / pieces;
    let pieces = (0..pieces).filter_map(|piece| letters.get(end(piece)..end(piece + 1)));
    pieces.map(|piece| piece.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_their_spelling_do_not_matter() {
        for (typed, expected) in [
            ("Nordhavn Shipyards A/S", "nordhavn shipyards a s"),
            ("BJÖRN Łukasz", "bjorn lukasz"),
            ("Bjo\u{308}rn", "bjorn"),
            ("Straße STRASSE STRAẞE", "strasse strasse strasse"),
            ("Ærøskøbing İzmir", "aeroskobing izmir"),
            ("anna@eu.nordhavn.example", "anna eu nordhavn example"),
            ("ＡＢＣ ﬁn", "abc fin"),
            ("東京ガス", "東京ガス"),
            ("A-S00012345", "a s00012345"),
            (" '%_\\\" ", ""),
        ] {
            assert_eq!(words(typed).join(" "), expected, "{typed}");
        }
    }

    #[test]
    fn letters_of_ascii_are_words_as_all_others_are() {
        let long = "Ab1".repeat(40);
        for text in ["Nordhavn Shipyards A/S", "anna@eu.nordhavn.example", "_x__Y-9", "", &long] {
            let behind = [words(text), vec!["e".to_owned()]].concat();
            assert_eq!(words(&format!("{text} é")), behind, "{text}");
        }
    }

    #[test]
    fn a_short_name_is_the_words_of_it() {
        for text in ["Nordhavn Shipyards A/S", "  _x__Y-9 ", "", "-- ", "A-S00012345"] {
            let words = words(text).join(" ");
            let expected = if words.is_empty() { text.trim().to_owned() } else { words };
            assert_eq!(name(text), expected, "{text}");
        }
    }

    #[test]
    fn one_part_outlives_a_typing_error() {
        let outlives = |right: &str, typed: &str| {
            parts(typed).iter().any(|part| part.chars().count() >= 3 && right.contains(part))
        };
        assert!(outlives("nordhavn", "nordhaven") && outlives("nordhavn", "nrodhavn"));
        assert!(outlives("shipyards", "shpiyards") && outlives("berlin", "berlim"));
        assert!(outlives("systems", "sytsems") && outlives("berlin", "belrin"));
        assert!(parts("abcde").is_empty());
    }
}
