//! Any bytes as the body of a webhook whose signature was good.
#![no_main]

use dotcursor::model::Event;
use dotcursor::receive::read_payload;
use libfuzzer_sys::fuzz_target;

const EVENTS: [&str; 8] = [
    "push",
    "installation",
    "installation_repositories",
    "repository",
    "check_run",
    "check_suite",
    "pull_request",
    "ping",
];

fuzz_target!(|data: (u8, &[u8])| {
    let (event, body) = data;
    if let Some(Event::Push(push)) = read_payload(EVENTS[usize::from(event) % EVENTS.len()], body) {
        assert!(!push.git_ref.contains('\0'), "no database takes that");
        assert!(push.git_ref.len() <= 1000 && push.repository.full_name.len() <= 1000);
    }
});
