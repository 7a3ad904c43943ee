//! Servers that the suites run against, told by the environment. A suite whose server is not told is skipped.

use std::process::Command;

/// `DOTCURSOR_TEST_AMQP_URL`: a RabbitMQ that nothing else depends on.
pub fn amqp_url() -> Option<String> {
    std::env::var("DOTCURSOR_TEST_AMQP_URL").ok()
}

/// `DOTCURSOR_TEST_REDIS_URL`: a Redis that nothing else depends on.
pub fn redis_url() -> Option<String> {
    std::env::var("DOTCURSOR_TEST_REDIS_URL").ok()
}

/// `DOTCURSOR_TEST_{AMQP,REDIS}_CRASH`: a command that kills that server with -9; `…_START`: one that starts it again.
pub fn run(variable: &str) {
    if let Ok(command) = std::env::var(variable) {
        let status = Command::new("sh").args(["-c", &command]).status().expect("sh starts");
        assert!(status.success(), "{variable} failed");
    }
}
