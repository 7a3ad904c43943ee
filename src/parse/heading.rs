//! The title of a definition: the first heading of its body.

use super::body::Line;

/// Longer titles are cut.
const MAX_TITLE_CHARS: usize = 200;

/// `# Title`, or a line underlined with `===`. `None` if the body has no heading.
pub fn title<'a>(lines: impl Iterator<Item = Line<'a>>) -> Option<String> {
    let mut before = "";
    for line in lines {
        let text = line.text.trim();
        if let Some(heading) = marked(line.text) {
            return Some(cut(heading));
        }
        if !before.is_empty() && text.len() > 1 && text.bytes().all(|byte| byte == b'=') {
            return Some(cut(before));
        }
        before = text;
    }
    None
}

/// `## Title ##` → `Title`.
pub fn marked(line: &str) -> Option<&str> {
    let line = line.trim();
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    if !(1..=6).contains(&level) || !text.starts_with([' ', '\t']) {
        return None;
    }
    let text = text.trim();
    let without_tail = text.trim_end_matches('#');
    let title = if without_tail.ends_with(' ') { without_tail.trim_end() } else { text };
    (!title.is_empty()).then_some(title)
}

fn cut(title: &str) -> String {
    title.chars().take(MAX_TITLE_CHARS).collect()
}
