//! Any settings, and what any path is under them.
#![no_main]

use dotcursor::settings::{self, Layout};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: (&[u8], &str)| {
    let (bytes, path) = data;
    let reading = settings::read(bytes);
    assert_eq!(reading.settings.is_none(), reading.error().is_some());
    Layout::of(&reading.settings.unwrap_or_default()).place(path);
});
