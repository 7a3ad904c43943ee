//! The newcomer's way in, as the README tells it: the real command, over a repository on disk.

use crate::support::Repo;
use crate::support::wait::eventually;
use serde_json::Value;
use std::path::Path;
use std::process::{Child, Command, Stdio};

const STYLE: &str = ".cursor/rules/style.mdc";

struct Sandbox {
    process: Child,
    told: Value,
}

impl Sandbox {
    async fn start(data: &Path, repo: &Repo) -> Self {
        let file = data.join("sandbox.json");
        let process =
            command(data, repo).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the sandbox starts");
        let told = eventually("sandbox.json", async || {
            let text = std::fs::read_to_string(&file).map_err(|error| error.to_string())?;
            let told: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            // That of an earlier start may still lie there.
            let url = format!("{}/readyz", told["url"].as_str().unwrap_or_default());
            reqwest::get(url).await.map(|_| told).map_err(|error| error.to_string())
        })
        .await;
        Self { process, told }
    }

    async fn get(&self, path: &str) -> Value {
        let workspace = self.told["repositories"][0]["workspaceId"].as_str().expect("a workspace");
        let url = format!("{}/api/workspaces/{workspace}/{path}", self.told["url"].as_str().expect("a url"));
        let token = self.told["adminToken"].as_str().expect("a token");
        let answer = reqwest::Client::new().get(url).bearer_auth(token).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }

    async fn content_is(&self, text: &str) {
        eventually(text, async || {
            let rule = self.get("rules/style").await;
            if rule["data"]["content"] == text { Ok(()) } else { Err(rule.to_string()) }
        })
        .await;
    }

    /// As Ctrl-C does.
    fn interrupt(mut self) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill runs").success());
        let status = self.process.wait().expect("it ends");
        assert!(status.success(), "{status}");
    }
}

fn command(data: &Path, repo: &Repo) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dotcursor"));
    command
        .args(["sandbox", "--repo", &repo.path().display().to_string()])
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .envs([("DOTCURSOR_DATA_DIR", data.as_os_str()), ("DOTCURSOR_LISTEN", "127.0.0.1:0".as_ref())]);
    command
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It has ended already, unless the test failed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_shows_by_itself_and_a_new_start_goes_on() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let repo = Repo::with(&[(STYLE, "A."), (".cursor/agents/one.md", "One.")]);
    let sandbox = Sandbox::start(data.path(), &repo).await;
    sandbox.content_is("A.").await;
    assert_eq!(sandbox.get("agents").await["meta"]["total"], 1);
    let before = sandbox.told.clone();

    repo.commit(&[(STYLE, "B.")]);
    sandbox.content_is("B.").await;
    sandbox.interrupt();

    // What is committed meanwhile is found by the next start, under the same ids and with the same token.
    repo.commit(&[(STYLE, "C.")]);
    let sandbox = Sandbox::start(data.path(), &repo).await;
    sandbox.content_is("C.").await;
    assert_eq!(sandbox.told["repositories"], before["repositories"]);
    assert_eq!(sandbox.told["adminToken"], before["adminToken"]);
    assert_eq!(sandbox.get("rules/style").await["data"]["version"], 3);
    sandbox.interrupt();
    assert!(repo.git(&["status", "--porcelain"]).is_empty(), "nothing is written into the repository");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_one_leaves_the_folder_of_the_first_alone() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let repo = Repo::with(&[(STYLE, "A.")]);
    let first = Sandbox::start(data.path(), &repo).await;
    let sheet = std::fs::read(data.path().join("sandbox.json")).expect("the first one's");
    let mut second = command(data.path(), &repo).stderr(Stdio::piped()).spawn().expect("it starts");
    eventually("the second one to give up", async || match second.try_wait() {
        Ok(Some(_)) => Ok(()),
        other => Err(format!("{other:?}")),
    })
    .await;
    let second = second.wait_with_output().expect("it has ended");
    let told = String::from_utf8_lossy(&second.stderr);
    assert!(!second.status.success() && told.contains("another sandbox is at work over"), "{told}");
    assert_eq!(std::fs::read(data.path().join("sandbox.json")).expect("the first one's"), sheet);
    first.interrupt();
    Sandbox::start(data.path(), &repo).await.interrupt();
}
