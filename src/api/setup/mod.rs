//! `/setup`: gives a server without an App one.
//!
//! Whoever holds the token that was printed at the start registers the App at GitHub by the manifest flow (`register`), or
//! names one that is there (`by_hand`). Either way GitHub itself shows that id and key fit, and a file in the data folder is
//! what comes out; the process then starts over with it. Nothing secret is ever part of a page.
//!
//! These are pages for a browser, so that they stand beside the API's routes and not in its document.

mod attempt;
mod by_hand;
mod cookie;
mod door;
mod fields;
mod page;
mod register;
mod webhook_url;

pub use page::installation_page;

use super::routes::wrong_method;
use crate::config::{Config, StoredApp};
use crate::github::GitHubError;
use actix_web::Resource;
use actix_web::web::{self, ServiceConfig};
use attempt::Attempts;
use secrecy::{ExposeSecret, SecretString};
use std::future::ready;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use url::Url;

pub(super) const PATH: &str = "/setup";
/// Where GitHub sends the browser back to.
const CALLBACK: &str = "/setup/callback";
/// A page is a form of some fields and a key.
const LARGEST_FORM: usize = 64 * 1024;

/// A server that waits for its App. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Setup(Arc<Waiting>);

#[derive(Debug)]
struct Waiting {
    /// Opens the page, as long as the process waits.
    token: SecretString,
    data_dir: PathBuf,
    /// `DOTCURSOR_PUBLIC_URL`
    public_url: Option<Url>,
    /// `GITHUB_API_URL`: no other GitHub is asked for then.
    api_url: Option<Url>,
    attempts: Attempts,
    /// Held while an App is written down, so that there is one.
    writing: Mutex<()>,
    done: CancellationToken,
}

/// Why an App was not taken.
#[derive(Debug, thiserror::Error)]
enum NotTaken {
    #[error(transparent)]
    GitHub(#[from] GitHubError),
    #[error("the App could not be written down in the data folder: {0}")]
    NotWritten(#[from] std::io::Error),
    #[error("this server has got another App meanwhile")]
    Already,
}

impl Setup {
    pub fn new(config: &Config) -> Self {
        Self(Arc::new(Waiting {
            token: hex::encode(rand::random::<[u8; 32]>()).into(),
            data_dir: config.data_dir.clone(),
            public_url: config.http.public_url.clone(),
            api_url: config.api_url.clone(),
            attempts: Attempts::default(),
            writing: Mutex::default(),
            done: CancellationToken::new(),
        }))
    }

    /// The page with its token, below the address of the server.
    pub fn page_below(&self, server: &str) -> SecretString {
        format!("{}{PATH}?token={}", server.trim_end_matches('/'), self.0.token.expose_secret()).into()
    }

    /// Returns when the App is written down.
    pub async fn done(&self) {
        self.0.done.cancelled().await;
    }

    async fn take(&self, app: &StoredApp) -> Result<(), NotTaken> {
        let _writing = self.0.writing.lock().await;
        if self.0.done.is_cancelled() {
            return Err(NotTaken::Already);
        }
        let (app, folder) = (app.clone(), self.0.data_dir.clone());
        let (id, slug) = (app.id, app.slug.clone());
        let written = tokio::task::spawn_blocking(move || app.write_first(&folder)).await;
        match written.map_err(std::io::Error::other)? {
            Ok(()) => tracing::info!(app = id, slug, "an App was set up"),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                // By another process over the same folder: this one goes on with what is there.
                self.0.done.cancel();
                return Err(NotTaken::Already);
            }
            Err(error) => return Err(error.into()),
        }
        self.0.done.cancel();
        Ok(())
    }
}

/// Adds the pages; the API's routes bring the state.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(page_at(PATH, "GET").route(web::get().to(door::show)))
        .service(page_at("/setup/register", "POST").route(web::post().to(register::begin)))
        .service(page_at(CALLBACK, "GET").route(web::get().to(register::end)))
        .service(page_at("/setup/app", "POST").route(web::post().to(by_hand::take)));
}

fn page_at(path: &str, method: &'static str) -> Resource {
    let refuse = move || ready(wrong_method(method));
    web::resource(path).app_data(web::PayloadConfig::new(LARGEST_FORM)).default_service(web::to(refuse))
}
