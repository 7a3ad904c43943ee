//! Any text between two lines of `---`.
#![no_main]

use dotcursor::model::Location;
use dotcursor::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: (bool, &str)| {
    let (is_rule, block) = data;
    let path = if is_rule { ".cursor/rules/a.mdc" } else { ".cursor/agents/a.md" };
    let location = Location::of(path).expect("the path of a definition");
    let lines = block.lines().count() as u32;
    let parsed = parse::parse(&location, format!("---\n{block}\n---\nText.").as_bytes(), &[]);
    for found in &parsed.diagnostics {
        assert!((1..=lines + 5).contains(&found.line), "{found:?} stands beyond the file");
    }
});
