//! Puts a process together: everything is opened and checked before the first request is taken.

use super::core::Core;
use super::debts::Debts;
use super::kept::kept;
use super::roles::Roles;
use super::running::{Running, Unfinished, Work};
use super::server::{self, Door};
use super::{glancer, handout, healer, jobs, letters, planner, quotas, reconciler, sweeper, teller, worker};
use crate::api::{ApiState, Doors, Feeds, Parts, Setup, installation_page};
use crate::cache::{Cache, CacheError, Revisions};
use crate::config::{AppConfig, Config, SignInConfig};
use crate::github::{GitHub, GitHubConfig, GitHubError, UserFlow, UserFlowConfig, timeout, web_url};
use crate::hold::{self, Point};
use crate::model::{Actor, Delivery, RepositoryId};
use crate::queue::{Announcer, Lane, Notice, Queue, QueueError};
use crate::receive::{self, Intakes, ReceiveState, Secrets};
use crate::store::migrate::{Direction, migrate};
use crate::store::rows::listing::TokenRow;
use crate::store::tokens::{NewToken, Role};
use crate::store::{Store, StoreError};
use crate::telemetry;
use crate::tell::Desk;
use chrono::TimeDelta;
use secrecy::SecretString;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

/// Repositories that are planned at the same time, and those of them for which somebody waits at the least.
const PLANNERS: usize = 8;
const PLANNERS_FOR_PEOPLE: usize = 3;
/// Installations whose owners are told something at the same time.
const TELLERS: usize = 2;
/// Installations that are held against what GitHub lists at the same time, and those whose heads are compared.
const RECONCILERS: usize = 2;
const GLANCERS: usize = 3;
/// Two read on while one waits for the database.
const FEWEST_WORKERS: usize = 2;
/// Each may hold a connection while it waits for its repository's row: others need some too.
const MOST_WORKERS: usize = 8;

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Queue(#[from] QueueError),
    #[error(transparent)]
    Cache(#[from] CacheError),
    #[error(transparent)]
    GitHub(#[from] GitHubError),
    #[error(
        "there is no GitHub App yet, and nobody can set one up at a process without the role api: set GITHUB_APP_ID, \
         GITHUB_PRIVATE_KEY and GITHUB_WEBHOOK_SECRET, or set the App up at a process with that role, over the same data folder"
    )]
    NoApp,
    #[error("{address} cannot be listened on: {error}. Set DOTCURSOR_LISTEN to another address")]
    Listen { address: std::net::SocketAddr, error: std::io::Error },
    #[error("no requests can be taken: {0}")]
    Serve(std::io::Error),
}

/// What every role needs.
pub(super) struct Ground {
    pub store: Store,
    pub queue: Queue,
    pub announcer: Announcer,
    pub cache: Cache,
    pub revisions: Revisions,
}

/// Starts the roles; returns when requests are taken. Without an App a process with the role api starts all the same, does
/// what needs none, and lets one be set up.
pub async fn start(config: &Config, roles: Roles) -> Result<Running, StartError> {
    start_on(server::bind(config.http.listen)?, config, roles).await
}

/// Whoever connects meanwhile waits.
pub(super) async fn start_on(socket: TcpListener, config: &Config, roles: Roles) -> Result<Running, StartError> {
    let setup = waits_for_an_app(config, roles)?.then(|| Setup::new(config));
    let metrics = telemetry::metrics();
    migrate(&config.database, Direction::Up).await?;
    let queue = Queue::new(&config.queue)?;
    let ground = Ground {
        store: Store::connect(&config.database).await?,
        announcer: Announcer::new(&queue),
        queue,
        cache: Cache::new(&config.cache)?,
        revisions: Revisions::new(),
    };
    let stop = CancellationToken::new();
    let mut loops = JoinSet::new();
    if let Some(app) = config.app.as_ref().filter(|_| roles.worker) {
        begin_work(config, app, &ground, &stop, &mut loops).await?;
    }
    loops.spawn(until(stop.clone(), learn_revisions(ground.announcer.clone(), ground.revisions.clone())));
    let door = match &config.app {
        _ if !roles.receiver => Door::Elsewhere,
        Some(app) => Door::Open(open_door(app, &ground, &stop, &mut loops)),
        None => Door::Closed,
    };
    let feeds = Feeds::new(ground.store.clone());
    if roles.api {
        let (feeds, announcer) = (feeds.clone(), ground.announcer.clone());
        let tell = move || feeds.clone().run(announcer.clone());
        loops.spawn(until(stop.clone(), kept("streams", stop.clone(), tell)));
    }
    let made_token = if roles.api { first_token(config, &ground.store).await? } else { None };
    let wake = waker(&ground.announcer);
    let api = ApiState::new(Parts {
        store: ground.store.clone(),
        cache: ground.cache.clone(),
        revisions: ground.revisions.clone(),
        queue: ground.queue.clone(),
        metrics,
        wake: Arc::new(move |repository| wake(repository, Lane::Person)),
        feeds: feeds.clone(),
        announcer: ground.announcer.clone(),
        admin_token: config.http.admin_token.clone().or(made_token.clone()),
    });
    let api = api.with_doors(doors(config, setup.clone())?);
    let unfinished = match setup {
        Some(setup) => Some(Unfinished { setup, socket: socket.try_clone().map_err(StartError::Serve)? }),
        None => None,
    };
    let server = server::serve(socket, door, api, roles.api).map_err(StartError::Serve)?;
    Ok(Running::new(server, Work { loops, stop, feeds }, made_token, unfinished))
}

fn doors(config: &Config, setup: Option<Setup>) -> Result<Doors, GitHubError> {
    let page = |app: &AppConfig| Some(installation_page(&web_url(&app.api_url), app.slug.as_deref()?));
    Ok(Doors {
        sign_in: user_flow(config)?,
        public_url: config.http.public_url.clone(),
        setup,
        app_page: config.app.as_ref().and_then(page),
        rate_limit: config.http.rate_limit,
        cors_origins: config.http.cors_origins.clone(),
    })
}

/// There is none, and this process is one at which it can be set up.
fn waits_for_an_app(config: &Config, roles: Roles) -> Result<bool, StartError> {
    match (&config.app, roles.api) {
        (Some(_), _) => Ok(false),
        (None, false) => Err(StartError::NoApp),
        (None, true) => {
            warn!("there is no GitHub App yet: nothing is synced until one is set up");
            Ok(true)
        }
    }
}

/// Names a repository to whoever plans, here and elsewhere.
fn waker(announcer: &Announcer) -> impl Fn(RepositoryId, Lane) + Send + Sync + Clone + use<> {
    let announcer = announcer.clone();
    move |repository, lane| announcer.announce(Notice::Owed { repository, lane })
}

async fn begin_work(
    config: &Config,
    app: &AppConfig,
    ground: &Ground,
    stop: &CancellationToken,
    loops: &mut JoinSet<()>,
) -> Result<(), StartError> {
    let (handouts, plans) = handout::open();
    let github = GitHub::new(&GitHubConfig::new(app.id, app.private_key.clone(), app.api_url.clone()))?;
    let core = Arc::new(Core {
        store: ground.store.clone(),
        github,
        queue: ground.queue.clone(),
        announcer: ground.announcer.clone(),
        cache: ground.cache.clone(),
        revisions: ground.revisions.clone(),
        debts: Debts::default(),
        handouts,
        desk: desk(config),
        lag: delta(config.sync.read_lag),
        sync_interval: delta(config.sync.interval),
        task_timeout: delta(config.sync.task_timeout),
        retention: delta(config.sync.history_retention),
    });
    let due = core.store.look_at_all().await?;
    debug!(%due, "every head is compared");
    loops.spawn(until(stop.clone(), hear_of_debts(core.clone())));
    for plans in plans {
        loops.spawn(handout::run(core.clone(), plans, stop.clone()));
    }
    core.github.learn_quotas(core.store.known_quotas().await?);
    for number in 0..PLANNERS {
        if number < PLANNERS_FOR_PEOPLE {
            loops.spawn(keep("planner", planner::run_for_people, &core, stop));
        } else {
            loops.spawn(keep("planner", planner::run, &core, stop));
        }
    }
    let cores = std::thread::available_parallelism().map_or(FEWEST_WORKERS, std::num::NonZero::get);
    for _ in 0..cores.clamp(FEWEST_WORKERS, MOST_WORKERS) {
        loops.spawn(keep("worker", worker::run, &core, stop));
    }
    loops.spawn(keep("jobs", jobs::run, &core, stop));
    loops.spawn(keep("sweeper", sweeper::run, &core, stop));
    loops.spawn(keep("quotas", quotas::run, &core, stop));
    loops.spawn(keep("healer", healer::run, &core, stop));
    for _ in 0..RECONCILERS {
        loops.spawn(keep("reconciler", reconciler::run, &core, stop));
    }
    for _ in 0..GLANCERS {
        loops.spawn(keep("glancer", glancer::run, &core, stop));
    }
    loops.spawn(keep("letters", letters::run, &core, stop));
    for _ in 0..TELLERS {
        loops.spawn(keep("teller", teller::run, &core, stop));
    }
    Ok(())
}

fn desk(config: &Config) -> Desk {
    let url = config.http.public_url.as_ref();
    Desk { public_url: url.map(|url| url.as_str().trim_end_matches('/').to_owned()) }
}

/// A loop of this process, begun again if it panics.
fn keep<F: Future<Output = ()> + Send>(
    name: &'static str,
    run: fn(Arc<Core>, CancellationToken) -> F,
    core: &Arc<Core>,
    stop: &CancellationToken,
) -> impl Future<Output = ()> + Send + use<F> {
    let (core, stop) = (core.clone(), stop.clone());
    kept(name, stop.clone(), move || run(core.clone(), stop.clone()))
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

/// A loop that holds nothing may end anywhere.
async fn until(stop: CancellationToken, listening: impl Future<Output = ()>) {
    stop.run_until_cancelled(listening).await;
}

/// Repositories that somebody, somewhere, says are owed something.
async fn hear_of_debts(core: Arc<Core>) {
    let mut notices = core.announcer.subscribe();
    loop {
        match notices.recv().await {
            Ok(Notice::Owed { repository, lane }) => core.debts.name(repository, lane),
            Ok(Notice::Changed { .. }) => {}
            // The sweeper finds what was missed.
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

/// Revisions that other instances tell of.
async fn learn_revisions(announcer: Announcer, revisions: Revisions) {
    let mut notices = announcer.subscribe();
    loop {
        match notices.recv().await {
            Ok(Notice::Changed { workspace, revision }) => revisions.learn(&workspace, revision),
            Ok(Notice::Owed { .. }) => {}
            // A revision that was missed is asked for within a second.
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

/// The receive stage, with its task that writes.
fn open_door(app: &AppConfig, ground: &Ground, stop: &CancellationToken, loops: &mut JoinSet<()>) -> ReceiveState {
    let secrets = Secrets::new(&app.webhook_secrets);
    let store = ground.store.clone();
    let record = move |deliveries: Arc<[Delivery]>| {
        let store = store.clone();
        async move {
            for repository in deliveries.iter().filter_map(Delivery::pushed) {
                hold::point(Point::Received, repository).await;
            }
            store.record(&deliveries).await
        }
    };
    let mut intake = || {
        let (intake, committer) = receive::open(record.clone(), waker(&ground.announcer));
        loops.spawn(committer.run(stop.clone()));
        intake
    };
    ReceiveState::new(secrets, Intakes { pushes: intake(), others: intake() })
}

fn user_flow(config: &Config) -> Result<Option<UserFlow>, GitHubError> {
    let flow = |it: &SignInConfig| {
        UserFlow::new(UserFlowConfig {
            client_id: it.client_id.clone(),
            client_secret: it.client_secret.clone(),
            api_url: it.api_url.clone(),
            timeout: timeout(&it.api_url),
        })
    };
    config.sign_in.as_ref().map(flow).transpose()
}

/// An administrator's token, made if there never was one; to be shown once.
async fn first_token(config: &Config, store: &Store) -> Result<Option<SecretString>, StoreError> {
    // `dotcursor token create` may have made others before the first start.
    let opens_all = |token: &TokenRow| token.role == Role::Admin.as_str() && token.workspace_id.is_none();
    if config.http.admin_token.is_some() || store.tokens().await?.iter().any(opens_all) {
        return Ok(None);
    }
    let new = NewToken { name: "first administrator".to_owned(), workspace: None, role: Role::Admin, expires_at: None };
    let (_, text) = store.create_token(&new, &Actor::Administrator).await?;
    Ok(Some(text))
}
