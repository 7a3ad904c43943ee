//! Owners who sign in with GitHub see what GitHub lets them see; whoever asks too much waits.

use crate::support::browser::{Browser, place};
use crate::support::wait::eventually;
use crate::support::{Repo, Setup, TestApp};
use reqwest::Method;
use reqwest::header::ORIGIN;
use serde_json::Value;

const STYLE: &str = ".cursor/rules/style.mdc";

on_both_setups! {
    a_user_sees_the_workspaces_of_their_repositories,
    a_sign_in_that_did_not_begin_in_this_browser_fails,
}

impl Browser {
    /// To GitHub and back; the status of the last answer.
    async fn sign_in(&mut self, app: &TestApp) -> u16 {
        app.github.set_callback_url(&format!("{}/auth/github/callback", app.address()));
        let away = self.send(Method::GET, &format!("{}/auth/github", app.address()), &[]).await;
        let back = self.send(Method::GET, &place(away.headers()), &[]).await;
        self.send(Method::GET, &place(back.headers()), &[]).await.status().as_u16()
    }

    async fn get(&mut self, app: &TestApp, path: &str) -> (u16, Value) {
        let response = self.send(Method::GET, &format!("{}{path}", app.address()), &[]).await;
        (response.status().as_u16(), response.json().await.unwrap_or_default())
    }

    /// The names of the workspaces that are seen.
    async fn workspaces(&mut self, app: &TestApp) -> Vec<String> {
        let (status, body) = self.get(app, "/api/workspaces").await;
        assert_eq!(status, 200, "{body}");
        body["data"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    }
}

async fn a_user_sees_the_workspaces_of_their_repositories(setup: Setup) {
    let app = TestApp::start(setup).await;
    let (own, other) = (Repo::with(&[(STYLE, "Tabs.")]), Repo::with(&[(STYLE, "Spaces.")]));
    let (own_id, workspace) = app.install(&own, "octo/own").await;
    let (other_id, elsewhere) = app.install(&other, "octo/other").await;
    app.github.set_user("mona", &[(own_id, true)]);
    app.github.sign_in_as(Some("mona"));
    let mut browser = Browser::new();
    assert_eq!(browser.get(&app, "/api/workspaces").await.0, 401);
    assert_eq!(browser.sign_in(&app).await, 302);
    assert_eq!(browser.workspaces(&app).await, ["octo/own"]);
    assert_eq!(browser.get(&app, &format!("/api/workspaces/{elsewhere}")).await.0, 404);

    // A write counts only from a page of this server.
    let sync = format!("{}/api/workspaces/{workspace}/sync", app.address());
    assert_eq!(browser.send(Method::POST, &sync, &[]).await.status(), 403);
    assert_eq!(browser.send(Method::POST, &sync, &[("sec-fetch-site", "cross-site")]).await.status(), 403);
    assert_eq!(browser.send(Method::POST, &sync, &[(ORIGIN.as_str(), app.address())]).await.status(), 202);

    // GitHub is asked again after some minutes.
    app.github.set_user("mona", &[(other_id, false)]);
    app.tamper("UPDATE sessions SET checked_at = '2001-01-01 00:00:00'").await;
    eventually("the other workspace alone", async || {
        let seen = browser.workspaces(&app).await;
        if seen == ["octo/other"] { Ok(()) } else { Err(format!("{seen:?}")) }
    })
    .await;
    let sync = format!("{}/api/workspaces/{elsewhere}/sync", app.address());
    let refused = browser.send(Method::POST, &sync, &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(refused.status(), 403, "who may not push may not write");

    let mut stolen = Browser::with(browser.cookies.clone());
    let out = format!("{}/auth/sign-out", app.address());
    assert_eq!(browser.send(Method::POST, &out, &[("sec-fetch-site", "same-origin")]).await.status(), 204);
    assert!(browser.cookies.is_empty());
    assert_eq!(stolen.get(&app, "/api/workspaces").await.0, 401, "the session is over for whoever has its cookie");

    // What the user takes back at GitHub is over here too.
    assert_eq!(browser.sign_in(&app).await, 302);
    app.github.revoke_user("mona");
    app.tamper("UPDATE sessions SET checked_at = '2001-01-01 00:00:00'").await;
    eventually("the session to end", async || {
        let (status, body) = browser.get(&app, "/api/workspaces").await;
        if status == 401 { Ok(()) } else { Err(body.to_string()) }
    })
    .await;
    let log = app.get("/api/audit?action=session.open").await;
    assert_eq!(log["meta"]["total"], 2);
    assert!(log["data"][0]["actor"].as_str().unwrap().ends_with(":mona"), "{log}");
}

async fn a_sign_in_that_did_not_begin_in_this_browser_fails(setup: Setup) {
    let app = TestApp::start(setup).await;
    app.github.set_user("mona", &[]);
    app.github.sign_in_as(Some("mona"));
    app.github.set_callback_url(&format!("{}/auth/github/callback", app.address()));
    let (mut victim, mut attacker) = (Browser::new(), Browser::new());
    let begin = format!("{}/auth/github", app.address());
    let away = attacker.send(Method::GET, &begin, &[]).await;
    let back = attacker.send(Method::GET, &place(away.headers()), &[]).await;
    let callback = place(back.headers());
    assert_eq!(victim.send(Method::GET, &callback, &[]).await.status(), 400, "without a beginning");
    victim.send(Method::GET, &begin, &[]).await;
    assert_eq!(victim.send(Method::GET, &callback, &[]).await.status(), 400, "with another one");
    assert!(victim.get(&app, "/api/workspaces").await.0 == 401);

    let kept = attacker.cookies.clone();
    assert_eq!(attacker.send(Method::GET, &callback, &[]).await.status(), 302);
    let mut again = Browser::with(kept);
    assert_eq!(again.send(Method::GET, &callback, &[]).await.status(), 400, "a code is good once");
    app.github.sign_in_as(None);
    assert_eq!(victim.sign_in(&app).await, 400, "whoever says no is not signed in");

    let elsewhere = format!("{begin}?returnTo=//evil.example.com");
    app.github.sign_in_as(Some("mona"));
    let away = victim.send(Method::GET, &elsewhere, &[]).await;
    let back = victim.send(Method::GET, &place(away.headers()), &[]).await;
    let done = victim.send(Method::GET, &place(back.headers()), &[]).await;
    assert_eq!(place(done.headers()), "/api/workspaces");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_too_much_waits() {
    let app = TestApp::start_with(Setup::Embedded, &[("DOTCURSOR_RATE_LIMIT", "3")]).await;
    let mut browser = Browser::new();
    let bearer = format!("Bearer {}", crate::support::app::ADMIN_TOKEN);
    let mut statuses = vec![];
    let url = format!("{}/api/workspaces", app.address());
    let ask = [("authorization", bearer.as_str())];
    for _ in 0..4 {
        let response = browser.send(Method::GET, &url, &ask).await;
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        statuses.push((response.status().as_u16(), header("x-ratelimit-remaining").unwrap()));
        assert_eq!(header("x-ratelimit-limit").as_deref(), Some("3"));
        assert_eq!(header("retry-after").is_some(), response.status() == 429);
    }
    let expected = [(200, "2"), (200, "1"), (200, "0"), (429, "0")].map(|(status, left)| (status, left.to_owned()));
    assert_eq!(statuses, expected);
    let begin = format!("{}/auth/github", app.address());
    let mut begun = vec![];
    for _ in 0..4 {
        begun.push(browser.send(Method::GET, &begin, &[]).await.status().as_u16());
    }
    assert_eq!(begun[3], 429, "whoever begins to sign in is counted by the address: {begun:?}");
    assert!(!begun[..3].contains(&429), "{begun:?}");
    for _ in 0..5 {
        assert_eq!(browser.get(&app, "/healthz").await.0, 200, "machines that watch are not counted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_pages_of_known_origins_may_ask() {
    let app = TestApp::start_with(Setup::Embedded, &[("DOTCURSOR_CORS_ORIGINS", "https://app.example.com")]).await;
    let mut browser = Browser::new();
    let url = format!("{}/api/workspaces", app.address());
    let mut question = async |origin: &str| {
        let headers = [("origin", origin), ("access-control-request-method", "PUT")];
        let response = browser.send(Method::OPTIONS, &url, &headers).await;
        let allowed = response.headers().get("access-control-allow-origin").cloned();
        (response.status().as_u16(), allowed.map(|value| value.to_str().unwrap().to_owned()))
    };
    assert_eq!(question("https://app.example.com").await, (204, Some("https://app.example.com".to_owned())));
    assert_eq!(question("https://evil.example.com").await, (405, None));
    let headers = [("origin", "https://app.example.com")];
    let refused = browser.send(Method::GET, &url, &headers).await;
    assert_eq!(refused.status(), 401);
    assert_eq!(refused.headers()["access-control-allow-origin"], "https://app.example.com", "errors can be read too");
    assert_eq!(refused.headers()["x-content-type-options"], "nosniff");
    assert_eq!(refused.headers()["cache-control"], "no-store");
    assert!(refused.headers().get("access-control-allow-credentials").is_none());
}
