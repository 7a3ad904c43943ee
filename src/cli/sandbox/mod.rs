//! `dotcursor sandbox`: the whole program at work against a stand-in GitHub over git repositories on disk.

mod guide;
mod hosted;
mod sheet;

use super::{output, signals};
use crate::app::{self, Roles, Running};
use crate::config::{AppConfig, Config, SignInConfig};
use crate::model::{RepositoryId, WorkspaceId};
use crate::receive;
use crate::sandbox::{NewRepository, StandIn, StandInOptions};
use crate::store::Store;
use crate::telemetry;
use anyhow::{Context, Result, bail};
use hosted::Hosted;
use secrecy::{ExposeSecret, SecretString};
use sheet::{Sheet, SheetRepository};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// See it at work: no GitHub, no account, no network.
///
/// Starts a stand-in GitHub over git repositories on disk and the App beside it. A commit in one of them shows in the API
/// by itself. Without --repo a sample is made to play with. Nothing is ever written into a repository of yours.
/// Started again over the same data folder it goes on where it was.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A git repository to serve, beside those of earlier starts; may be given several times.
    #[arg(long, value_name = "PATH")]
    repo: Vec<PathBuf>,
    /// Where the registry, the sample and sandbox.json are kept [default: $DOTCURSOR_DATA_DIR, else ./data]
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
}

/// The installation that all repositories belong to.
const INSTALLATION: i64 = 1;
/// How soon a commit is noticed.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How long the first webhook may take to be written down.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) async fn run(args: Args) -> Result<()> {
    let mut config = read_config(args.data_dir.as_deref())?;
    let _alone = alone(&config.data_dir)?;
    let _telemetry = telemetry::init(&config.log);
    let kept = Sheet::read(&config.data_dir)?;
    let repositories = hosted::choose(&args.repo, kept.as_ref(), &config.data_dir)?;
    let github = stand_in(kept.as_ref())?;
    config.app = Some(app_of(&github)?);
    config.sign_in = Some(sign_in_of(&github)?);
    let admin_token = admin_token(&config, kept);
    config.http.admin_token = Some(admin_token.clone());
    let repositories = install(&github, repositories)?;

    let running = app::start(&config, Roles::ALL).await?;
    let sheet = Sheet {
        url: running.local_url(),
        github_url: github.url().to_owned(),
        admin_token: admin_token.expose_secret().to_owned(),
        webhook_secret: github.webhook_secret(),
        repositories: import(&github, &running, &config, &repositories).await?,
    };
    sheet.write(&config.data_dir)?;
    output::say(&guide::text(&sheet, &config.data_dir))?;

    signals::stop_asked().await;
    running.stop().await;
    github.stop().await;
    Ok(())
}

/// The environment counts, but for what the stand-in is: the App. Logs are quiet unless they are asked for.
fn read_config(data_dir: Option<&Path>) -> Result<Config> {
    let data_dir = data_dir.map(|path| path.display().to_string());
    let config = Config::from_variables(&|name| match (name, std::env::var(name).ok()) {
        ("DOTCURSOR_DATA_DIR", set) => data_dir.clone().or(set),
        ("RUST_LOG", unset) => unset.or_else(|| Some("warn".to_owned())),
        (name, _) if name.starts_with("GITHUB_") => None,
        (_, set) => set,
    })?;
    std::fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("the data folder {} cannot be made", config.data_dir.display()))?;
    Ok(config)
}

/// Two over one folder would each take the other's repositories and App for its own. Held until it is dropped, or the process
/// dies.
fn alone(data_dir: &Path) -> Result<File> {
    let path = data_dir.join("sandbox.lock");
    let lock = File::create(&path).with_context(|| format!("{} cannot be made", path.display()))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => bail!(
            "another sandbox is at work over {}; stop that one, or name another folder with --data-dir",
            data_dir.display()
        ),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("{} cannot be locked", path.display())),
    }
}

fn stand_in(kept: Option<&Sheet>) -> Result<StandIn> {
    let webhook_secret = kept.map_or_else(secret, |sheet| sheet.webhook_secret.clone());
    let options = StandInOptions { webhook_secret, watch_every: Some(LOOK_EVERY), ..StandInOptions::default() };
    Ok(StandIn::start(options)?)
}

fn app_of(github: &StandIn) -> Result<AppConfig> {
    Ok(AppConfig {
        id: u64::try_from(github.app_id())?,
        private_key: github.key().private_pem().into(),
        webhook_secrets: vec![github.webhook_secret().into()],
        api_url: github.url().parse()?,
        slug: None,
    })
}

/// Whoever signs in is the owner of all repositories.
fn sign_in_of(github: &StandIn) -> Result<SignInConfig> {
    Ok(SignInConfig {
        client_id: github.client_id(),
        client_secret: github.client_secret().into(),
        api_url: github.url().parse()?,
    })
}

fn admin_token(config: &Config, kept: Option<Sheet>) -> SecretString {
    let kept = kept.map(|sheet| sheet.admin_token.into());
    config.http.admin_token.clone().or(kept).unwrap_or_else(|| secret().into())
}

/// 256 random bits.
fn secret() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

/// Puts the repositories under the stand-in's one installation; each knows its branch afterwards.
fn install(github: &StandIn, repositories: Vec<Hosted>) -> Result<Vec<Hosted>> {
    github.install(hosted::OWNER, Some(INSTALLATION));
    let mut installed = Vec::with_capacity(repositories.len());
    for repository in repositories {
        let new = NewRepository {
            id: Some(repository.id),
            default_branch: repository.branch.clone(),
            ..NewRepository::new(INSTALLATION, &repository.full_name, &repository.path)
        };
        let id = github.add_repository(new)?;
        installed.push(Hosted { branch: Some(github.default_branch(id)?), ..repository });
    }
    let reach: Vec<(i64, bool)> = installed.iter().map(|repository| (repository.id, true)).collect();
    github.set_user(hosted::OWNER, &reach);
    github.sign_in_as(Some(hosted::OWNER));
    Ok(installed)
}

/// Tells the running App of the installation, and waits until it has made a workspace for each repository.
async fn import(
    github: &StandIn,
    running: &Running,
    config: &Config,
    repositories: &[Hosted],
) -> Result<Vec<SheetRepository>> {
    github.set_callback_url(&format!("{}/auth/github/callback", running.local_url()));
    github.set_webhook_url(&format!("{}{}", running.local_url(), receive::PATH));
    github.announce_installation(INSTALLATION).await?;
    let store = Store::connect(&config.database).await?;
    let mut rows = Vec::with_capacity(repositories.len());
    for repository in repositories {
        let workspace_id = workspace_of(&store, RepositoryId::new(repository.id)).await?.into_string();
        rows.push(repository.row(workspace_id));
    }
    Ok(rows)
}

async fn workspace_of(store: &Store, repository: RepositoryId) -> Result<WorkspaceId> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(workspace) = store.workspace_of(repository).await? {
            return Ok(workspace);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    bail!("the stand-in's first webhook was not taken; start again with RUST_LOG=info to see why")
}
