//! The stand-in as its owner holds it: started, told what to serve and how to behave, asked what happened, stopped.

mod behaviour;
mod checks;
mod deliveries;
mod installations;
mod repositories;
mod users;

#[cfg(test)]
mod tests;

pub use crate::sandbox::webhook::PullSpec;
pub use repositories::PushSpec;

use super::git::GitError;
use super::http;
use super::key::{AppKey, KeyError};
use super::options::StandInOptions;
use super::record::Recorder;
use super::site::Site;
use super::state::{App, Hub, State, usual_events, usual_permissions};
use super::watch::watch;
use actix_web::dev::ServerHandle;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

const APP_SLUG: &str = "dotcursor";
const APP_OWNER: &str = "octo-owner";

/// Why a stand-in does not start, or does not do what it is told.
#[derive(Debug, thiserror::Error)]
pub enum StandInError {
    #[error("the stand-in GitHub cannot listen on {address}: {source}")]
    Listen { address: std::net::SocketAddr, source: std::io::Error },
    #[error("the stand-in GitHub did not start: {0}")]
    Start(String),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Git(#[from] GitError),
    #[error("there is no {what} {id}")]
    Unknown { what: &'static str, id: String },
    #[error("{0:?} is no repository's full name: owner/name is expected")]
    BadName(String),
    #[error("a repository is called {0} already")]
    NameTaken(String),
}

/// A running stand-in. It ends with its value, at the latest.
#[derive(Debug)]
pub struct StandIn {
    hub: Arc<Hub>,
    server: ServerHandle,
    /// Told to end, the thread ends its runtime, the watcher and what is on its way.
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl StandIn {
    /// Binds first, so that the address is known when this returns; serves on a thread of its own.
    pub fn start(options: StandInOptions) -> Result<Self, StandInError> {
        let address = options.listen;
        let listener = TcpListener::bind(address).map_err(|source| StandInError::Listen { address, source })?;
        let (report, started) = mpsc::channel();
        let (end, ended) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("stand-in-github".to_owned())
            .spawn(move || run(options, listener, &report, ended))
            .map_err(|error| StandInError::Start(error.to_string()))?;
        let (hub, server) =
            started.recv().map_err(|_| StandInError::Start("its thread ended at once".to_owned()))??;
        Ok(Self { hub, server, end: Some(end), thread: Some(thread) })
    }

    /// What `GITHUB_API_URL` takes.
    pub fn url(&self) -> &str {
        &self.hub.url.api
    }

    /// What `GITHUB_APP_ID` takes.
    pub fn app_id(&self) -> i64 {
        self.hub.state().app.id
    }

    pub fn key(&self) -> &AppKey {
        &self.hub.key
    }

    pub fn webhook_secret(&self) -> String {
        self.hub.state().app.webhook_secret.clone()
    }

    /// Answers what has been asked, then ends.
    pub async fn stop(mut self) {
        self.server.stop(true).await;
        self.let_end();
    }

    fn let_end(&mut self) {
        if let Some(end) = self.end.take() {
            let _ = end.send(()); // an error says that it has ended already
        }
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.let_end();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::warn!("the stand-in's thread panicked");
        }
    }
}

type Started = Result<(Arc<Hub>, ServerHandle), StandInError>;

fn run(options: StandInOptions, listener: TcpListener, report: &mpsc::Sender<Started>, ended: oneshot::Receiver<()>) {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = report.send(Err(StandInError::Start(error.to_string())));
            return;
        }
    };
    let every = options.watch_every;
    let hub = match make_hub(options, &listener, runtime.handle().clone()) {
        Ok(hub) => hub,
        Err(error) => {
            let _ = report.send(Err(error));
            return;
        }
    };
    runtime.block_on(async {
        let server = match http::serve(hub.clone(), listener) {
            Ok(server) => server,
            Err(error) => {
                let _ = report.send(Err(StandInError::Start(error.to_string())));
                return;
            }
        };
        let handle = server.handle();
        tokio::spawn(server);
        if let Some(every) = every {
            tokio::spawn(watch(hub.clone(), every));
        }
        let _ = report.send(Ok((hub, handle.clone())));
        let _ = ended.await; // an error says that the owner is gone
        handle.stop(false).await;
    });
    runtime.shutdown_background();
}

fn make_hub(
    options: StandInOptions,
    listener: &TcpListener,
    runtime: tokio::runtime::Handle,
) -> Result<Arc<Hub>, StandInError> {
    let start = |error: &dyn std::error::Error| StandInError::Start(error.to_string());
    let address = listener.local_addr().map_err(|error| start(&error))?;
    let key = options.key.map_or_else(AppKey::generate, Ok)?;
    let recorder = options.record.as_deref().map(Recorder::in_folder).transpose().map_err(|error| start(&error))?;
    // Whoever came first has set the process' provider, and it is the same one.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(|error| start(&error))?;
    let state = State::new(App {
        id: options.app_id,
        slug: APP_SLUG.to_owned(),
        owner: APP_OWNER.to_owned(),
        permissions: usual_permissions(),
        events: usual_events(),
        webhook_secret: options.webhook_secret,
        webhook_url: options.webhook_url,
        webhook_format: options.webhook_format,
        insecure_ssl: false,
        client_secret: hex::encode(rand::random::<[u8; 20]>()),
        callback_url: None,
    });
    Ok(Arc::new(Hub {
        url: Site::new(format!("http://{address}"), options.edition),
        key,
        edition: options.edition,
        limits: options.limits,
        recorder,
        webhook_client: client,
        runtime,
        announcing: Mutex::new(()),
        guarded: Mutex::new(state),
    }))
}
