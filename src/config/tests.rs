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

/// A data folder in which this App was set up.
fn set_up() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let app = StoredApp {
        id: 7,
        slug: Some("my-registry".into()),
        client_id: Some("Iv1".into()),
        client_secret: Some("hunter2".into()),
        webhook_secret: "hunter2".into(),
        private_key: "-----BEGIN RSA PRIVATE KEY-----\nhunter2".into(),
        api_url: Url::parse("https://ghe.example.com/api/v3").unwrap(),
        public_url: Url::parse("https://registry.example.com").ok(),
    };
    app.write_first(folder.path()).unwrap();
    folder
}

#[test]
fn an_app_that_was_set_up_counts_where_the_environment_says_nothing() {
    let folder = set_up();
    let data = ("DOTCURSOR_DATA_DIR", folder.path().to_str().unwrap());
    let config = config(&[data, ("GITHUB_WEBHOOK_SECRET", "new,old"), ("GITHUB_APP_ID", "7")]).unwrap();
    let app = config.app.as_ref().unwrap();
    assert_eq!((app.id, app.webhook_secrets.len(), app.slug.as_deref()), (7, 2, Some("my-registry")));
    assert_eq!(app.api_url.as_str(), "https://ghe.example.com/api/v3");
    assert!(config.sign_in.is_some());
    let told: Vec<String> = config
        .describe()
        .iter()
        .filter(|it| it.source != "default" && it.variable != "DOTCURSOR_DATA_DIR")
        .map(|it| format!("{}={} {}", it.variable, it.value, it.source))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    DOTCURSOR_PUBLIC_URL=https://registry.example.com/ github-app.json
    GITHUB_APP_ID=7 environment
    GITHUB_PRIVATE_KEY=(set, hidden) github-app.json
    GITHUB_WEBHOOK_SECRET=(2 secrets set, hidden) environment
    GITHUB_API_URL=https://ghe.example.com/api/v3 github-app.json
    GITHUB_CLIENT_ID=Iv1 github-app.json
    GITHUB_CLIENT_SECRET=(set, hidden) github-app.json
    ");
    assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
}

#[test]
fn an_app_of_the_environment_is_not_mixed_with_another() {
    let folder = set_up();
    let data = ("DOTCURSOR_DATA_DIR", folder.path().to_str().unwrap());
    let error = config(&[data, ("GITHUB_APP_ID", "8"), ("GITHUB_WEBHOOK_SECRET", "x")]).unwrap_err();
    assert_eq!(error.0.iter().map(|problem| problem.variable).collect::<Vec<_>>(), ["GITHUB_PRIVATE_KEY"]);
}

#[test]
fn a_broken_file_is_a_problem_like_any_other() {
    let folder = set_up();
    std::fs::write(folder.path().join(STORED_APP_FILE), "{\"id\": 7, \"privateKey\": [\"hunter2\"]}").unwrap();
    let error = config(&[("DOTCURSOR_DATA_DIR", folder.path().to_str().unwrap())]).unwrap_err().to_string();
    assert!(error.contains("github-app.json is not as `/setup` writes it (line 1"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn a_file_in_place_of_the_data_folder_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data");
    std::fs::write(&file, "").unwrap();
    let error = config(&[("DOTCURSOR_DATA_DIR", file.to_str().unwrap())]).unwrap_err().to_string();
    assert!(error.contains("Name a folder whose files this process may read and write"), "{error}");
}
