//! What happens in a workspace, told to whoever watches: in order, each event once, whatever befalls the reader or the server.

use crate::support::app::ADMIN_TOKEN;
use crate::support::stream::{Event, Events, assert_whole};
use crate::support::{Repo, Setup, TestApp};
use chrono::{NaiveDateTime, TimeDelta};
use dotcursor::app::{Roles, start};
use dotcursor::config::Config;
use dotcursor::model::{Actor, TokenId, WorkspaceId};
use dotcursor::store::Store;
use dotcursor::store::tokens::{NewToken, Role};
use secrecy::ExposeSecret;
use serde_json::json;
use std::time::{Duration, Instant};

const STYLE: &str = ".cursor/rules/style.mdc";
const REVIEWER: &str = ".cursor/agents/reviewer.md";

struct Scene {
    app: TestApp,
    repo: Repo,
    id: i64,
    workspace: String,
}

impl Scene {
    async fn start(setup: Setup) -> Self {
        let app = TestApp::start(setup).await;
        let repo = Repo::with(&[(STYLE, "A.")]);
        let (id, workspace) = app.install(&repo, "octo/watched").await;
        Self { app, repo, id, workspace }
    }

    async fn push(&self, path: &str, text: &str) {
        self.repo.commit(&[(path, text)]);
        self.app.announce(self.id).await;
    }

    async fn store(&self) -> Store {
        let config = Config::from_variables(&|name| self.app.variables.get(name).cloned()).expect("a configuration");
        Store::connect(&config.database).await.expect("the database")
    }

    async fn token(&self, store: &Store, expires_at: Option<NaiveDateTime>) -> (TokenId, String) {
        let workspace = Some(WorkspaceId::from_text(self.workspace.clone()));
        let new = NewToken { name: "of a test".into(), workspace, role: Role::Read, expires_at };
        let (row, text) = store.create_token(&new, &Actor::Cli).await.expect("a token");
        (TokenId::from_text(row.id), text.expose_secret().to_owned())
    }
}

async fn ready(events: &mut Events) -> i64 {
    let first = events.next().await.expect("an event");
    assert_eq!(first.name, "ready");
    first.id
}

fn invalidated(events: &[Event], workspace: &str, part: &str) -> bool {
    let key = json!(["workspaces", workspace, part]);
    let names = |event: &Event| event.data["keys"].as_array().is_some_and(|keys| keys.contains(&key));
    events.iter().any(|event| event.name == "invalidate" && names(event))
}

async fn a_push_is_told_as_it_is_read(setup: Setup) {
    let scene = Scene::start(setup).await;
    let mut events = Events::open(&scene.app, &scene.workspace).await;
    let mut agents =
        Events::open_at(scene.app.address(), &format!("{}/agents", scene.workspace), ADMIN_TOKEN, None).await;
    let from = ready(&mut events).await;
    ready(&mut agents).await;
    scene.push(STYLE, "B.").await;
    let told = events.until("completed").await;
    assert_whole(&told, from);
    assert!(invalidated(&told, &scene.workspace, "rules"), "{told:?}");
    let begun = &told.iter().find(|event| event.name == "progress").expect("a progress").data;
    assert_eq!((&begun["status"], &begun["totalFiles"]), (&json!("processing"), &json!(1)));
    let done = &told.last().expect("an event").data;
    assert_eq!(
        (&done["status"], &done["parsedFiles"], &done["failedFiles"]),
        (&json!("completed"), &json!(1), &json!(0))
    );
    assert_eq!(done["runId"], begun["runId"]);
    let told = agents.until("completed").await;
    assert!(told.iter().all(|event| event.name != "invalidate"), "nothing of agents has changed: {told:?}");
}

async fn who_comes_back_after_a_restart_is_told_what_was_missed(setup: Setup) {
    let mut scene = Scene::start(setup).await;
    let from = ready(&mut Events::open(&scene.app, &scene.workspace).await).await;
    scene.push(STYLE, "B.").await;
    scene.app.settled(&scene.workspace, &scene.repo.head()).await;
    scene.app.stop().await;
    scene.app.start_again().await;
    let mut events = Events::open_after(&scene.app, &scene.workspace, from).await;
    let mut told = events.until("completed").await;
    scene.push(REVIEWER, "Review.").await;
    told.extend(events.until("completed").await);
    assert_whole(&told, from);
    assert!(invalidated(&told, &scene.workspace, "agents"), "{told:?}");
}

async fn who_was_away_for_too_long_reads_everything_again(setup: Setup) {
    let mut scene = Scene::start(setup).await;
    let from = ready(&mut Events::open(&scene.app, &scene.workspace).await).await;
    let unknown = Events::open_after(&scene.app, &scene.workspace, from + 1_000_000).await.next().await;
    assert_eq!(unknown.map(|event| event.name).as_deref(), Some("reset"));
    scene
        .app
        .tamper(match setup {
            Setup::Embedded => "UPDATE events SET created_at = datetime('now', '-2 days')",
            Setup::Distributed => "UPDATE events SET created_at = created_at - interval '2 days'",
        })
        .await;
    scene.app.stop().await;
    // Old rows are deleted at the start, and then every hour.
    scene.app.start_again().await;
    let store = scene.store().await;
    let workspace = WorkspaceId::from_text(scene.workspace.clone());
    crate::support::wait::eventually("old events to go", async || {
        match store.events_after(&workspace, 0, 1).await.expect("the database") {
            dotcursor::store::events::Following::Lost { .. } => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
    .await;
    let mut events = Events::open_after(&scene.app, &scene.workspace, 0).await;
    let reset = events.next().await.expect("an event");
    assert_eq!((reset.name.as_str(), &reset.data["keys"]), ("reset", &json!([["workspaces", scene.workspace]])));
    scene.push(STYLE, "B.").await;
    assert_whole(&events.until("completed").await, reset.id);
    // Who has seen the last one has missed nothing, though it is not kept.
    let mut again = Events::open_after(&scene.app, &scene.workspace, reset.id).await;
    assert_whole(&again.until("completed").await, reset.id);
}

async fn who_may_not_read_any_more_is_told_nothing_more(setup: Setup) {
    let scene = Scene::start(setup).await;
    let store = scene.store().await;
    let (revoked, text) = scene.token(&store, None).await;
    // Long enough to open a stream with it on a machine that does much else.
    let soon = store.now().await.expect("the time") + TimeDelta::seconds(15);
    let (_, expiring) = scene.token(&store, Some(soon)).await;
    let mut streams = Vec::new();
    for token in [&text, &expiring] {
        let mut events = Events::open_at(scene.app.address(), &scene.workspace, token, None).await;
        ready(&mut events).await;
        streams.push(events);
    }
    store.revoke_token(&revoked, &Actor::Cli).await.expect("the database").expect("a token");
    for events in &mut streams {
        assert!(events.next().await.is_none(), "the stream ends, and nothing was told");
    }
}

async fn streams_end_when_the_server_stops(setup: Setup) {
    let mut scene = Scene::start(setup).await;
    let mut events = Events::open(&scene.app, &scene.workspace).await;
    ready(&mut events).await;
    let begun = Instant::now();
    scene.app.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert!(events.next().await.is_none());
}

/// Far more than sockets and memory hold for one who does not read.
const FLOOD: usize = 8_000;

async fn a_slow_reader_delays_nobody_and_misses_nothing(setup: Setup) {
    let scene = Scene::start(setup).await;
    let mut slow = Events::open(&scene.app, &scene.workspace).await;
    let mut quick = Events::open(&scene.app, &scene.workspace).await;
    let from = ready(&mut quick).await;
    flood(&scene, setup).await;
    scene.push(STYLE, "B.").await;
    let told = quick.until("completed").await;
    assert!(told.len() > FLOOD);
    assert_whole(&told, from);
    assert_eq!(ready(&mut slow).await, from);
    assert_whole(&slow.until("completed").await, from);
}

/// Events of two kilobytes each.
async fn flood(scene: &Scene, setup: Setup) {
    let path = "x".repeat(2_000);
    let data = json!({
        "type": "progress", "runId": "r", "repositoryId": null, "jobType": "j", "reason": "r", "status": "processing",
        "commit": null, "totalFiles": 1, "parsedFiles": 0, "failedFiles": 0, "currentFile": path, "supersededBy": null,
    });
    let workspace = &scene.workspace;
    let insert = match setup {
        Setup::Embedded => format!(
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {FLOOD}) \
             INSERT INTO events SELECT id, last_event + n, jsonb('{data}'), strftime('%Y-%m-%d %H:%M:%f', 'now') \
             FROM numbers, workspaces WHERE id = '{workspace}'"
        ),
        Setup::Distributed => format!(
            "INSERT INTO events SELECT id, last_event + n, '{data}', now() AT TIME ZONE 'utc' \
             FROM generate_series(1, {FLOOD}) n, workspaces WHERE id = '{workspace}'"
        ),
    };
    let count = format!("UPDATE workspaces SET last_event = last_event + {FLOOD} WHERE id = '{workspace}'");
    scene.app.tamper(&format!("BEGIN; {insert}; {count}; COMMIT")).await;
}

async fn silence_is_broken_by_a_comment(setup: Setup) {
    let scene = Scene::start(setup).await;
    let mut events = Events::open(&scene.app, &scene.workspace).await;
    assert!(events.block().await.expect("a block").starts_with("retry: "), "when to come back");
    let begun = Instant::now();
    let mut told = vec![];
    while told.last().is_none_or(|block: &String| !block.starts_with(':')) {
        told.push(events.block().await.expect("a block"));
    }
    assert!(begun.elapsed() < Duration::from_secs(25), "{told:?}");
}

/// By announcement, or, where that is lost, because the database is asked.
#[tokio::test(flavor = "multi_thread")]
async fn an_instance_tells_what_another_did_distributed() {
    let scene = Scene::start(Setup::Distributed).await;
    let mut instances = Vec::new();
    for prefix in [scene.app.variables["DOTCURSOR_QUEUE_PREFIX"].clone(), crate::support::services::unique_name()] {
        let data = tempfile::tempdir().expect("a temporary folder");
        let mut variables = scene.app.variables.clone();
        variables.insert("DOTCURSOR_DATA_DIR".into(), data.path().display().to_string());
        variables.insert("DOTCURSOR_QUEUE_PREFIX".into(), prefix);
        let config = Config::from_variables(&|name| variables.get(name).cloned()).expect("a configuration");
        let api = Roles { receiver: false, worker: false, api: true };
        let running = start(&config, api).await.expect("the server starts");
        let address = format!("http://{}", running.address());
        let mut events = Events::open_at(&address, &scene.workspace, ADMIN_TOKEN, None).await;
        let from = ready(&mut events).await;
        instances.push((running, data, events, from));
    }
    scene.push(STYLE, "B.").await;
    for (running, _data, mut events, from) in instances {
        assert_whole(&events.until("completed").await, from);
        running.stop().await;
    }
}

crate::features::on_both_setups! {
    a_push_is_told_as_it_is_read,
    who_comes_back_after_a_restart_is_told_what_was_missed,
    who_was_away_for_too_long_reads_everything_again,
    who_may_not_read_any_more_is_told_nothing_more,
    streams_end_when_the_server_stops,
    a_slow_reader_delays_nobody_and_misses_nothing,
    silence_is_broken_by_a_comment,
}
