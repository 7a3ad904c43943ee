//! People who write over the API all the while: whatever they do stands beside git, and can be taken back.

use crate::support::TestApp;
use crate::support::app::ADMIN_TOKEN;
use rand::RngExt;
use rand::rngs::SmallRng;
use reqwest::Method;
use serde_json::{Value, json};

/// Named by their paths: whatever people write, the names stay.
const KINDS: [&str; 2] = ["rules", "commands"];

/// What they have deleted, by kind and id.
#[derive(Debug, Default)]
pub struct People {
    deleted: Vec<(String, String)>,
    http: reqwest::Client,
}

impl People {
    /// Somebody changes, puts back, deletes or settles one definition. That it fails while things are down is fine.
    pub async fn act(&mut self, api: &str, random: &mut SmallRng) {
        let Some(workspace) = self.workspace(api).await else { return };
        let kind = KINDS[random.random_range(0..KINDS.len())];
        let kind_path = format!("{api}/api/workspaces/{workspace}/{kind}");
        let Some(list) = self.ask(Method::GET, &format!("{kind_path}?pageSize=100"), &Value::Null).await else {
            return;
        };
        let all = list["data"].as_array().cloned().unwrap_or_default();
        if all.is_empty() {
            return;
        }
        let one = &all[random.random_range(0..all.len())];
        let id = one["id"].as_str().unwrap_or_default();
        let path = format!("{kind_path}/{id}");
        let number = random.random_range(0..1000);
        match random.random_range(0..8) {
            // What never was good has no text to go back to.
            _ if one["syncStatus"] == "error" => {}
            0 => {
                self.deleted.push((kind.to_owned(), id.to_owned()));
                self.ask(Method::DELETE, &path, &Value::Null).await;
            }
            1 => drop(self.ask(Method::POST, &format!("{path}/revert/1"), &Value::Null).await),
            2 | 3 if one["conflict"]["type"] == "edit" => {
                let take = if random.random_bool(0.5) { "github" } else { "local" };
                let seen = json!({"take": take, "blob": one["conflict"]["blob"]});
                self.ask(Method::POST, &format!("{path}/resolve"), &seen).await;
            }
            _ => {
                let text = json!({"content": format!("Written by hand, {number}.")});
                self.ask(Method::PUT, &path, &text).await;
            }
        }
    }

    /// Everything that people did is taken back: what is left is what git says.
    pub async fn take_back(&self, app: &TestApp, workspace: &str, told: &str) {
        for (kind, id) in &self.deleted {
            let path = format!("/api/workspaces/{workspace}/{kind}/{id}");
            let (found, _) = app.request(Method::GET, &path, ADMIN_TOKEN).await;
            if found == 404 {
                app.send(Method::POST, &format!("{path}/revert/1"), None, &json!({})).await;
            }
        }
        for kind in KINDS {
            for one in app.list(workspace, kind).await {
                let path = format!("/api/workspaces/{workspace}/{kind}/{}", one["id"].as_str().unwrap_or_default());
                let (status, body) = match &one {
                    one if one["source"] == "local" => app.send(Method::DELETE, &path, None, &json!({})).await,
                    one if one["conflict"]["type"] == "edit" => {
                        let seen = json!({"take": "github", "blob": one["conflict"]["blob"]});
                        app.send(Method::POST, &format!("{path}/resolve"), None, &seen).await
                    }
                    one if one["edited"] == true => {
                        let gits = app.get(&path).await["data"]["git"]["content"].clone();
                        app.send(Method::PUT, &path, Some("*"), &json!({"content": gits})).await
                    }
                    _ => continue,
                };
                assert!((200..300).contains(&status), "{told}: {one} cannot be taken back: {status} {body}");
            }
        }
    }

    async fn workspace(&self, api: &str) -> Option<String> {
        let list = self.ask(Method::GET, &format!("{api}/api/workspaces"), &Value::Null).await?;
        Some(list["data"][0]["id"].as_str()?.to_owned())
    }

    async fn ask(&self, method: Method, url: &str, body: &Value) -> Option<Value> {
        let request = self.http.request(method, url).bearer_auth(ADMIN_TOKEN).header("If-Match", "*").json(body);
        request.send().await.ok()?.json().await.ok()
    }
}
