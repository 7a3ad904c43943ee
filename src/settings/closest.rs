//! What somebody may have meant who wrote a word that nobody knows.

/// Changes of one letter that lie between two words that may be the same.
const MOST_CHANGES: usize = 2;

/// The word of `known` that is nearest to `written`, if one is near.
pub fn closest<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let written: String = written.chars().take(40).flat_map(char::to_lowercase).collect();
    let near = known.into_iter().map(|word| (changes(&written, word), word));
    near.filter(|(changes, word)| *changes <= MOST_CHANGES && *changes < word.len()).min().map(|(_, word)| word)
}

/// How many letters have to be put in, taken out or exchanged (Levenshtein).
fn changes(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, from) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for (to, letter) in other.iter().enumerate() {
            let exchanged = diagonal + usize::from(from != *letter);
            diagonal = row[to + 1];
            row[to + 1] = exchanged.min(diagonal + 1).min(row[to] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_another_word_none() {
        let known = ["branch", "exclude", "check"];
        assert_eq!(closest("brunch", known), Some("branch"));
        assert_eq!(closest("Excludes", known), Some("exclude"));
        assert_eq!(closest("checks", known), Some("check"));
        assert_eq!(closest("colour", known), None);
        assert_eq!(changes("kitten", "sitting"), 3);
    }
}
