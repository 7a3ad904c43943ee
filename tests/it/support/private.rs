//! A server that belongs to one test, which may kill, restart and wipe it.

use super::services;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// As `scripts/services` calls them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Postgres,
    Rabbitmq,
    Redis,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Rabbitmq => "rabbitmq",
            Self::Redis => "redis",
        }
    }
}

/// Ended with its value. Its URL stays the same all its life.
#[derive(Debug)]
pub struct PrivateServer {
    kind: Kind,
    folder: TempDir,
    url: String,
}

impl PrivateServer {
    /// Takes up to ten seconds for RabbitMQ, less than two for the others.
    pub async fn start(kind: Kind) -> Self {
        let folder = tempfile::Builder::new().prefix("private-").tempdir_in(services::folder()).unwrap();
        let mut server = Self { kind, folder, url: String::new() };
        server.run("start").await;
        server.url = server.told_url();
        server
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// kill -9
    pub async fn crash(&self) {
        self.run("crash").await;
    }

    /// Starts it again after a crash or a stop, with what it kept.
    pub async fn start_again(&self) {
        self.run("start").await;
    }

    /// In an orderly way.
    pub async fn stop(&self) {
        self.run("stop").await;
    }

    /// Forgets all that it kept. It must not be running.
    pub async fn wipe(&self) {
        self.run("wipe").await;
    }

    async fn run(&self, verb: &'static str) {
        let mut command = script(verb, self.folder.path());
        command.arg(self.kind.name());
        let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        assert_success(verb, &output);
    }

    /// The one `export TEST_…=URL` that names a URL.
    fn told_url(&self) -> String {
        let output = script("env", self.folder.path()).output().unwrap();
        assert_success("env", &output);
        let text = String::from_utf8(output.stdout).unwrap();
        let url = text.lines().find_map(|line| line.split_once("_URL=")).map(|(_, url)| url.to_owned());
        url.unwrap_or_else(|| panic!("no URL in {text:?}"))
    }
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        // Nothing that it holds is needed any more; `stop` ends what a crash leaves behind.
        for verb in ["crash", "stop"] {
            let _ = script(verb, self.folder.path()).arg(self.kind.name()).output();
        }
    }
}

fn script(verb: &str, folder: &Path) -> Command {
    let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/services"));
    command.arg(verb).arg(folder);
    command
}

fn assert_success(verb: &str, output: &Output) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "scripts/services {verb} failed: {told}");
}

#[tokio::test]
async fn a_private_postgres_keeps_its_rows_in_a_crash_and_loses_them_when_wiped() {
    let server = PrivateServer::start(Kind::Postgres).await;
    let ask = async |statement: &str| {
        let (client, connection) = tokio_postgres::connect(server.url(), tokio_postgres::NoTls).await.ok()?;
        tokio::spawn(connection);
        client.batch_execute(statement).await.ok()
    };
    ask("CREATE TABLE kept ()").await.unwrap();
    server.crash().await;
    assert!(ask("SELECT").await.is_none());
    server.start_again().await;
    ask("SELECT FROM kept").await.unwrap();
    server.stop().await;
    server.wipe().await;
    server.start_again().await;
    ask("SELECT").await.unwrap();
    assert!(ask("SELECT FROM kept").await.is_none());
}

#[tokio::test]
async fn a_private_redis_answers_again_after_a_crash() {
    let server = PrivateServer::start(Kind::Redis).await;
    let client = redis::Client::open(server.url()).unwrap();
    client.get_multiplexed_async_connection().await.unwrap();
    server.crash().await;
    client.get_multiplexed_async_connection().await.unwrap_err();
    server.start_again().await;
    client.get_multiplexed_async_connection().await.unwrap();
}
