//! A process that runs, and how it stops.

use super::server::Listening;
use crate::api::Feeds;
use actix_web::dev::ServerHandle;
use secrecy::SecretString;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// What is in hand is finished or given back within this time.
const PATIENCE: Duration = Duration::from_secs(10);

#[must_use]
pub struct Running {
    address: SocketAddr,
    handle: ServerHandle,
    server: tokio::task::JoinHandle<std::io::Result<()>>,
    work: Work,
    made_token: Option<SecretString>,
}

/// What goes on beside the answering of requests, and how it is told to end.
pub(super) struct Work {
    pub loops: JoinSet<()>,
    pub stop: CancellationToken,
    pub feeds: Feeds,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Running {
    pub(super) fn new(listening: Listening, work: Work, made_token: Option<SecretString>) -> Self {
        let Listening { address, handle, server } = listening;
        info!(%address, "listening");
        Self { address, handle, server: tokio::spawn(server), work, made_token }
    }

    /// Where it listens; the port that was taken if 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The administrator's token that was made at this first start. It is not to be had again.
    pub fn made_token(&self) -> Option<&SecretString> {
        self.made_token.as_ref()
    }

    /// Takes no more requests, finishes what is in hand, and returns within some ten seconds. What was not finished is
    /// found again by the next process: everything owed is in the database.
    pub async fn stop(mut self) {
        let finished = tokio::time::timeout(PATIENCE, async {
            // Streams would never end by themselves.
            self.work.feeds.close();
            self.handle.stop(true).await;
            self.work.stop.cancel();
            self.finish_work().await;
        });
        if finished.await.is_err() {
            warn!("stopped in the middle of something; the next start goes on with it");
        }
        self.work.loops.abort_all();
        self.server.abort();
        info!("stopped");
    }

    async fn finish_work(&mut self) {
        while let Some(ended) = self.work.loops.join_next().await {
            if let Err(error) = ended {
                warn!(%error, "a loop ended badly");
            }
        }
    }
}
