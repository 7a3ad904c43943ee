//! The program as users meet it: a stand-in GitHub with repositories, and a server told of it by the environment alone.

use super::database::{self, PostgresDatabase};
use super::wait::eventually;
use super::{Repo, services};
use dotcursor::app::{Roles, Running, start};
use dotcursor::config::Config;
use dotcursor::sandbox::{AppKey, Edition, NewRepository, StandIn, StandInOptions};
use dotcursor::store::Store;
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

pub const ADMIN_TOKEN: &str = "an-administrator-of-the-tests";

/// Which of the two set-ups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setup {
    Embedded,
    Distributed,
}

/// One stand-in and one server over it.
#[derive(Debug)]
pub struct TestApp {
    pub github: StandIn,
    pub installation: i64,
    pub variables: HashMap<String, String>,
    running: Option<Running>,
    address: String,
    http: reqwest::Client,
    _database: Option<PostgresDatabase>,
    data: tempfile::TempDir,
}

/// Makes tests with TLS-capable clients possible, once for the process.
fn prepare() {
    static READY: OnceLock<()> = OnceLock::new();
    READY.get_or_init(|| {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    });
}

/// Making a key takes long; all stand-ins share one.
fn key() -> AppKey {
    static KEY: OnceLock<AppKey> = OnceLock::new();
    KEY.get_or_init(|| AppKey::generate().expect("a key")).clone()
}

/// Which GitHub is stood in for: the same tests pass with the paths and habits of Enterprise Server.
pub fn edition() -> Edition {
    match std::env::var("DOTCURSOR_TEST_EDITION").as_deref() {
        Ok("enterprise-server") => Edition::EnterpriseServer,
        _ => Edition::Cloud,
    }
}

/// Where `scripts/honest` wants what passes between the program and its GitHub.
fn recording() -> Option<PathBuf> {
    std::env::var_os("DOTCURSOR_TEST_RECORD").map(PathBuf::from)
}

/// Points of `dotcursor::hold` are told apart by repository, so that no two tests may share a number.
fn next_id() -> i64 {
    static NEXT: AtomicI64 = AtomicI64::new(10_000);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl TestApp {
    pub async fn start(setup: Setup) -> Self {
        Self::start_with(setup, &[]).await
    }

    /// `variables` are set beside those that every test needs.
    pub async fn start_with(setup: Setup, variables: &[(&str, &str)]) -> Self {
        let mut app = Self::prepare(setup, variables, edition()).await;
        app.start_again().await;
        app
    }

    async fn prepare(setup: Setup, variables: &[(&str, &str)], edition: Edition) -> Self {
        prepare();
        let options = StandInOptions { key: Some(key()), edition, record: recording(), ..StandInOptions::default() };
        let github = StandIn::start(options).expect("the stand-in starts");
        let data = tempfile::tempdir().expect("a temporary folder");
        let mut all: HashMap<String, String> = HashMap::from([
            ("DOTCURSOR_LISTEN".into(), "127.0.0.1:0".into()),
            ("DOTCURSOR_DATA_DIR".into(), data.path().display().to_string()),
            ("DOTCURSOR_ADMIN_TOKEN".into(), ADMIN_TOKEN.into()),
            // A test asks more often than people do: it waits for states.
            ("DOTCURSOR_RATE_LIMIT".into(), "0".into()),
            ("GITHUB_APP_ID".into(), github.app_id().to_string()),
            ("GITHUB_PRIVATE_KEY".into(), github.key().private_pem().to_owned()),
            ("GITHUB_WEBHOOK_SECRET".into(), github.webhook_secret()),
            ("GITHUB_CLIENT_ID".into(), github.client_id()),
            ("GITHUB_CLIENT_SECRET".into(), github.client_secret()),
            ("GITHUB_API_URL".into(), github.url().to_owned()),
        ]);
        let database = match setup {
            Setup::Embedded => None,
            Setup::Distributed => {
                let database = PostgresDatabase::create().await;
                all.insert("DATABASE_URL".into(), database.url());
                all.insert("AMQP_URL".into(), services::amqp_url());
                all.insert("REDIS_URL".into(), services::redis_url());
                all.insert("DOTCURSOR_QUEUE_PREFIX".into(), services::unique_name());
                Some(database)
            }
        };
        all.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let installation = github.install("octo", Some(next_id()));
        Self {
            github,
            installation,
            variables: all,
            running: None,
            address: String::new(),
            http: reqwest::Client::new(),
            _database: database,
            data,
        }
    }

    /// The stand-in and its repositories, with no server of this process: the caller starts one as a process of its own and
    /// names its address with [`Self::serve_at`].
    pub async fn without_server(setup: Setup, variables: &[(&str, &str)]) -> Self {
        Self::prepare(setup, variables, edition()).await
    }

    /// The same, before an Enterprise Server.
    pub async fn before_enterprise_server(setup: Setup) -> Self {
        Self::prepare(setup, &[], Edition::EnterpriseServer).await
    }

    /// From now on requests go to the first address and webhooks to the second.
    pub fn serve_at(&mut self, api: &str, receiver: &str) {
        api.clone_into(&mut self.address);
        self.github.set_webhook_url(&format!("{receiver}/webhooks/github"));
    }

    /// Starts the server (again) over what it kept.
    pub async fn start_again(&mut self) {
        let variables = self.variables.clone();
        let config = Config::from_variables(&|name| variables.get(name).cloned()).expect("a good configuration");
        let running = start(&config, Roles::ALL).await.expect("the server starts");
        let address = format!("http://{}", running.address());
        self.serve_at(&address, &address);
        self.running = Some(running);
    }

    /// The administrator's token that was made when the server was started the last time.
    pub fn made_token(&self) -> Option<String> {
        let made = self.running.as_ref()?.made_token()?;
        Some(made.expose_secret().to_owned())
    }

    /// Changes what the database holds, past the program.
    pub async fn tamper(&self, statement: &str) {
        match self.variables.get("DATABASE_URL") {
            Some(url) => database::execute(url, statement).await.expect("PostgreSQL takes the statement"),
            None => database::execute_sqlite(&self.data().join("registry.db"), statement),
        }
    }

    /// Holds rows of PostgreSQL, by a statement that locks, until what is returned is dropped.
    pub async fn hold_row(&self, statement: &str) -> tokio_postgres::Client {
        let url = self.variables.get("DATABASE_URL").expect("the distributed set-up");
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("PostgreSQL");
        tokio::spawn(connection);
        client.batch_execute(&format!("BEGIN; {statement}")).await.expect("the rows are locked");
        client
    }

    /// Stops the server in good order.
    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// A folder that goes with this.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// Hosts `repo` on the stand-in, without telling. Returns GitHub's number.
    pub fn host(&self, repo: &Repo, full_name: &str) -> i64 {
        let new =
            NewRepository { id: Some(next_id()), ..NewRepository::new(self.installation, full_name, repo.path()) };
        self.github.add_repository(new).expect("the stand-in takes the repository")
    }

    /// Hosts a repository again that was taken away, under its old number.
    pub fn host_again(&self, repo: &Repo, full_name: &str, id: i64) -> i64 {
        self.host_for(self.installation, repo, full_name, id)
    }

    /// The same for another account that has the App.
    pub fn host_for(&self, installation: i64, repo: &Repo, full_name: &str, id: i64) -> i64 {
        let new = NewRepository { id: Some(id), ..NewRepository::new(installation, full_name, repo.path()) };
        self.github.add_repository(new).expect("the stand-in takes the repository")
    }

    /// Hosts `repo` and installs the App there; returns its number and workspace when all of it is read.
    pub async fn install(&self, repo: &Repo, full_name: &str) -> (i64, String) {
        let id = self.host(repo, full_name);
        self.github.announce_repository(id).await.expect("a webhook is sent");
        let workspace = self.workspace(full_name).await;
        self.settled(&workspace, &repo.head()).await;
        (id, workspace)
    }

    /// Tells of what was pushed, as GitHub would.
    pub async fn announce(&self, repository: i64) {
        self.github.announce_pushes(repository).await.expect("webhooks are sent");
    }

    /// The id of a workspace by its name, once it is there.
    pub async fn workspace(&self, name: &str) -> String {
        eventually(&format!("workspace {name}"), async || {
            let list = self.get("/api/workspaces").await;
            let found = list["data"].as_array().and_then(|all| all.iter().find(|one| one["name"] == name).cloned());
            found.and_then(|one| one["id"].as_str().map(str::to_owned)).ok_or(list.to_string())
        })
        .await
    }

    /// The same among so many that the list has pages.
    pub async fn workspace_of(&self, name: &str) -> String {
        let repository = name.to_owned();
        eventually(&format!("workspace {name}"), async || {
            for page in 1..100 {
                let list = self.get(&format!("/api/workspaces?pageSize=100&page={page}")).await;
                let all = list["data"].as_array().cloned().unwrap_or_default();
                if all.is_empty() {
                    break;
                }
                if let Some(found) = all.iter().find(|one| one["name"] == repository.as_str()) {
                    return found["id"].as_str().map(str::to_owned).ok_or(found.to_string());
                }
            }
            Err("not there".to_owned())
        })
        .await
    }

    /// Waits until the workspace is compared at `head` with nothing left to do; returns its sync status.
    pub async fn settled(&self, workspace: &str, head: &str) -> Value {
        eventually(&format!("{workspace} settled at {head}"), async || {
            let status = self.get(&format!("/api/workspaces/{workspace}/sync/status")).await;
            let repository = &status["data"]["repositories"][0];
            let settled = repository["syncedCommit"] == head
                && repository["status"] != "pending"
                && status["data"]["counts"]["pending"] == 0
                && status["data"]["run"].is_null();
            if settled { Ok(status) } else { Err(status.to_string()) }
        })
        .await
    }

    /// Waits until nothing is owed to any repository, and for a while.
    pub async fn idle(&self) {
        let config = Config::from_variables(&|name| self.variables.get(name).cloned()).expect("a good configuration");
        let store = Store::connect(&config.database).await.expect("the database is there");
        let mut quiet = 0;
        eventually("nothing to be owed", async || {
            let debts = store.due_debts(1).await.expect("a list").len();
            let tasks = store.backlog().await.expect("a count").0;
            // What a planner is at is in neither.
            quiet = if debts == 0 && tasks == 0 { quiet + 1 } else { 0 };
            if quiet > 30 { Ok(()) } else { Err(format!("{debts} debts, {tasks} tasks")) }
        })
        .await;
    }

    /// Waits until `head` is known, by a comparison or by a push that touched nothing, and nothing is left to do.
    pub async fn caught_up(&self, workspace: &str, head: &str) {
        eventually(&format!("{workspace} caught up with {head}"), async || {
            let status = self.get(&format!("/api/workspaces/{workspace}/sync/status")).await;
            let repository = &status["data"]["repositories"][0];
            let caught_up = repository["headCommit"] == head
                && repository["status"] != "pending"
                && status["data"]["counts"]["pending"] == 0
                && status["data"]["run"].is_null();
            if caught_up { Ok(()) } else { Err(status.to_string()) }
        })
        .await;
    }

    pub async fn request(&self, method: Method, path: &str, token: &str) -> (u16, Value) {
        let request = self.http.request(method, format!("{}{path}", self.address())).bearer_auth(token);
        let response = request.send().await.expect("the server answers");
        let status = response.status().as_u16();
        let text = response.text().await.expect("a whole answer");
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// As the administrator, with a body; `if_match` is what was read.
    pub async fn send(&self, method: Method, path: &str, if_match: Option<&str>, body: &Value) -> (u16, Value) {
        let request = self.http.request(method, format!("{}{path}", self.address())).bearer_auth(ADMIN_TOKEN);
        let request = if_match.map_or(request.try_clone(), |tag| Some(request.header("If-Match", tag)));
        let response = request.expect("a request").json(body).send().await.expect("the server answers");
        let status = response.status().as_u16();
        let text = response.text().await.expect("a whole answer");
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// What tells the present state of what is read there from any other.
    pub async fn tag(&self, path: &str) -> String {
        let request = self.http.get(format!("{}{path}", self.address())).bearer_auth(ADMIN_TOKEN);
        let response = request.send().await.expect("the server answers");
        response.headers()["etag"].to_str().expect("a tag").to_owned()
    }

    /// As the administrator; anything but 2xx is a failure.
    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.request(Method::GET, path, ADMIN_TOKEN).await;
        assert!((200..300).contains(&status), "GET {path}: {status} {body}");
        body
    }

    /// All definitions of a kind, by name.
    pub async fn list(&self, workspace: &str, kind: &str) -> Vec<Value> {
        let mut all = Vec::new();
        for page in 1.. {
            let body = self.get(&format!("/api/workspaces/{workspace}/{kind}?pageSize=100&page={page}")).await;
            all.extend(body["data"].as_array().cloned().unwrap_or_default());
            if all.len() as u64 >= body["meta"]["total"].as_u64().unwrap_or_default() {
                break;
            }
        }
        all
    }

    /// The names of a kind.
    pub async fn names(&self, workspace: &str, kind: &str) -> Vec<String> {
        let list = self.list(workspace, kind).await;
        list.iter().map(|one| one["name"].as_str().unwrap_or_default().to_owned()).collect()
    }

    pub async fn definition(&self, workspace: &str, kind: &str, name: &str) -> Value {
        self.get(&format!("/api/workspaces/{workspace}/{kind}/{name}")).await["data"].clone()
    }
}
