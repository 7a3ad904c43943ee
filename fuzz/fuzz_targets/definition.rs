//! Any bytes, as a file of any kind: read without a panic, with its whole text kept but for NUL, and the same when read again.
#![no_main]

use dotcursor::model::Location;
use dotcursor::parse;
use libfuzzer_sys::fuzz_target;

const PATHS: [&str; 5] = [
    ".cursor/rules/a.mdc",
    ".cursor/agents/a.md",
    "apps/web/.cursor/commands/deep/a.md",
    ".cursor/skills/a/SKILL.md",
    ".cursor/rules/a/RULE.md",
];

fuzz_target!(|data: (u8, &[u8])| {
    let (kind, bytes) = data;
    let location = Location::of(PATHS[usize::from(kind) % PATHS.len()]).expect("the path of a definition");
    let parsed = parse::parse(&location, bytes, &[]);
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert_eq!(parsed.content, text.replace('\0', "\u{fffd}"));
    }
    assert_eq!(parse::parse(&location, bytes, &[]), parsed);
});
