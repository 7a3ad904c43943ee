//! The one value that every endpoint, the watcher and the owner of the stand-in share.

use super::State;
use crate::sandbox::key::AppKey;
use crate::sandbox::options::{Edition, Limits};
use crate::sandbox::record::Recorder;
use crate::sandbox::site::Site;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug)]
pub struct Hub {
    pub url: Site,
    pub key: AppKey,
    pub edition: Edition,
    pub limits: Limits,
    pub recorder: Option<Recorder>,
    pub webhook_client: reqwest::Client,
    /// Deliveries run there, whatever runtime the caller has.
    pub runtime: tokio::runtime::Handle,
    /// Held while refs are compared, so that one move is announced once.
    pub announcing: Mutex<()>,
    pub guarded: Mutex<State>,
}

impl Hub {
    /// A test that panicked while it held the lock does not take the others down.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.guarded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
