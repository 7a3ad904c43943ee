//! Foreign text in Markdown.

/// Longer names are of no use to a reader.
const LONGEST: usize = 200;

/// As code, on one line: nothing in it is a mention, a link or a mark-up, and it ends no table cell.
pub(super) fn code(text: &str) -> String {
    let plain = |c: char| match c {
        '`' => '\'',
        '|' => '¦',
        c if c.is_control() => ' ',
        c => c,
    };
    let mut short: String = text.chars().take(LONGEST).map(plain).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    format!("`{short}`")
}

/// `1 error`, `2 errors`.
pub(super) fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{} {one}s", grouped(number)) }
}

/// `10,000`
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// No more than so many bytes, cut between lines.
pub(super) fn cut(text: String, longest: usize) -> String {
    const CUT: &str = "\n\n(cut short)";
    if text.len() <= longest {
        return text;
    }
    let room = (0..=longest - CUT.len()).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    let end = text[..room].rfind('\n').unwrap_or(room);
    format!("{}{CUT}", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_stays_in_its_place() {
        assert_eq!(code("a`@owner`|b\nc"), "`a'@owner'¦b c`");
        assert_eq!(code(&"x".repeat(300)).chars().count(), 203);
    }

    #[test]
    fn numbers_are_grouped_and_counted() {
        assert_eq!((grouped(7).as_str(), grouped(1_000).as_str()), ("7", "1,000"));
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!((count(1, "error"), count(0, "error")), ("1 error".into(), "0 errors".into()));
    }

    #[test]
    fn a_long_text_is_cut_between_lines() {
        let text = "ü ü\n".repeat(100);
        let short = cut(text.clone(), 101);
        assert!(short.len() <= 101 && short.ends_with("ü ü\n\n(cut short)"), "{short}");
        assert_eq!(cut(text.clone(), 1000), text);
    }
}
