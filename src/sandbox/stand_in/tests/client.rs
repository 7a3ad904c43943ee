//! A small client of GitHub, and a stand-in with one repository for it to read.

use crate::sandbox::git::fixture::Checkout;
use crate::sandbox::{AppKey, NewRepository, StandIn, StandInOptions};
use chrono::Utc;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::sync::OnceLock;

/// Making one takes a while in a debug build; any test may share it.
fn key() -> AppKey {
    static KEY: OnceLock<AppKey> = OnceLock::new();
    KEY.get_or_init(|| AppKey::generate().unwrap()).clone()
}

pub fn options() -> StandInOptions {
    StandInOptions { key: Some(key()), ..StandInOptions::default() }
}

#[derive(Debug)]
pub struct Scene {
    pub stand_in: StandIn,
    pub checkout: Checkout,
    pub installation: i64,
    pub repository: i64,
    http: reqwest::Client,
    token: String,
}

impl Scene {
    /// `octo/demo` with these files, and a token for it.
    pub async fn with(files: &[(&str, &str)]) -> Self {
        Self::of(Checkout::with(files), options()).await
    }

    pub async fn of(checkout: Checkout, options: StandInOptions) -> Self {
        let stand_in = StandIn::start(options).unwrap();
        let installation = stand_in.install("octo", None);
        let repository =
            stand_in.add_repository(NewRepository::new(installation, "octo/demo", checkout.path())).unwrap();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let mut scene = Self { stand_in, checkout, installation, repository, http, token: String::new() };
        scene.renew_token().await;
        scene.stand_in.reset_calls();
        scene
    }

    pub async fn renew_token(&mut self) {
        let answer = self.mint().await;
        assert_eq!(answer.status(), 201);
        self.token = answer.json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned();
    }

    pub async fn mint(&self) -> Response {
        self.by_app(Method::POST, &format!("/app/installations/{}/access_tokens", self.installation)).await
    }

    pub async fn mint_for(&self, body: &Value) -> Response {
        let path = format!("/app/installations/{}/access_tokens", self.installation);
        self.by_jwt(Method::POST, &path, &self.claims()).json(body).send().await.unwrap()
    }

    pub async fn by_app(&self, method: Method, path: &str) -> Response {
        self.with_jwt(method, path, &self.claims()).await
    }

    pub async fn with_jwt(&self, method: Method, path: &str, claims: &Value) -> Response {
        self.by_jwt(method, path, claims).send().await.unwrap()
    }

    pub async fn request_with(&self, token: &str, path: &str) -> Response {
        let url = format!("{}{path}", self.stand_in.url());
        self.http.get(url).header("authorization", format!("token {token}")).send().await.unwrap()
    }

    fn claims(&self) -> Value {
        let now = Utc::now().timestamp();
        json!({"iss": self.stand_in.app_id(), "iat": now - 60, "exp": now + 300})
    }

    fn by_jwt(&self, method: Method, path: &str, claims: &Value) -> reqwest::RequestBuilder {
        let key = EncodingKey::from_rsa_pem(self.stand_in.key().private_pem().as_bytes()).unwrap();
        let jwt = jsonwebtoken::encode(&Header::new(Algorithm::RS256), claims, &key).unwrap();
        self.http.request(method, format!("{}{path}", self.stand_in.url())).bearer_auth(jwt)
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.stand_in.url())).bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Response {
        self.request(Method::POST, path).json(body).send().await.unwrap()
    }

    pub async fn graphql(&self, query: &str, variables: Value) -> Value {
        let answer = self.post("/graphql", &json!({"query": query, "variables": variables})).await;
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }
}
