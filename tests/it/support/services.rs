//! The servers that `./scripts/test` starts for all tests together. A test that needs one and finds none fails and says so:
//! what is skipped in silence is taken for proved.

use std::path::PathBuf;

/// A PostgreSQL in which databases may be made and dropped.
pub fn database_url() -> String {
    variable("TEST_DATABASE_URL")
}

pub fn amqp_url() -> String {
    variable("TEST_AMQP_URL")
}

pub fn redis_url() -> String {
    variable("TEST_REDIS_URL")
}

/// Where a test keeps a server of its own: `./scripts/test` ends what is still running there.
pub fn folder() -> PathBuf {
    variable("TEST_SERVICES_DIR").into()
}

/// A name that no other test has: for queues, keys and databases.
pub fn unique_name() -> String {
    format!("t{}", uuid::Uuid::new_v4().simple())
}

fn variable(name: &str) -> String {
    let found = std::env::var(name).ok().filter(|value| !value.is_empty());
    found.unwrap_or_else(|| panic!("{name} is not set. {}", mend()))
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
