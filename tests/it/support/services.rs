//! The servers of the distributed set-up, told by `scripts/test`.

fn variable(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: this test needs the servers that ./scripts/test starts"))
}

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

/// A name that no other test has: for queues, keys and databases.
pub fn unique_name() -> String {
    format!("t{}", uuid::Uuid::new_v4().simple())
}

/// Kills (`kill9`) or starts again (`restart`) one of the servers: `rabbitmq`, `redis`, `postgres`.
pub fn control(command: &str, server: &str) {
    let script = variable("TEST_SERVICES");
    let folder = variable("TEST_SERVICES_DIR");
    let status =
        std::process::Command::new(script).args([command, &folder, server]).status().expect("the script starts");
    assert!(status.success(), "{command} {server} failed");
}
