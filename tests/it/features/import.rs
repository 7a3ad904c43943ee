//! `dotcursor import`, `dotcursor migrate skills` and validation: what does not come from GitHub stands beside what does.

use crate::support::app::ADMIN_TOKEN;
use crate::support::wait::eventually;
use crate::support::{Repo, Setup, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use std::process::Output;

const STYLE: &str = ".cursor/rules/style.mdc";

async fn scene(setup: Setup) -> (TestApp, String) {
    let app = TestApp::start(setup).await;
    let (_, workspace) = app.install(&Repo::with(&[(STYLE, "Use tabs.")]), "octo/registry").await;
    (app, workspace)
}

/// The program as a person calls it, over the same database.
async fn dotcursor(app: &TestApp, arguments: &[&str]) -> Output {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_dotcursor"));
    command.args(arguments).env_clear().envs(&app.variables);
    command.output().await.expect("it runs")
}

fn told(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("text").trim_end()
}

async fn post(app: &TestApp, path: &str) -> Value {
    let (status, body) = app.request(Method::POST, path, ADMIN_TOKEN).await;
    assert!((200..300).contains(&status), "{path}: {status} {body}");
    body["data"].clone()
}

async fn a_folder_is_taken_in_again_and_again(setup: Setup) {
    let (app, workspace) = scene(setup).await;
    let folder = Repo::with(&[
        (".cursor/agents/reviewer.md", "---\nname: reviewer\ndescription: Reviews.\nskills: [gone]\n---\nReview."),
        (STYLE, "Use spaces."),
        ("pkg/.cursor/commands/ship.md", "Ask the `reviewer` agent."),
        ("src/main.rs", "no definition"),
    ]);
    let path = folder.path().display().to_string();
    let arguments = ["import", path.as_str(), "--workspace", workspace.as_str()];
    let first = dotcursor(&app, &arguments).await;
    assert_eq!((told(&first), first.status.code()), ("Imported: 3 new, 0 changed, 0 unchanged.", Some(0)));
    eventually("the import to show", async || {
        let names = app.names(&workspace, "agents").await;
        if names == ["reviewer"] { Ok(()) } else { Err(format!("{names:?}")) }
    })
    .await;
    let reviewer = app.definition(&workspace, "agents", "reviewer").await;
    assert_eq!(
        (&reviewer["source"], &reviewer["sourceRepo"], &reviewer["version"]),
        (&"imported".into(), &Value::Null, &1.into())
    );
    assert_eq!(reviewer["diagnostics"][0]["code"], "reference-missing", "{reviewer}");
    let needs = app.get(&format!("/api/workspaces/{workspace}/commands/pkg-ship/dependencies")).await;
    assert_eq!(needs["data"]["dependencies"][0]["name"], "reviewer");
    let rules = app.list(&workspace, "rules").await;
    let conflicts: Vec<&Value> = rules.iter().filter(|rule| !rule["conflict"].is_null()).collect();
    assert_eq!((rules.len(), conflicts.len()), (2, 1), "git's and the imported one claim a name: {rules:?}");
    assert_eq!(conflicts[0]["source"], "imported", "what is synced keeps its name");

    folder.write(".cursor/agents/reviewer.md", "---\nname: Not Kebab\n---\nReview well.");
    folder.write(".cursor/agents/second.md", "---\nname: second\ndescription: Also.\n---\nReview.");
    let again = dotcursor(&app, &arguments).await;
    let summary = "Imported: 1 new, 1 changed, 2 unchanged; 1 broken, which `dotcursor check` explains.";
    assert_eq!((told(&again), again.status.code()), (summary, Some(1)));
    eventually("the second import to show", async || {
        let reviewer = app.definition(&workspace, "agents", "reviewer").await;
        if reviewer["syncStatus"] == "error" { Ok(()) } else { Err(reviewer.to_string()) }
    })
    .await;
    let reviewer = app.definition(&workspace, "agents", "reviewer").await;
    assert!(reviewer["content"].as_str().is_some_and(|text| text.ends_with("Review.")), "last good stays: {reviewer}");
    let runs = app.get(&format!("/api/workspaces/{workspace}/runs")).await;
    let run = &runs["data"][0];
    let counts = json!([run["jobType"], run["status"], run["totalFiles"], run["parsedFiles"], run["failedFiles"]]);
    assert_eq!(counts, json!(["parse_agent_definition", "completed", 4, 4, 1]));
    assert_eq!(run["errors"][0]["path"], ".cursor/agents/reviewer.md");

    // As if it had been killed: nobody renews its lease.
    app.tamper("UPDATE sync_runs SET status = 'processing', leased_until = created_at WHERE repository_id IS NULL")
        .await;
    eventually("the import to count as lost", async || {
        let runs = app.get(&format!("/api/workspaces/{workspace}/runs")).await;
        if runs["data"][0]["status"] == "failed" { Ok(()) } else { Err(runs.to_string()) }
    })
    .await;
}

async fn nobody_imports_into_nothing(setup: Setup) {
    let (app, _) = scene(setup).await;
    let folder = Repo::with(&[(STYLE, "Use spaces.")]);
    let output = dotcursor(&app, &["import", &folder.path().display().to_string(), "--workspace", "none"]).await;
    assert_eq!(output.status.code(), Some(1));
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(complaint.contains("there is no workspace none; GET /api/workspaces lists them"), "{complaint}");
}

async fn rows_of_a_plain_table_become_skills_and_rows_again(setup: Setup) {
    let (app, workspace) = scene(setup).await;
    let missing = dotcursor(&app, &["migrate", "skills", "--workspace", &workspace]).await;
    let complaint = String::from_utf8_lossy(&missing.stderr).into_owned();
    assert!(complaint.contains("a table `skills` with the columns"), "{complaint}");
    app.tamper(
        "CREATE TABLE skills (id INTEGER, name TEXT, description TEXT, prompt_template TEXT NOT NULL, owner TEXT)",
    )
    .await;
    app.tamper("INSERT INTO skills VALUES (1, 'Land It', 'Lands: a change', 'Land {{branch}}.', 'me'), (2, 'plain', NULL, 'Be plain.', NULL)").await;
    let there = dotcursor(&app, &["migrate", "skills", "--workspace", &workspace]).await;
    assert_eq!(told(&there), "Rows of skills: 2 new, 0 changed, 0 unchanged.", "{there:?}");
    let again = dotcursor(&app, &["migrate", "skills", "--workspace", &workspace]).await;
    assert_eq!(told(&again), "Rows of skills: 0 new, 0 changed, 2 unchanged.");
    eventually("the skills", async || {
        let names = app.names(&workspace, "skills").await;
        if names == ["land-it", "plain"] { Ok(()) } else { Err(format!("{names:?}")) }
    })
    .await;
    let landed = app.definition(&workspace, "skills", "land-it").await;
    assert_eq!(landed["description"], "Lands: a change");

    app.tamper("UPDATE skills SET prompt_template = 'changed meanwhile' WHERE name = 'plain'").await;
    let back = dotcursor(&app, &["migrate", "skills", "--workspace", &workspace, "--back"]).await;
    assert_eq!(told(&back), "2 skills are rows again.");
    eventually("no skills", async || {
        let names = app.names(&workspace, "skills").await;
        if names.is_empty() { Ok(()) } else { Err(format!("{names:?}")) }
    })
    .await;
    // What is in the table by now is what the definitions said; all else in its rows stays.
    app.tamper("INSERT INTO workspaces (id, name, revision, created_at, updated_at) SELECT 'probe', (SELECT count(*) FROM skills WHERE \
        (id = 1 AND name = 'Land It' AND description = 'Lands: a change' AND prompt_template = 'Land {{branch}}.' AND owner = 'me') \
        OR (id = 2 AND description IS NULL AND prompt_template = 'Be plain.')), 1, created_at, updated_at FROM workspaces").await;
    assert_eq!(app.get("/api/workspaces/probe").await["data"]["name"], "2");
}

async fn what_is_stored_is_read_again(setup: Setup) {
    let app = TestApp::start(setup).await;
    let repo = Repo::with(&[(STYLE, "Use tabs."), (".cursor/agents/nul.md", "no\0text")]);
    let (_, workspace) = app.install(&repo, "octo/registry").await;
    // What is stored of it is not its bytes: it stays broken, whatever those would say.
    let broken = post(&app, &format!("/api/workspaces/{workspace}/agents/nul/validate")).await;
    assert_eq!((&broken["valid"], &broken["diagnostics"][0]["code"]), (&false.into(), &"nul-byte".into()));
    app.tamper("UPDATE definitions SET diagnostics = jsonb('[{\"code\": \"stale\"}]')").await;
    let one = post(&app, &format!("/api/workspaces/{workspace}/rules/style/validate")).await;
    assert_eq!((&one["valid"], &one["diagnostics"]), (&true.into(), &json!([])));
    let run = json!([one["run"]["jobType"], one["run"]["status"], one["run"]["definitionId"].is_string()]);
    assert_eq!(run, json!(["validate_agent_schema", "completed", true]));

    app.tamper("UPDATE definitions SET diagnostics = jsonb('[{\"code\": \"stale\"}]')").await;
    let run = post(&app, &format!("/api/workspaces/{workspace}/rules/validate-all")).await;
    assert_eq!((&run["status"], &run["kind"]), (&"pending".into(), &"rule".into()));
    let path = format!("/api/runs/{}", run["id"].as_str().expect("an id"));
    eventually("the job to end", async || {
        let run = app.get(&path).await["data"].clone();
        if run["status"] == "completed" && run["parsedFiles"] == 1 { Ok(()) } else { Err(run.to_string()) }
    })
    .await;
    let style = app.definition(&workspace, "rules", "style").await;
    assert_eq!(style["diagnostics"], json!([]));
}

crate::features::on_both_setups! {
    a_folder_is_taken_in_again_and_again,
    nobody_imports_into_nothing,
    rows_of_a_plain_table_become_skills_and_rows_again,
    what_is_stored_is_read_again,
}
