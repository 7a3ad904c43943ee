//! The servers that `./scripts/test` starts for all tests together. A test that needs one and finds none fails and says so:
//! what is skipped in silence is taken for proved.

use std::path::PathBuf;

/// `postgres://…`, with the right to create databases.
pub fn database_url() -> String {
    told_by("TEST_DATABASE_URL")
}

/// `amqp://…`
pub fn amqp_url() -> String {
    told_by("TEST_AMQP_URL")
}

/// `redis://…`
pub fn redis_url() -> String {
    told_by("TEST_REDIS_URL")
}

/// Where servers that belong to one test are kept: what is still running there in the end is ended by `./scripts/test`.
pub fn folder() -> PathBuf {
    told_by("TEST_SERVICES_DIR").into()
}

fn told_by(variable: &str) -> String {
    let found = std::env::var(variable).ok().filter(|value| !value.is_empty());
    found.unwrap_or_else(|| panic!("{variable} is not set. {}", mend()))
}

fn mend() -> &'static str {
    if std::env::var_os("DOTCURSOR_TEST_EMBEDDED_ONLY").is_some() {
        "`./scripts/test --fast` leaves out what needs a server by its name: \
         put postgres, rabbit, redis or distributed into the name of this test or of its module"
    } else {
        "Run `./scripts/test`, which starts the servers that tests need, \
         or `./scripts/services start DIR` and `eval \"$(./scripts/services env DIR)\"`"
    }
}
