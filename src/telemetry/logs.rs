//! Logs, and Sentry where it is asked for.

use crate::config::{LogConfig, LogFormat};
use secrecy::ExposeSecret;
use std::io::IsTerminal;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// Keeps Sentry's sender alive; what is still to be sent is sent when it is dropped.
#[must_use]
pub struct Guard {
    _sentry: Option<sentry::ClientInitGuard>,
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guard").field("sentry", &self._sentry.is_some()).finish()
    }
}

/// Sets up logging for the whole process. A second call changes nothing.
pub fn init(config: &LogConfig) -> Guard {
    let sentry = config.sentry_dsn.as_ref().map(|dsn| {
        let mut options = sentry::ClientOptions::default();
        options.release = sentry::release_name!();
        sentry::init((dsn.expose_secret(), options))
    });
    let filter = EnvFilter::try_new(&config.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    let lines = match config.format {
        LogFormat::Text => lines.with_target(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let reports = sentry.is_some().then(sentry::integrations::tracing::ErrorLayer::new);
    let installed = tracing_subscriber::registry().with(lines.with_filter(filter)).with(reports).try_init();
    if installed.is_err() {
        tracing::debug!("logging was set up before");
    }
    Guard { _sentry: sentry }
}
