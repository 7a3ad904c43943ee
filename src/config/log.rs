//! What is told to whom about the running process.

use super::variables::Variables;
use secrecy::SecretString;

#[derive(Clone, Debug)]
pub struct LogConfig {
    /// `RUST_LOG`
    pub filter: String,
    /// `DOTCURSOR_LOG_FORMAT`
    pub format: LogFormat,
    /// `SENTRY_DSN`: errors are reported there if it is set.
    pub sentry_dsn: Option<SecretString>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// Both of these report by themselves, as errors, what we expect and tell in our own words.
const USUAL: &str = "info,lapin=error,octocrab=off";

pub(super) fn read(variables: &mut Variables<'_>) -> LogConfig {
    let format =
        variables.parsed("DOTCURSOR_LOG_FORMAT", "Expected is text or json", LogFormat::Text, |text| match text {
            "text" => Some(LogFormat::Text),
            "json" => Some(LogFormat::Json),
            _ => None,
        });
    let filter = variables.parsed(
        "RUST_LOG",
        "Expected is a level such as info, or a list such as info,dotcursor::receive=debug",
        USUAL.to_owned(),
        |text| text.parse::<tracing_subscriber::filter::Targets>().is_ok().then(|| text.to_owned()),
    );
    let sentry_dsn = variables.parsed("SENTRY_DSN", "Expected is the DSN of a Sentry project", None, |text| {
        text.parse::<sentry::types::Dsn>().ok().map(|_| Some(SecretString::from(text)))
    });
    LogConfig { filter, format, sentry_dsn }
}
