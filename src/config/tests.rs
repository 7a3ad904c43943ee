use super::*;
use std::collections::HashMap;

fn config(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let map: HashMap<String, String> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Config::from_variables(&|name| map.get(name).cloned())
}

#[test]
fn nothing_set_is_the_embedded_set_up() {
    let config = config(&[]).unwrap();
    assert!(matches!(config.database, DatabaseConfig::Sqlite { .. }));
    assert!(matches!(config.queue, QueueConfig::Embedded));
    assert!(matches!(config.cache, CacheConfig::Memory { .. }));
    assert!(config.app.is_none());
    assert_eq!(config.http.listen.port(), 3000);
}

#[test]
fn all_problems_are_told_at_once() {
    let error = config(&[
        ("DOTCURSOR_LISTEN", "localhost"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("AMQP_URL", "http://localhost"),
        ("DOTCURSOR_SYNC_INTERVAL", "ten minutes"),
        ("DOTCURSOR_ADMIN_TOKEN", "secret"),
        ("GITHUB_APP_ID", "my app"),
    ])
    .unwrap_err();
    insta::assert_snapshot!(error, @r#"
    the configuration cannot be used; nothing was started
      DOTCURSOR_LISTEN: "localhost" cannot be used. Expected is an address with a port, such as 127.0.0.1:3000 or [::]:3000
      DOTCURSOR_ADMIN_TOKEN: it is too short. At least 16 characters are expected, for instance from `openssl rand -hex 32`
      DATABASE_URL: "mysql://localhost/x" cannot be used. Expected is postgres://user:password@host/database, or nothing for SQLite in the data folder
      AMQP_URL: "http://localhost" cannot be used. Expected is amqp://user:password@host:port/vhost or amqps://…, or nothing for the queue in process
      GITHUB_APP_ID: "my app" cannot be used. Expected is the number on the App's settings page
      GITHUB_PRIVATE_KEY: it is not set. Take it from the App's settings page
      GITHUB_WEBHOOK_SECRET: it is not set. Set the one from the App's settings page
      DOTCURSOR_SYNC_INTERVAL: "ten minutes" cannot be used. Expected is a number with a unit: 250ms, 90s, 10m, 2h or 30d; 1000ms at least
    "#);
}

#[test]
fn an_interval_of_nothing_is_refused() {
    assert!(config(&[("DOTCURSOR_SYNC_INTERVAL", "0s")]).is_err());
    assert!(config(&[("DOTCURSOR_TASK_TIMEOUT", "1ms")]).is_err());
}

#[test]
fn a_refused_url_does_not_show_its_password() {
    for (name, value) in [
        ("DATABASE_URL", "mysql://root:hunter2@localhost/x"),
        ("DATABASE_URL", "mysql://localhost/x?password=hunter2"),
        ("GITHUB_APP_ID", "-----BEGIN RSA PRIVATE KEY----- hunter2"),
        ("GITHUB_API_URL", "https://me:hunter2@github.example"),
    ] {
        let error = config(&[(name, value)]).unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[test]
fn secrets_are_hidden_in_what_is_told() {
    let config = config(&[
        ("DATABASE_URL", "postgres://me:hunter2@db/registry?password=hunter2"),
        ("AMQP_URL", "amqp://me:hunter2@mq:5672/%2f"),
        ("REDIS_URL", "redis://:hunter2@cache/0"),
        ("DOTCURSOR_ADMIN_TOKEN", "hunter2hunter2hunter2"),
        ("GITHUB_APP_ID", "1"),
        ("GITHUB_PRIVATE_KEY", "-----BEGIN RSA PRIVATE KEY-----\\nhunter2"),
        ("GITHUB_WEBHOOK_SECRET", "hunter2, hunter2-old"),
    ])
    .unwrap();
    let told: String =
        config.describe().iter().map(|setting| format!("{} {}\n", setting.variable, setting.value)).collect();
    assert!(!told.contains("hunter2"), "{told}");
    assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
    assert!(told.contains("postgres://me:***@db/registry"), "{told}");
    assert!(told.contains("(2 secrets set, hidden)"), "{told}");
}

#[test]
fn durations_are_read_as_they_are_shown() {
    for text in ["250ms", "90s", "10m", "2h", "30d", "0s"] {
        let duration = sync::parse_duration(text).unwrap();
        assert_eq!(sync::show_duration(duration), text);
    }
    for text in ["", "10", "m", "1.5h", "-1s", "99999999999999999999s", "18446744073709551615ms", "1w"] {
        assert_eq!(sync::parse_duration(text), None, "{text}");
    }
}
