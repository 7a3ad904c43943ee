//! The examples of the document, pasted into a shell as a reader would, against the sandbox and its sample.

use crate::support::wait::eventually;
use serde_json::Value;
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

    /// The status that the command gets, and the body.
    fn paste(&self, command: &str, run: &str) -> (String, String) {
        // A stream never ends by itself.
        let script = format!(r#"curl() {{ command curl --max-time 3 -w '\n%{{http_code}}' "$@"; }}; {command}"#);
        let output = Command::new("bash")
            .args(["-c", &script])
            .env("URL", self.text("/url"))
            .env("TOKEN", self.text("/adminToken"))
            .env("WORKSPACE", self.workspace())
            .env("RUN", run)
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
    let runs = sample.get(&format!("/api/workspaces/{}/runs", sample.workspace())).await;
    let run = runs["data"][0]["id"].as_str().expect("the first import is a run");
    let document = sample.get("/openapi.json").await;
    let paths = document["paths"].as_object().expect("paths");
    let reading = paths.iter().filter_map(|(path, methods)| Some((path, methods.get("get")?)));
    for (path, operation) in reading {
        let command = operation["x-codeSamples"][0]["source"].as_str().expect("an example");
        if NOT_IN_THE_SAMPLE.iter().any(|id| command.contains(id)) {
            continue;
        }
        let (status, body) = sample.paste(command, run);
        let expected = operation["responses"].as_object().and_then(|answers| answers.keys().next()).expect("an answer");
        assert_eq!(&status, expected, "{path}: {command}\n{body}");
        let shows = !path.contains("{kind}") || !body.contains(r#""data":[]"#);
        assert!(shows, "{path}: the example shows something: {command}\n{body}");
    }
}
