//! What is in force, as `dotcursor config` prints it.

use super::sync::show_duration;
use super::{CacheConfig, Config, DatabaseConfig, LogFormat, QueueConfig};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// One variable and what it stands at, fit for any eye.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub variable: &'static str,
    pub value: String,
    /// `environment`, the file of the App that was set up, or `default`.
    pub source: String,
}

const HIDDEN: &str = "(set, hidden)";
const UNSET: &str = "(not set)";

pub(super) fn describe(config: &Config) -> Vec<Setting> {
    let app = config.app.as_ref();
    let rows = [
        ("DOTCURSOR_LISTEN", config.http.listen.to_string()),
        ("DOTCURSOR_DATA_DIR", config.data_dir.display().to_string()),
        ("DOTCURSOR_ADMIN_TOKEN", hidden(config.http.admin_token.is_some())),
        ("DOTCURSOR_PUBLIC_URL", config.http.public_url.as_ref().map_or_else(unset, Url::to_string)),
        ("DOTCURSOR_RATE_LIMIT", config.http.rate_limit.map_or_else(|| "0 (none)".to_owned(), |rate| rate.to_string())),
        ("DOTCURSOR_CORS_ORIGINS", origins(&config.http.cors_origins)),
        ("DATABASE_URL", database(&config.database)),
        ("AMQP_URL", queue(&config.queue)),
        ("REDIS_URL", cache(&config.cache)),
        ("DOTCURSOR_QUEUE_PREFIX", prefix(config)),
        ("GITHUB_APP_ID", app.map_or_else(unset, |app| app.id.to_string())),
        ("GITHUB_PRIVATE_KEY", hidden(app.is_some())),
        ("GITHUB_WEBHOOK_SECRET", app.map_or_else(unset, |app| secrets(app.webhook_secrets.len()))),
        ("GITHUB_API_URL", app.map(|app| &app.api_url).or(config.api_url.as_ref()).map_or_else(unset, Url::to_string)),
        ("GITHUB_CLIENT_ID", config.sign_in.as_ref().map_or_else(unset, |it| it.client_id.clone())),
        ("GITHUB_CLIENT_SECRET", hidden(config.sign_in.is_some())),
        ("DOTCURSOR_SYNC_INTERVAL", show_duration(config.sync.interval)),
        ("DOTCURSOR_READ_LAG", show_duration(config.sync.read_lag)),
        ("DOTCURSOR_TASK_TIMEOUT", show_duration(config.sync.task_timeout)),
        ("DOTCURSOR_HISTORY_RETENTION", show_duration(config.sync.history_retention)),
        ("SENTRY_DSN", hidden(config.log.sentry_dsn.is_some())),
        ("RUST_LOG", config.log.filter.clone()),
        ("DOTCURSOR_LOG_FORMAT", format(config.log.format).to_owned()),
    ];
    let source = |name: &str| config.origins.get(name).map_or_else(|| "default".to_owned(), ToString::to_string);
    rows.into_iter().map(|(variable, value)| Setting { variable, value, source: source(variable) }).collect()
}

fn unset() -> String {
    UNSET.to_owned()
}

fn origins(origins: &[String]) -> String {
    if origins.is_empty() { unset() } else { origins.join(",") }
}

fn hidden(is_set: bool) -> String {
    if is_set { HIDDEN } else { UNSET }.to_owned()
}

fn secrets(number: usize) -> String {
    if number == 1 { HIDDEN.to_owned() } else { format!("({number} secrets set, hidden)") }
}

fn database(config: &DatabaseConfig) -> String {
    match config {
        DatabaseConfig::Sqlite { path } => format!("(not set: SQLite in {})", path.display()),
        DatabaseConfig::Postgres { url } => without_password(url),
    }
}

fn queue(config: &QueueConfig) -> String {
    match config {
        QueueConfig::Embedded => "(not set: the queue in process)".to_owned(),
        QueueConfig::Rabbit { url, .. } => without_password(url),
    }
}

fn prefix(config: &Config) -> String {
    match (&config.queue, &config.cache) {
        (QueueConfig::Rabbit { prefix, .. }, _) | (_, CacheConfig::Redis { prefix, .. }) => prefix.clone(),
        _ => "(of no effect: neither RabbitMQ nor Redis is used)".to_owned(),
    }
}

fn cache(config: &CacheConfig) -> String {
    match config {
        CacheConfig::Memory { max_bytes } => format!("(not set: {} MiB in process)", max_bytes / 1024 / 1024),
        CacheConfig::Redis { url, .. } => without_password(url),
    }
}

fn format(format: LogFormat) -> &'static str {
    match format {
        LogFormat::Text => "text",
        LogFormat::Json => "json",
    }
}

/// A URL without its password, and without a query, where clients also take passwords.
fn without_password(url: &SecretString) -> String {
    let Ok(mut url) = Url::parse(url.expose_secret()) else {
        return HIDDEN.to_owned();
    };
    url.set_query(None);
    if url.password().is_some() && url.set_password(Some("***")).is_err() {
        return HIDDEN.to_owned();
    }
    url.to_string()
}
