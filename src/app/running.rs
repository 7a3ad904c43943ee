//! A process that runs, and how it stops.

use super::roles::Roles;
use super::server::Listening;
use super::start::{StartError, start_on};
use crate::api::{Feeds, Setup};
use crate::config::Config;
use actix_web::dev::ServerHandle;
use secrecy::SecretString;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
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
    unfinished: Option<Unfinished>,
}

/// A process that has no App yet.
pub(super) struct Unfinished {
    pub setup: Setup,
    /// For the process as it will be: connections wait there meanwhile.
    pub socket: TcpListener,
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
    pub(super) fn new(
        listening: Listening,
        work: Work,
        made_token: Option<SecretString>,
        unfinished: Option<Unfinished>,
    ) -> Self {
        let Listening { address, handle, server } = listening;
        info!(%address, "listening");
        Self { address, handle, server: tokio::spawn(server), work, made_token, unfinished }
    }

    /// Where it listens; the port that was taken if 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// As a client on this machine reaches it, also where it listens on every address.
    pub fn local_url(&self) -> String {
        local_url(self.address)
    }

    /// Where an App can be set up; `None` where there is one.
    pub fn setup(&self) -> Option<&Setup> {
        self.unfinished.as_ref().map(|unfinished| &unfinished.setup)
    }

    /// Returns when an App was set up; never where there is one already.
    pub async fn set_up(&self) {
        match self.setup() {
            Some(setup) => setup.done().await,
            None => std::future::pending().await,
        }
    }

    /// The same process with the App that was set up: whoever connects meanwhile waits.
    pub async fn start_over(mut self, config: &Config, roles: Roles) -> Result<Self, StartError> {
        let unfinished = self.unfinished.take();
        self.stop().await;
        match unfinished {
            Some(Unfinished { socket, .. }) => start_on(socket, config, roles).await,
            None => super::start(config, roles).await,
        }
    }

    /// The administrator's token that was made at this first start. It is not to be had again.
    pub fn made_token(&self) -> Option<&SecretString> {
        self.made_token.as_ref()
    }

    /// Takes no more requests, finishes what is in hand, and returns within some ten seconds. What was not finished is
    /// found again by the next process: everything owed is in the database.
    pub async fn stop(mut self) {
        // Nobody is to wait for a process that does not come.
        self.unfinished = None;
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

fn local_url(mut address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    format!("http://{address}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_stands_for_all_is_reached_at_home() {
        let url = |address: &str| local_url(address.parse().unwrap());
        assert_eq!(url("0.0.0.0:3000"), "http://127.0.0.1:3000");
        assert_eq!(url("[::]:3000"), "http://[::1]:3000");
        assert_eq!(url("192.0.2.1:80"), "http://192.0.2.1:80");
    }
}
