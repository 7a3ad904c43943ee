//! The one value that every endpoint, the watcher and the owner of the stand-in share.

use super::State;
use crate::sandbox::key::AppKey;
use crate::sandbox::options::Limits;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug)]
pub struct Hub {
    /// Without a slash at the end.
    pub url: String,
    pub key: AppKey,
    pub limits: Limits,
    pub webhook_client: reqwest::Client,
    /// Deliveries run there, whatever runtime the caller has.
    pub runtime: tokio::runtime::Handle,
    /// Held while refs are compared, so that one move is announced once.
    pub announcing: Mutex<()>,
    state: Mutex<State>,
}

impl Hub {
    pub fn new(
        url: String,
        key: AppKey,
        limits: Limits,
        webhook_client: reqwest::Client,
        runtime: tokio::runtime::Handle,
        state: State,
    ) -> Self {
        Self { url, key, limits, webhook_client, runtime, announcing: Mutex::new(()), state: Mutex::new(state) }
    }

    /// A test that panicked while it held the lock does not take the others down.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
