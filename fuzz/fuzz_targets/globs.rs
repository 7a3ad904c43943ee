//! Any globs, held against any path.
#![no_main]

use dotcursor::model::Location;
use dotcursor::parse;
use dotcursor::resolve::is_attached;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: (&str, &str)| {
    let (globs, path) = data;
    let location = Location::of("pkg/.cursor/rules/a.mdc").expect("the path of a definition");
    let parsed = parse::parse(&location, format!("---\nglobs: {globs}\n---\nText.").as_bytes(), &[]);
    is_attached(&parsed.attributes.into(), "pkg", path);
});
