//! `dotcursor doctor` names what is wrong, each thing alone, and how to mend it.

use crate::support::app::edition;
use crate::support::{Repo, Setup, TestApp};
use chrono::TimeDelta;
use dotcursor::config::Config;
use dotcursor::doctor::{Finding, State, examine};
use dotcursor::sandbox::{Edition, Endpoint, Fault, Misbehaviour, Quota};
use serde_json::Value;
use std::process::Command;
use std::time::{Duration, Instant};

on_both_setups! {
    a_sound_installation_has_no_findings,
}

/// What is found with these variables instead of the server's own.
async fn findings(app: &TestApp, instead: &[(&str, &str)]) -> Vec<Finding> {
    let read = |name: &str| {
        let other = instead.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        other.or_else(|| app.variables.get(name).cloned())
    };
    examine(&Config::from_variables(&read).expect("a good configuration")).await
}

/// `fail clock: …`, of what is to be mended.
async fn troubles(app: &TestApp, instead: &[(&str, &str)]) -> Vec<String> {
    let found = findings(app, instead).await;
    let told = found.iter().filter(|finding| finding.is_trouble());
    told.map(|it| {
        assert!(it.mend.as_ref().is_some_and(|mend| mend.len() > 10), "{it:?} does not say how to mend it");
        format!("{} {}: {}", it.state.as_str(), it.check.as_str(), it.what)
    })
    .collect()
}

/// Exactly one thing is told, and it begins and goes on like this.
async fn only(app: &TestApp, instead: &[(&str, &str)], beginning: &str, part: &str) {
    let told = troubles(app, instead).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with(beginning) && told[0].contains(part), "{told:?}");
}

fn run(app: &TestApp, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_dotcursor"))
        .args([&["doctor"], arguments].concat())
        .env_clear()
        .envs(&app.variables)
        .output()
        .expect("it runs");
    (output.status.code(), String::from_utf8(output.stdout).expect("text"))
}

async fn a_sound_installation_has_no_findings(setup: Setup) {
    let app = TestApp::start(setup).await;
    app.install(&Repo::with(&[(".cursor/rules/a.mdc", "A.")]), "octo/demo").await;
    assert_eq!(troubles(&app, &[]).await, [""; 0]);

    let (status, told) = run(&app, &["--json"]);
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(status, Some(0), "{told:#}");
    assert_eq!((&told["counts"]["ok"], &told["counts"]["skip"]), (&12.into(), &0.into()), "{told:#}");
    let (status, told) = run(&app, &[]);
    assert_eq!((status, told.lines().count()), (Some(0), 12), "{told}");
    for line in told.lines() {
        assert!(line.starts_with("ok "), "{line}");
    }
    for secret in [app.github.webhook_secret(), app.github.client_secret(), "-----BEGIN".to_owned()] {
        assert!(!told.contains(&secret), "{told}");
    }
    assert_eq!(run(&app, &["--no-such-thing"]).0, Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_app_it_says_where_to_begin() {
    let app = TestApp::start(Setup::Embedded).await;
    let none: Vec<(&str, &str)> =
        app.variables.keys().filter(|name| name.starts_with("GITHUB_")).map(|name| (name.as_str(), "")).collect();
    only(&app, &none, "fail app: there is no GitHub App yet", "").await;
    let skipped = findings(&app, &none).await.into_iter().filter(|finding| finding.state == State::Skip);
    assert_eq!(skipped.count(), 8, "what needs an App is not passed for sound");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_does_not_fit_and_a_clock_that_is_wrong_are_told() {
    let app = TestApp::start(Setup::Embedded).await;
    only(&app, &[("GITHUB_APP_ID", "99")], "fail app: GitHub does not accept the App's key", "").await;
    only(&app, &[("GITHUB_PRIVATE_KEY", "-----BEGIN x-----")], "fail app: ", "not an RSA key").await;
    only(&app, &[("GITHUB_API_URL", "http://127.0.0.1:1")], "fail app: GitHub did not answer", "").await;

    app.github.set_clock(TimeDelta::seconds(40));
    only(&app, &[], "warn clock: this machine's clock is ", "behind GitHub's").await;
    app.github.set_clock(TimeDelta::minutes(-5));
    let told = troubles(&app, &[]).await;
    assert!(told[0].starts_with("fail app: GitHub does not accept"), "{told:?}");
    assert!(told[1].starts_with("fail clock: ") && told[1].contains("ahead of GitHub's"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_granted_is_told() {
    let app = TestApp::start(Setup::Embedded).await;
    let (whole, events) = app.github.app_grants();
    let without = |name: &str| {
        let mut left = whole.clone();
        left.remove(name);
        left
    };
    let unheard = |name: &str| events.iter().filter(|event| *event != name).cloned().collect::<Vec<_>>();

    app.github.grant(app.installation, without("contents"), events.clone());
    only(&app, &[], "fail installations: octo grants too little: contents: read is missing", "").await;
    app.github.grant(app.installation, whole.clone(), unheard("check_run"));
    only(&app, &[], "warn installations: octo grants too little: check_run is missing", "").await;
    app.github.grant(app.installation, whole.clone(), events.clone());

    app.github.set_app_grants(without("checks"), events.clone());
    only(&app, &[], "warn permissions: the App asks for too little: checks: write is missing", "").await;
    app.github.set_app_grants(whole.clone(), unheard("push"));
    only(&app, &[], "fail events: the App hears of too little: push is missing", "").await;
    let mut less = whole.clone();
    less.insert("checks".to_owned(), "read".to_owned());
    app.github.set_app_grants(less, events.clone());
    only(&app, &[], "warn permissions: ", "checks: write is missing").await;
    app.github.set_app_grants(whole, events);

    app.github.suspend(app.installation).await.expect("it is suspended");
    only(&app, &[], "warn installations: octo has suspended it", "").await;
    app.github.uninstall(app.installation).await.expect("it is gone");
    only(&app, &[], "warn installations: the App is installed nowhere", "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_does_not_come_is_told() {
    let app = TestApp::start(Setup::Embedded).await;
    let here = format!("{}/webhooks/github", app.address());
    let elsewhere = [("DOTCURSOR_PUBLIC_URL", "https://registry.example.com")];
    only(&app, &elsewhere, "warn webhook: GitHub sends to http://127.0.0.1", "registry.example.com/webhooks").await;
    app.github.set_insecure_ssl(true);
    only(&app, &[], "warn webhook: GitHub sends whatever certificate", "").await;
    app.github.set_insecure_ssl(false);
    let secret = app.github.webhook_secret();
    app.github.set_webhook_secret("");
    only(&app, &[], "fail webhook: GitHub signs nothing", "").await;
    app.github.set_webhook_secret(&secret);
    app.github.misbehave(Misbehaviour::new(Fault::Status(404)).on(Endpoint::Hook));
    only(&app, &[], "fail webhook: the App has no webhook", "").await;

    // Something else than this program, and nothing at all.
    app.github.set_webhook_url(&format!("{}/meta", app.github.url()));
    only(&app, &[], "fail reach: something else answers at http://127.0.0.1", "status 200").await;
    app.github.set_webhook_url("http://127.0.0.1:1/webhooks/github");
    only(&app, &[], "fail reach: http://127.0.0.1:1/webhooks/github cannot be reached", "").await;
    let lost = app.github.ping().await;
    let told = troubles(&app, &[]).await;
    assert!(told[1].starts_with("fail deliveries: 1 of the last 1 failed, most recently ping at "), "{told:?}");
    assert!(told[1].ends_with("failed to connect to host (0)"), "without an answer there is no status: {told:?}");
    app.github.set_webhook_url(&here);
    app.github.ping().await;
    only(&app, &[], "warn deliveries: 1 of the last 2 failed, most recently ping", "").await;
    app.github.deliver_again(&lost).await.expect("it is sent again");
    assert_eq!(troubles(&app, &[]).await, [""; 0], "what arrived in the end is no trouble");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_that_ends_is_told() {
    if edition() == Edition::EnterpriseServer {
        return; // it limits nothing
    }
    let app = TestApp::start(Setup::Embedded).await;
    let reset_at = (chrono::Utc::now() + TimeDelta::minutes(30)).timestamp();
    app.github.set_quota(app.installation, Quota { limit: 5_000, used: 4_700, reset_at });
    // The server spends some, too.
    only(&app, &[], "warn quota: octo: ", " of 5000 calls are left until ").await;
    app.github.set_quota(app.installation, Quota { limit: 5_000, used: 5_000, reset_at });
    only(&app, &[], "fail quota: octo: 0 of 5000 calls are left until ", "").await;
    app.github.behave();
    app.github.misbehave(Misbehaviour::new(Fault::Status(404)).on(Endpoint::RateLimit));
    assert_eq!(troubles(&app, &[]).await, [""; 0], "Enterprise Server limits nothing");
    app.github.misbehave(Misbehaviour::new(Fault::Status(502)).on(Endpoint::AccessTokens).times(3));
    only(&app, &[], "fail quota: octo: GitHub did not answer for installation", "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn back_ends_that_are_away_or_behind_are_told() {
    let app = TestApp::start(Setup::Embedded).await;
    let nowhere = |scheme: &str| format!("{scheme}://u:hunter2@127.0.0.1:1");
    let told = only_with(&app, "DATABASE_URL", &format!("{}/x", nowhere("postgres"))).await;
    assert!(told.starts_with("fail database: "), "{told}");
    let told = only_with(&app, "AMQP_URL", &format!("{}/%2f", nowhere("amqp"))).await;
    assert!(told.starts_with("fail queue: "), "{told}");
    let told = only_with(&app, "REDIS_URL", &nowhere("redis")).await;
    assert!(told.starts_with("warn cache: "), "{told}");

    let empty = tempfile::tempdir().expect("a folder");
    let told = only_with(&app, "DOTCURSOR_DATA_DIR", &empty.path().display().to_string()).await;
    assert!(told.starts_with("warn database: ") && told.contains("is not there yet"), "{told}");
    assert_eq!(empty.path().read_dir().expect("a folder").count(), 0, "nothing is made");
    app.tamper(
        "DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)",
    )
    .await;
    only(&app, &[], "fail database: SQLite in ", "lacks 1 of ").await;
}

/// Something listens there, and never says a word.
#[tokio::test(flavor = "multi_thread")]
async fn it_ends_where_nobody_answers() {
    let app = TestApp::start(Setup::Embedded).await;
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("an address");
    let begun = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_dotcursor"))
        .arg("doctor")
        .env_clear()
        .envs(&app.variables)
        .env("DATABASE_URL", format!("postgres://me:hunter2@{address}/registry"))
        .output()
        .expect("it runs");
    let told = String::from_utf8(output.stdout).expect("text");
    assert!(told.contains("PostgreSQL does not answer within 10 s") && !told.contains("hunter2"), "{told}");
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}

async fn only_with(app: &TestApp, variable: &str, value: &str) -> String {
    let told = troubles(app, &[(variable, value)]).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(!told[0].contains("hunter2"), "{told:?}");
    told[0].clone()
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_others_may_read_is_told() {
    use dotcursor::config::StoredApp;
    use std::os::unix::fs::PermissionsExt;
    let app = TestApp::start(Setup::Embedded).await;
    let stored = StoredApp {
        id: app.github.app_id().unsigned_abs(),
        slug: None,
        client_id: None,
        client_secret: None,
        webhook_secret: app.github.webhook_secret().into(),
        private_key: app.github.key().private_pem().into(),
        api_url: app.github.url().parse().expect("a URL"),
        public_url: None,
    };
    stored.write_first(app.data()).expect("it is written");
    let of_file = [("GITHUB_PRIVATE_KEY", ""), ("GITHUB_WEBHOOK_SECRET", "")];
    assert_eq!(troubles(&app, &of_file).await, [""; 0]);
    let file = app.data().join("github-app.json");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).expect("its rights change");
    only(&app, &of_file, "fail file: others than its owner may read ", "github-app.json").await;
}
