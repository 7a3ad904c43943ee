//! A server without an App is given one at `/setup`, and goes to work in the same process.

use crate::support::browser::{Browser, place};
use crate::support::wait::eventually;
use crate::support::{Repo, Setup, TestApp};
use dotcursor::app::{Roles, StartError, start};
use dotcursor::config::Config;
use dotcursor::sandbox::{Endpoint, Fault, Misbehaviour};
use reqwest::Method;
use serde_json::Value;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const STYLE: &str = ".cursor/rules/style.mdc";
const PUBLIC: &str = "https://registry.example.com";
/// What says which App it is.
const OF_THE_APP: [&str; 5] =
    ["GITHUB_APP_ID", "GITHUB_PRIVATE_KEY", "GITHUB_WEBHOOK_SECRET", "GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"];

on_both_setups! {
    an_app_is_registered_from_nothing,
    an_app_that_is_there_is_entered_by_hand,
}

/// `dotcursor serve` as somebody starts it who has no App yet, and all that it says.
struct Server {
    process: Child,
    said: Arc<Mutex<String>>,
}

impl Server {
    fn start(variables: &HashMap<String, String>) -> Self {
        let mut process = command("serve", variables)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let said = Arc::<Mutex<String>>::default();
        listen(process.stdout.take().expect("its output"), said.clone());
        listen(process.stderr.take().expect("its log"), said.clone());
        Self { process, said }
    }

    fn said(&self) -> String {
        self.said.lock().expect("what it said").clone()
    }

    /// The word that begins like this and has this in it, once it was said.
    async fn word(&self, beginning: &str, part: &str) -> String {
        eventually(part, async || {
            let said = self.said();
            let mut words = said.split_whitespace();
            let found = words.find(|word| word.starts_with(beginning) && word.contains(part)).map(str::to_owned);
            found.ok_or(said)
        })
        .await
    }

    /// It listens once more, with the App that was set up.
    async fn starts_over(&self) {
        eventually("the server to start over", async || {
            let said = self.said();
            if said.matches("address=").count() == 2 { Ok(()) } else { Err(said) }
        })
        .await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn command(name: &str, variables: &HashMap<String, String>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dotcursor"));
    let path = std::env::var_os("PATH").map(|path| ("PATH", path));
    command.arg(name).env_clear().envs(path).envs(variables).stdin(Stdio::null());
    command
}

fn listen(output: impl Read + Send + 'static, said: Arc<Mutex<String>>) {
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            said.lock().expect("what it said").push_str(&(line + "\n"));
        }
    });
}

/// A stand-in and a server without an App; the browser has opened the address that was printed.
struct Scene {
    app: TestApp,
    server: Server,
    browser: Browser,
    variables: HashMap<String, String>,
}

impl Scene {
    async fn open(setup: Setup) -> Self {
        Self::open_without(TestApp::without_server(setup, &[]).await, &OF_THE_APP).await
    }

    /// `left_out` is not set in the server's environment.
    async fn open_without(mut app: TestApp, left_out: &[&str]) -> Self {
        let mut variables = app.variables.clone();
        variables.retain(|name, _| !left_out.contains(&name.as_str()));
        variables.insert("RUST_LOG".into(), "trace,h2=off,hyper=off".into());
        let server = Server::start(&variables);
        let page = server.word("http://", "/setup?token=").await;
        let address = page.split("/setup").next().expect("an address").to_owned();
        app.serve_at(&address, &address);
        let mut browser = Browser::new();
        let opened = browser.send(Method::GET, &page, &[]).await;
        assert_eq!((opened.status().as_u16(), place(opened.headers()).as_str()), (303, "/setup"));
        Self { app, server, browser, variables }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.app.address())
    }

    /// Where people find GitHub.
    fn web(&self) -> String {
        self.app.github.url().trim_end_matches("/api/v3").to_owned()
    }

    async fn get(&mut self, path: &str) -> (u16, String) {
        let url = self.url(path);
        text(self.browser.send(Method::GET, &url, &[]).await).await
    }

    /// As a form of the page does.
    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let (url, origin) = (self.url(path), self.app.address().to_owned());
        text(self.browser.send_form(Method::POST, &url, &[("origin", &origin)], fields).await).await
    }

    /// Goes to GitHub with the manifest; returns it, and the address that GitHub sends the browser back to.
    async fn go_to_github(&mut self, organization: &str) -> (Value, String) {
        let web = self.web();
        // Not looked at where the environment says which GitHub it is.
        let fields = [("github", web.as_str()), ("organization", organization), ("public_url", PUBLIC)];
        let (status, page) = self.post("/setup/register", &fields).await;
        assert_eq!(status, 200, "{page}");
        let (there, manifest) = (attribute(&page, "action"), attribute(&page, "value"));
        let owner = if organization.is_empty() { String::new() } else { format!("/organizations/{organization}") };
        assert!(there.starts_with(&format!("{web}{owner}/settings/apps/new?state=")), "{there}");
        let back = self.browser.send_form(Method::POST, &there, &[], &[("manifest", &manifest)]).await;
        assert_eq!(back.status(), 302);
        (serde_json::from_str(&manifest).expect("JSON"), place(back.headers()))
    }

    /// Pushes come, and are read: the process works with the App that was set up.
    async fn works(&self) {
        self.app.github.set_webhook_url(&self.url("/webhooks/github"));
        let repo = Repo::with(&[(STYLE, "Tabs.")]);
        let (id, workspace) = self.app.install(&repo, "octo/demo").await;
        repo.commit(&[(STYLE, "Spaces.")]);
        self.app.announce(id).await;
        self.app.settled(&workspace, &repo.head()).await;
        assert_eq!(self.app.definition(&workspace, "rules", "style").await["content"], "Spaces.");
    }

    /// What nobody may see.
    fn secrets(&self) -> Vec<String> {
        let file = self.app.data().join("github-app.json");
        let text = std::fs::read_to_string(&file).expect("the App is written down");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
        }
        let stored: Value = serde_json::from_str(&text).expect("JSON");
        let secret = |name: &str| stored[name].as_str().map(str::to_owned);
        // A line of the key is as good as all of it.
        let key = secret("privateKey").and_then(|pem| pem.lines().nth(1).map(str::to_owned));
        [key, secret("webhookSecret"), secret("clientSecret")].into_iter().flatten().collect()
    }

    fn hides_secrets(&self, told: &str) {
        for secret in self.secrets() {
            assert!(!told.contains(&secret), "{secret} in {told}");
        }
    }
}

async fn text(response: reqwest::Response) -> (u16, String) {
    let policy = response.headers().get("content-security-policy").map(|value| value.to_str().unwrap().to_owned());
    let status = response.status().as_u16();
    let text = response.text().await.expect("a whole page");
    let alone = policy.is_some_and(|policy| policy.starts_with("default-src 'none';"));
    assert!(alone || !text.contains("<html"), "a page without its policy: {text}");
    (status, text)
}

/// The first attribute of this name that is not empty.
fn attribute(page: &str, name: &str) -> String {
    let beginning = format!(" {name}=\"");
    let mut found = page.split(&beginning).skip(1).filter_map(|rest| rest.split('"').next());
    let found = found.find(|value| !value.is_empty()).expect("the attribute");
    found.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

async fn an_app_is_registered_from_nothing(setup: Setup) {
    let mut scene = Scene::open(setup).await;

    // Until there is an App nothing is believed, and whoever is sent away is told why.
    scene.app.github.ping().await;
    let refused = scene.app.github.deliveries().pop().expect("an attempt");
    assert_eq!(refused.status_code, 503);
    assert!(refused.response_body.contains("not-set-up"), "{}", refused.response_body);
    let (status, body) = scene.get("/auth/github").await;
    assert_eq!((status, body.contains("not-set-up")), (503, true), "{body}");
    assert_eq!(scene.get("/readyz").await.0, 200);
    assert_eq!(scene.app.get("/api/workspaces").await["meta"]["total"], 0);

    let (status, form) = scene.get("/setup").await;
    assert_eq!(status, 200);
    assert!(form.contains("Register the App on GitHub"), "{form}");
    let (status, page) = scene.post("/setup/register", &[("public_url", "http://localhost:3000")]).await;
    assert_eq!(status, 422);
    assert!(page.contains("GitHub refuses webhooks to an address that means the machine itself"), "{page}");
    let (status, page) = scene.post("/setup/register", &[("public_url", PUBLIC), ("organization", "a/b")]).await;
    assert_eq!((status, page.contains("<b>Organization</b>")), (422, true), "{page}");

    let (manifest, back) = scene.go_to_github("octo-org").await;
    assert_eq!(manifest["hook_attributes"]["url"], format!("{PUBLIC}/webhooks/github"));
    assert_eq!(manifest["callback_urls"][0], format!("{PUBLIC}/auth/github/callback"));
    assert!(back.starts_with(&scene.url("/setup/callback?code=")), "{back}");
    let (status, page) = text(scene.browser.send(Method::GET, &back, &[]).await).await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("/github-apps/dotcursor/installations/new"), "{page}");
    scene.hides_secrets(&page);

    scene.works().await;
    let (status, page) = scene.get("/setup").await;
    assert_eq!((status, page.contains("This server has its App")), (200, true), "{page}");
    scene.hides_secrets(&page);
    assert_eq!(text(scene.browser.send(Method::GET, &back, &[]).await).await.0, 303, "there is nothing to do any more");
    scene.hides_secrets(&scene.server.said());

    // Another start finds the App where it was left, and says where it comes from.
    let config = command("config", &scene.variables).output().expect("it runs");
    let config = String::from_utf8(config.stdout).expect("text");
    scene.hides_secrets(&config);
    for variable in OF_THE_APP {
        let line = config.lines().find(|line| line.starts_with(variable)).expect("a line");
        assert!(line.ends_with("github-app.json"), "{line}");
    }
    let again = Server::start(&scene.variables);
    again.word("address", "address=").await;
    assert!(!again.said().contains("There is no GitHub App yet"), "{}", again.said());
}

async fn an_app_that_is_there_is_entered_by_hand(setup: Setup) {
    let mut scene = Scene::open(setup).await;
    let key = scene.app.github.key().private_pem().to_owned();
    let (id, secret) = (scene.app.github.app_id().to_string(), scene.app.github.webhook_secret());
    let mut fields = vec![("app_id", "99"), ("private_key", key.as_str()), ("webhook_secret", secret.as_str())];
    let (status, page) = scene.post("/setup/app", &fields).await;
    assert_eq!(status, 422, "{page}");
    assert!(
        page.contains("GitHub does not accept the App&#39;s key") || page.contains("GitHub does not accept"),
        "{page}"
    );
    assert!(page.contains("value=\"99\"") && !page.contains("-----BEGIN") && !page.contains(&secret), "{page}");

    fields[0] = ("app_id", &id);
    let halves = [fields.clone(), vec![("client_id", "x")]].concat();
    let (status, page) = scene.post("/setup/app", &halves).await;
    assert_eq!((status, page.contains("Client id and secret")), (422, true), "{page}");
    let no_key = [("app_id", id.as_str()), ("private_key", "-----BEGIN hunter2"), ("webhook_secret", &secret)];
    let (status, page) = scene.post("/setup/app", &no_key).await;
    assert_eq!((status, page.contains("no RSA key"), page.contains("hunter2")), (422, true, false), "{page}");

    let (status, page) = scene.post("/setup/app", &fields).await;
    assert_eq!(status, 200, "{page}");
    scene.works().await;
    scene.hides_secrets(&scene.server.said());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_whoever_holds_the_token_sets_an_app_up() {
    let mut scene = Scene::open(Setup::Embedded).await;
    let mut stranger = Browser::new();
    for path in ["/setup", "/setup?token=", "/setup?token=0000", "/setup/callback?code=x&state=y"] {
        let (status, page) = text(stranger.send(Method::GET, &scene.url(path), &[]).await).await;
        assert_eq!((status, page.contains("This page is locked")), (403, true), "{path}: {page}");
    }
    let (register, origin) = (scene.url("/setup/register"), scene.app.address().to_owned());
    let fields = [("public_url", PUBLIC)];
    let sent = stranger.send_form(Method::POST, &register, &[("origin", &origin)], &fields).await;
    assert_eq!(sent.status(), 403, "without the cookie");
    let foreign = [("origin", "https://evil.example.com")];
    assert_eq!(scene.browser.send_form(Method::POST, &register, &foreign, &fields).await.status(), 403);
    assert_eq!(scene.browser.send(Method::GET, &register, &[]).await.status(), 405);

    // What comes back belongs to the browser that began, and is good once.
    let (_, back) = scene.go_to_github("").await;
    let setup_alone = scene.browser.cookies.iter().filter(|(name, _)| name == "dotcursor_setup").cloned().collect();
    let (status, _) = text(Browser::with(setup_alone).send(Method::GET, &back, &[]).await).await;
    assert_eq!(status, 400);
    let forged = back.replace("state=", "state=0");
    assert_eq!(text(scene.browser.send(Method::GET, &forged, &[]).await).await.0, 400);
    assert_eq!(scene.app.github.calls().of(Endpoint::Conversion), 0, "GitHub was not asked");

    scene.app.github.misbehave(Misbehaviour::new(Fault::Status(502)).on(Endpoint::Conversion));
    let (status, page) = text(scene.browser.send(Method::GET, &back, &[]).await).await;
    assert_eq!((status, page.contains("status 502")), (400, true), "{page}");
    let (status, page) = text(scene.browser.send(Method::GET, &back, &[]).await).await;
    assert_eq!((status, page.contains("it was used already")), (400, true), "{page}");
    let (_, back) = scene.go_to_github("").await;
    let (status, page) = text(scene.browser.send(Method::GET, &back, &[]).await).await;
    assert_eq!(status, 200, "{page}");
    scene.works().await;
}

/// GitHub gives the secrets of a new App once, and here no webhook secret among them.
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_does_not_wait_loses_no_app() {
    let mut scene = Scene::open(Setup::Embedded).await;
    let (_, back) = scene.go_to_github("").await;
    scene.app.github.set_webhook_secret("");
    let slow = Fault::Delay(Duration::from_millis(500));
    scene.app.github.misbehave(Misbehaviour::new(slow).on(Endpoint::Conversion));
    let impatient = tokio::time::timeout(Duration::from_millis(200), scene.browser.send(Method::GET, &back, &[])).await;
    assert!(impatient.is_err(), "the answer takes longer");
    scene.server.starts_over().await;
    assert!(!scene.app.github.webhook_secret().is_empty(), "GitHub was given a secret");
    scene.works().await;
    scene.hides_secrets(&scene.server.said());
}

/// Two servers over one folder, each of which waits for an App.
#[tokio::test(flavor = "multi_thread")]
async fn the_second_of_two_servers_takes_over_the_app_of_the_first() {
    let mut scene = Scene::open(Setup::Embedded).await;
    let second = Server::start(&scene.variables);
    let page = second.word("http://", "/setup?token=").await;
    let other = page.split("/setup").next().expect("an address").to_owned();
    let mut browser = Browser::new();
    browser.send(Method::GET, &page, &[]).await;

    let key = scene.app.github.key().private_pem().to_owned();
    let (id, secret) = (scene.app.github.app_id().to_string(), scene.app.github.webhook_secret());
    let fields = [("app_id", id.as_str()), ("private_key", key.as_str()), ("webhook_secret", secret.as_str())];
    let with_comma = [fields[0], fields[1], ("webhook_secret", "one,two")];
    let (status, page) = scene.post("/setup/app", &with_comma).await;
    assert_eq!((status, page.contains("a comma separates two secrets here")), (422, true), "{page}");
    let (status, page) = scene.post("/setup/app", &fields).await;
    assert_eq!(status, 200, "{page}");
    let file = scene.app.data().join("github-app.json");
    let taken = std::fs::read_to_string(&file).expect("the App is written down");

    let form = [("client_id", "another"), ("client_secret", "one")];
    let form = [&fields[..], &form[..]].concat();
    let (place, origin) = (format!("{other}/setup/app"), other.clone());
    let sent = browser.send_form(Method::POST, &place, &[("origin", &origin)], &form).await;
    assert_eq!(sent.status(), 303);
    second.starts_over().await;
    let (_, page) = text(browser.send(Method::GET, &format!("{other}/setup"), &[]).await).await;
    assert!(page.contains("This server has its App"), "{page}");
    assert_eq!(std::fs::read_to_string(&file).expect("it is still there"), taken);
    drop(second);
    scene.works().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enterprise_server_is_known_by_its_address() {
    let left_out = [&OF_THE_APP[..], &["GITHUB_API_URL"]].concat();
    let app = TestApp::before_enterprise_server(Setup::Embedded).await;
    let mut scene = Scene::open_without(app, &left_out).await;
    assert!(scene.get("/setup").await.1.contains("value=\"https://github.com\""));
    let private = [("public_url", "http://10.0.0.5:3000")];
    let (status, page) = scene.post("/setup/register", &private).await;
    assert_eq!((status, page.contains("GitHub cannot reach a private address")), (422, true), "{page}");
    let (status, page) = scene.post("/setup/register", &[("public_url", PUBLIC), ("github", "ftp://x")]).await;
    assert_eq!((status, page.contains("<b>GitHub</b>")), (422, true), "{page}");

    let (_, back) = scene.go_to_github("").await;
    let (status, page) = text(scene.browser.send(Method::GET, &back, &[]).await).await;
    assert_eq!(status, 200, "{page}");
    let stored = std::fs::read_to_string(scene.app.data().join("github-app.json")).expect("the App is written down");
    let stored: Value = serde_json::from_str(&stored).expect("JSON");
    assert_eq!(stored["apiUrl"], scene.app.github.url());
    assert_eq!(stored["publicUrl"], format!("{PUBLIC}/"));
    scene.works().await;
}

#[tokio::test]
async fn a_process_without_the_api_says_what_it_lacks() {
    let app = TestApp::without_server(Setup::Embedded, &[]).await;
    let variables: HashMap<_, _> =
        app.variables.iter().filter(|(name, _)| !OF_THE_APP.contains(&name.as_str())).collect();
    let config = Config::from_variables(&|name| variables.get(&name.to_owned()).map(|value| (*value).clone())).unwrap();
    let refused = start(&config, "receiver,worker".parse::<Roles>().unwrap()).await.unwrap_err();
    assert!(matches!(refused, StartError::NoApp), "{refused}");
}
