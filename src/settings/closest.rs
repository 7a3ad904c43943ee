//! What somebody may have meant who wrote a word that nobody knows.

use strsim::levenshtein;

/// Changes of one letter that lie between two words that may be the same.
const MOST_CHANGES: usize = 2;

/// The word of `known` that is nearest to `written`, if one is near.
pub fn closest<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let written: String = written.chars().take(40).flat_map(char::to_lowercase).collect();
    let near = known.into_iter().map(|word| (levenshtein(&written, word), word));
    near.filter(|(changes, word)| *changes <= MOST_CHANGES && *changes < word.len()).min().map(|(_, word)| word)
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
        assert_eq!(closest("chk", known), Some("check"));
        assert_eq!(closest("brnc", known), Some("branch"));
        assert_eq!(closest("brn", known), None);
        assert_eq!(closest("x", ["ab"]), None, "nothing of it is left");
        assert_eq!(closest(&"branch".repeat(1000), known), None);
    }
}
