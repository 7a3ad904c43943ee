//! The title of a definition: the first heading of its body.

/// Longer titles are cut.
const MAX_TITLE_CHARS: usize = 200;

/// `# Title`, or a line underlined with `===`. `None` if the body has no heading.
pub fn title<'a>(lines: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut before = "";
    for line in lines {
        if let Some(heading) = marked(line) {
            return Some(cut(heading));
        }
        if is_underline(line) && !before.trim().is_empty() {
            return Some(cut(before.trim()));
        }
        before = line;
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
    Some(title)
}

fn is_underline(line: &str) -> bool {
    let text = line.trim();
    text.len() > 1 && text.bytes().all(|byte| byte == b'=')
}

fn cut(title: &str) -> String {
    title.chars().take(MAX_TITLE_CHARS).collect()
}
