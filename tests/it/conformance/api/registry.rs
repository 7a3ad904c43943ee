//! A registry with the API in front of it, asked without a socket.

use super::agreement;
use crate::conformance::store::scene::Scene;
use crate::support::Database;
use actix_web::http::{Method, header};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, web};
use chrono::{DateTime, NaiveDateTime, TimeDelta};
use dotcursor::api::{self, ApiState, Doors, Feeds, Parts};
use dotcursor::cache::{Cache, CacheConfig, Revisions};
use dotcursor::github::{UserFlow, UserFlowConfig};
use dotcursor::model::{Actor, RepositoryId, TokenId, WorkspaceId};
use dotcursor::queue::{Announcer, Queue, QueueConfig};
use dotcursor::store::sessions::NewSession;
use dotcursor::store::tokens::{NewToken, Role};
use dotcursor::telemetry;
use secrecy::ExposeSecret;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::task::LocalSet;

pub const ADMIN: &str = "an-administrator-of-the-configuration";

pub struct Registry {
    pub scene: Scene,
    /// The repositories whose debts somebody was told of.
    pub woken: Arc<Mutex<Vec<RepositoryId>>>,
    revisions: Revisions,
    state: ApiState,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: header::HeaderMap,
    /// A text that is not JSON is one JSON string.
    pub body: Value,
}

impl Registry {
    pub async fn open(database: Database) -> Self {
        let scene = Scene::open(database).await;
        let woken = Arc::default();
        let (state, revisions) = front(&scene, &woken);
        Self { scene, woken, revisions, state }
    }

    /// From now on a server answers that remembers nothing.
    pub fn forget(&mut self) {
        (self.state, self.revisions) = front(&self.scene, &self.woken);
    }

    /// A registry whose repository holds these files, all of them read.
    pub async fn with(database: Database, files: &[(&str, &str)]) -> Self {
        let registry = Self::open(database).await;
        registry.sync("one", files).await;
        registry
    }

    /// The repository's head holds these files from now on: all of them are read, and the API is told, as after any commit.
    pub async fn sync(&self, name: &str, files: &[(&str, &str)]) {
        self.scene.sync(name, files).await;
        let workspace = self.workspace().await;
        let revision = self.scene.store.revision(&workspace).await.unwrap().unwrap();
        self.revisions.learn(&workspace, revision);
    }

    /// The workspace of the scene's repository.
    pub async fn workspace(&self) -> WorkspaceId {
        self.scene.store.workspace_of(self.scene.repository).await.unwrap().unwrap()
    }

    pub async fn token(&self, workspace: Option<WorkspaceId>, role: Role) -> String {
        self.token_until(workspace, role, None).await.1
    }

    pub async fn token_until(
        &self,
        workspace: Option<WorkspaceId>,
        role: Role,
        expires_at: Option<NaiveDateTime>,
    ) -> (TokenId, String) {
        let new = NewToken { name: "of a test".into(), workspace, role, expires_at };
        let (row, text) = self.scene.store.create_token(&new, &Actor::Cli).await.unwrap();
        (TokenId::from_text(row.id), text.expose_secret().to_owned())
    }

    pub async fn ask(&self, method: Method, path: &str, token: Option<&str>) -> Answer {
        let request = TestRequest::with_uri(path).method(method);
        self.send(match token {
            Some(token) => request.insert_header((header::AUTHORIZATION, format!("Bearer {token}"))),
            None => request,
        })
        .await
    }

    /// Somebody who signed in, and can reach these repositories (and push to them); returns the cookie.
    pub async fn session(&self, login: &str, reach: &[(i64, bool)]) -> String {
        let cookie = format!("cookie-of-{login}");
        let now = self.scene.store.now().await.unwrap();
        let session = NewSession {
            cookie: cookie.clone().into(),
            user_id: 1,
            login: login.to_owned(),
            // Never opened: GitHub is not asked again for minutes.
            sealed_token: vec![],
            reach: reach.iter().copied().collect(),
            expires_at: now + TimeDelta::hours(1),
        };
        self.scene.store.open_session(&session).await.unwrap();
        cookie
    }

    /// As a program would that has the cookie of a session.
    pub async fn ask_by_cookie(&self, method: Method, path: &str, cookie: &str) -> Answer {
        let cookie = (header::COOKIE, format!("other=1; dotcursor_session={cookie}"));
        let request = TestRequest::with_uri(path).method(method).insert_header(cookie);
        self.send(request.insert_header(("x-requested-with", "a test"))).await
    }

    /// JSON, as an administrator.
    pub async fn send_json(&self, method: Method, path: &str, body: &Value) -> Answer {
        let bearer = (header::AUTHORIZATION, format!("Bearer {ADMIN}"));
        self.send(TestRequest::with_uri(path).method(method).insert_header(bearer).set_json(body)).await
    }

    /// Any request, without a socket. What comes back has to be as the document says.
    pub async fn send(&self, request: TestRequest) -> Answer {
        // As a worker of actix-web's, which has tasks that stay on its thread.
        LocalSet::new().run_until(self.answer(request)).await
    }

    async fn answer(&self, request: TestRequest) -> Answer {
        let app = App::new().configure(api::configure_health(self.state.clone())).configure(api::configure);
        let service = init_service(app.default_service(web::to(api::no_route))).await;
        let request = request.to_request();
        let (method, path) = (request.method().clone(), request.path().to_owned());
        let response = call_service(&service, request).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let is_endless =
            headers.get(header::CONTENT_TYPE).is_some_and(|of| of.as_bytes().starts_with(b"text/event-stream"));
        if is_endless {
            let answer = Answer { status, headers, body: Value::String(String::new()) };
            agreement::check(&method, &path, &answer);
            return answer;
        }
        let bytes = read_body(response).await;
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let answer = Answer { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) };
        agreement::check(&method, &path, &answer);
        answer
    }

    /// Of the scene's workspace, as an administrator; `if_match` is what was read.
    pub async fn write(&self, method: Method, path: &str, if_match: Option<&str>, body: &Value) -> Answer {
        let path = format!("/api/workspaces/{}{path}", self.workspace().await);
        let request = TestRequest::with_uri(&path).method(method).set_json(body);
        let request = request.insert_header((header::AUTHORIZATION, format!("Bearer {ADMIN}")));
        self.send(match if_match {
            Some(tag) => request.insert_header((header::IF_MATCH, tag)),
            None => request,
        })
        .await
    }

    /// As an administrator.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, Some(ADMIN)).await
    }

    /// Of the scene's workspace, as an administrator: `path` begins behind the workspace's id.
    pub async fn read(&self, path: &str) -> Answer {
        self.get(&format!("/api/workspaces/{}{path}", self.workspace().await)).await
    }

    /// The names of a list's rows.
    pub async fn names(&self, path: &str) -> Vec<String> {
        let answer = self.read(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        let rows = answer.body["data"].as_array().unwrap();
        rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    }
}

/// Of a GitHub that does not answer.
fn sign_in() -> UserFlow {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let api_url = "http://127.0.0.1:9".parse().unwrap();
    let timeout = std::time::Duration::from_secs(1);
    UserFlow::new(UserFlowConfig { client_id: "client".into(), client_secret: "secret".into(), api_url, timeout })
        .unwrap()
}

fn front(scene: &Scene, woken: &Arc<Mutex<Vec<RepositoryId>>>) -> (ApiState, Revisions) {
    let (revisions, woken) = (Revisions::new(), woken.clone());
    let queue = Queue::new(&QueueConfig::Embedded).unwrap();
    let parts = Parts {
        store: scene.store.clone(),
        cache: Cache::new(&CacheConfig::Memory { max_bytes: 1 << 20 }).unwrap(),
        revisions: revisions.clone(),
        announcer: Announcer::new(&queue),
        queue,
        metrics: telemetry::metrics(),
        wake: Arc::new(move |repository| woken.lock().unwrap().push(repository)),
        feeds: Feeds::new(scene.store.clone()),
        admin_token: Some(ADMIN.into()),
    };
    let doors = Doors { sign_in: Some(sign_in()), ..Doors::default() };
    (ApiState::new(parts).with_doors(doors), revisions)
}

impl Answer {
    /// A header's value; empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and body, sorted by key, with ids and times that differ from run to run put out of sight.
    pub fn shown(&self) -> String {
        format!("{} {}", self.status, serde_json::to_string_pretty(&veiled(&self.body)).unwrap())
    }
}

fn veiled(value: &Value) -> Value {
    match value {
        Value::String(text) if uuid::Uuid::try_parse(text).is_ok() => "[id]".into(),
        Value::String(text) if DateTime::parse_from_rfc3339(text).is_ok() => "[time]".into(),
        Value::Array(items) => items.iter().map(veiled).collect(),
        // PostgreSQL keeps no order of keys.
        Value::Object(fields) => {
            let sorted: BTreeMap<&String, Value> = fields.iter().map(|(name, value)| (name, veiled(value))).collect();
            sorted.into_iter().map(|(name, value)| (name.clone(), value)).collect()
        }
        plain => plain.clone(),
    }
}
