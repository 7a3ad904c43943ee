//! Any text as the body of an agent.
#![no_main]

use dotcursor::model::Location;
use dotcursor::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &str| {
    let location = Location::of(".cursor/agents/a.md").expect("the path of a definition");
    let text = format!("# Agent\n{body}");
    let lines = text.lines().count() as u32;
    for reference in parse::parse(&location, text.as_bytes(), &[]).references {
        assert!(!reference.target.is_empty());
        assert!((1..=lines).contains(&reference.line), "{reference:?} stands beyond the file");
    }
});
