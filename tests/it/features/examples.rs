//! The examples of the document, pasted into a shell as a reader would, against the sandbox and its sample.

use crate::support::wait::eventually;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The sandbox over its sample, with all of it read.
struct Sample {
    process: Child,
    told: Value,
}

impl Sample {
    async fn start(data: &Path) -> Self {
        let process = Command::new(env!("CARGO_BIN_EXE_dotcursor"))
            .arg("sandbox")
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .envs([("DOTCURSOR_DATA_DIR", data.as_os_str()), ("DOTCURSOR_LISTEN", "127.0.0.1:0".as_ref())])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the sandbox starts");
        let file = data.join("sandbox.json");
        let told = eventually("sandbox.json", async || {
            let text = std::fs::read_to_string(&file).map_err(|error| error.to_string())?;
            serde_json::from_str::<Value>(&text).map_err(|error| error.to_string())
        })
        .await;
        let sample = Self { process, told };
        let status = format!("/api/workspaces/{}/sync/status", sample.workspace());
        eventually("the sample is read", async || {
            let status = sample.get(&status).await;
            let is_read = status["data"]["counts"]["synced"].as_i64() > Some(0) && status["data"]["run"].is_null();
            if is_read { Ok(()) } else { Err(status.to_string()) }
        })
        .await;
        sample
    }

    fn text(&self, pointer: &str) -> &str {
        self.told.pointer(pointer).and_then(Value::as_str).expect("sandbox.json is complete")
    }

    fn workspace(&self) -> &str {
        self.text("/repositories/0/workspaceId")
    }

    async fn get(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.text("/url"));
        let answer = reqwest::Client::new().get(url).bearer_auth(self.text("/adminToken")).send().await;
        answer.expect("an answer").json().await.expect("JSON")
    }

    /// The first import.
    async fn run(&self) -> String {
        let runs = self.get(&format!("/api/workspaces/{}/runs", self.workspace())).await;
        runs["data"][0]["id"].as_str().expect("the first import is a run").to_owned()
    }

    /// The status that the command gets, and the body.
    fn paste(&self, command: &str, variables: &[(&str, &str)]) -> (String, String) {
        // A stream never ends by itself.
        let script = format!(r#"curl() {{ command curl --max-time 3 -w '\n%{{http_code}}' "$@"; }}; {command}"#);
        let output = Command::new("bash")
            .args(["-c", &script])
            .env("URL", self.text("/url"))
            .env("TOKEN", self.text("/adminToken"))
            .env("WORKSPACE", self.workspace())
            .envs(variables.iter().copied())
            .env("REPOSITORY", self.told["repositories"][0]["id"].to_string())
            .output()
            .expect("bash runs");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let (body, status) = told.rsplit_once('\n').unwrap_or_else(|| panic!("{command} tells nothing: {output:?}"));
        (status.to_owned(), body.to_owned())
    }
}

impl Drop for Sample {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What the sample does not hold: nothing of it waits or was given up, it has no token but the configured one, and nobody
/// comes back from GitHub.
const NOT_IN_THE_SAMPLE: [&str; 3] = ["$TASK", "$TOKEN_ID", "/auth/github/callback"];

#[tokio::test(flavor = "multi_thread")]
async fn every_example_that_reads_works_when_it_is_pasted() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let sample = Sample::start(data.path()).await;
    let (run, document) = (sample.run().await, sample.get("/openapi.json").await);
    let paths = document["paths"].as_object().expect("paths");
    let reading = paths.iter().filter_map(|(path, methods)| Some((path, methods.get("get")?)));
    for (path, operation) in reading {
        let command = operation["x-codeSamples"][0]["source"].as_str().expect("an example");
        if NOT_IN_THE_SAMPLE.iter().any(|id| command.contains(id)) {
            continue;
        }
        let (status, body) = sample.paste(command, &[("RUN", &run)]);
        let expected = operation["responses"].as_object().and_then(|answers| answers.keys().next()).expect("an answer");
        assert_eq!(&status, expected, "{path}: {command}\n{body}");
        let shows = !path.contains("{kind}") || !body.contains(r#""data":[]"#);
        assert!(shows, "{path}: the example shows something: {command}\n{body}");
    }
}

/// Each operation that writes, and what it answers in the sample, in an order in which each finds what it needs.
const WRITING: [(&str, &str); 23] = [
    ("bulkImportDefinitions", "200"),
    ("bulkUpdateDefinitions", "200"),
    ("bulkDeleteDefinitions", "200"),
    ("createDefinition", "201"),
    ("deleteDefinition", "204"),
    ("revertDefinition", "200"),
    ("updateDefinition", "200"),
    // Git has not changed what was edited.
    ("resolveConflict", "409"),
    ("validate", "200"),
    ("validateAll", "202"),
    ("resolveDependencies", "200"),
    ("sync", "202"),
    ("syncKind", "202"),
    // No file of the run was given up.
    ("retryRun", "409"),
    ("createToken", "201"),
    ("revokeToken", "204"),
    ("createWorkspace", "201"),
    ("changeWorkspace", "200"),
    // Asked for the first time.
    ("deleteWorkspace", "409"),
    ("unlinkRepository", "200"),
    ("linkRepository", "200"),
    ("signOut", "204"),
    // No file waits.
    ("retryTask", "404"),
];

/// What is no request of somebody who writes definitions: there is no dead letter, and GitHub signs its webhooks.
const NOT_PASTED: [&str; 2] = ["retryDeadLetter", "takeWebhook"];

#[tokio::test(flavor = "multi_thread")]
async fn every_example_that_writes_works_when_it_is_pasted_and_is_noted() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let sample = Sample::start(data.path()).await;
    let (run, document) = (sample.run().await, sample.get("/openapi.json").await);
    let paths = document["paths"].as_object().expect("paths");
    let methods = paths.values().flat_map(|methods| methods.as_object().expect("methods"));
    let mut writing: BTreeMap<&str, &Value> = methods
        .filter(|(method, _)| *method != "get")
        .map(|(_, operation)| (operation["operationId"].as_str().expect("an id"), operation))
        .collect();
    let noted = async || sample.get("/api/audit").await["meta"]["total"].as_i64().expect("a total");
    let mut token = String::new();
    for (id, expected) in WRITING {
        let operation = writing.remove(id).unwrap_or_else(|| panic!("{id} is in the document"));
        let command = operation["x-codeSamples"][0]["source"].as_str().expect("an example");
        let before = noted().await;
        let (status, body) = sample.paste(command, &[("RUN", &run), ("TASK", "none"), ("TOKEN_ID", &token)]);
        assert_eq!(status, expected, "{id}: {command}\n{body}");
        assert!(!body.contains(r#""failed":1"#) && !body.contains(r#""failed":2"#), "{id}: {command}\n{body}");
        // There was no session to end.
        let is_done = status.starts_with('2') && id != "signOut";
        assert_eq!(noted().await > before, is_done, "{id} is noted once it is done: {body}");
        if id == "createToken" {
            let made: Value = serde_json::from_str(&body).expect("JSON");
            made["data"]["id"].as_str().expect("an id").clone_into(&mut token);
        }
    }
    let left: Vec<&str> = writing.into_keys().filter(|id| !NOT_PASTED.contains(id)).collect();
    assert!(left.is_empty(), "{left:?} have examples that nobody tries");
}
