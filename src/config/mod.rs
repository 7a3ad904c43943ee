//! The configuration: read from the environment once, checked as a whole, told as a whole.
//!
//! In come variables (from the process, or from a test's map); out comes a [`Config`], or every problem at once, each with
//! the variable's name, what is wrong with it and how to mend it.

mod cache;
mod database;
mod describe;
mod github;
mod http;
mod log;
mod origin;
pub mod private_file;
mod problem;
mod queue;
mod sign_in;
mod stored_app;
mod sync;
mod variables;

pub use crate::cache::CacheConfig;
pub use crate::queue::QueueConfig;
pub use database::DatabaseConfig;
pub use describe::Setting;
pub use github::AppConfig;
pub use http::HttpConfig;
pub use log::{LogConfig, LogFormat};
pub use origin::Origin;
pub use problem::{ConfigError, Problem};
pub use sign_in::SignInConfig;
pub use stored_app::{FILE as STORED_APP_FILE, StoredApp, StoredAppError};
pub use sync::SyncConfig;

use std::collections::BTreeMap;
use std::path::PathBuf;
use url::Url;
use variables::Variables;

/// All that a process needs to know before it starts.
#[derive(Clone, Debug)]
pub struct Config {
    /// `DOTCURSOR_DATA_DIR`: what the embedded set-up keeps.
    pub data_dir: PathBuf,
    pub http: HttpConfig,
    pub database: DatabaseConfig,
    pub queue: QueueConfig,
    pub cache: CacheConfig,
    /// The App; `None` while nothing of it is set, and none was set up.
    pub app: Option<AppConfig>,
    /// `GITHUB_API_URL`, where it is said: the GitHub on which an App is to be set up.
    pub api_url: Option<Url>,
    /// Signing in with GitHub; `None` while it is not set up.
    pub sign_in: Option<SignInConfig>,
    pub sync: SyncConfig,
    pub log: LogConfig,
    /// Where each variable comes from; the others stand at their defaults.
    pub origins: BTreeMap<&'static str, Origin>,
}

impl Config {
    /// From the environment of the process.
    pub fn from_env() -> Result<Self, ConfigError> {
        // Lossy: a value that is not UTF-8 is then refused where it is read, instead of passing for unset.
        Self::from_variables(&|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    /// From any source of variables. An empty variable counts as not set.
    pub fn from_variables(read: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut variables = Variables::new(read);
        let data_dir = PathBuf::from(variables.text("DOTCURSOR_DATA_DIR").unwrap_or_else(|| "./data".to_owned()));
        github::fall_back_on_stored(&mut variables, &data_dir);
        let api_url = github::api_url(&mut variables);
        let mut config = Self {
            http: http::read(&mut variables),
            database: database::read(&mut variables, &data_dir),
            queue: queue::read(&mut variables),
            cache: cache::read(&mut variables),
            app: github::read(&mut variables, api_url.clone()),
            sign_in: sign_in::read(&mut variables, api_url.clone()),
            sync: sync::read(&mut variables),
            log: log::read(&mut variables),
            api_url: variables.text("GITHUB_API_URL").and(api_url),
            origins: BTreeMap::new(),
            data_dir,
        };
        config.origins = variables.finish()?;
        Ok(config)
    }

    /// What is in force, for people; secrets are hidden.
    pub fn describe(&self) -> Vec<Setting> {
        describe::describe(self)
    }
}

#[cfg(test)]
mod tests;
