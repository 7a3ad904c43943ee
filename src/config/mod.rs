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
mod problem;
mod queue;
mod sign_in;
mod sync;
mod variables;

pub use crate::cache::CacheConfig;
pub use crate::queue::QueueConfig;
pub use database::DatabaseConfig;
pub use describe::Setting;
pub use github::AppConfig;
pub use http::HttpConfig;
pub use log::{LogConfig, LogFormat};
pub use problem::{ConfigError, Problem};
pub use sign_in::SignInConfig;
pub use sync::SyncConfig;

use std::path::PathBuf;
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
    /// The App; `None` while nothing of it is set.
    pub app: Option<AppConfig>,
    /// Signing in with GitHub; `None` while it is not set up.
    pub sign_in: Option<SignInConfig>,
    pub sync: SyncConfig,
    pub log: LogConfig,
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
        let api_url = github::api_url(&mut variables);
        let config = Self {
            http: http::read(&mut variables),
            database: database::read(&mut variables, &data_dir),
            queue: queue::read(&mut variables),
            cache: cache::read(&mut variables),
            app: github::read(&mut variables, api_url.clone()),
            sign_in: sign_in::read(&mut variables, api_url),
            sync: sync::read(&mut variables),
            log: log::read(&mut variables),
            data_dir,
        };
        variables.finish().map(|()| config)
    }

    /// What is in force, for people; secrets are hidden.
    pub fn describe(&self) -> Vec<Setting> {
        describe::describe(self)
    }
}

#[cfg(test)]
mod tests;
