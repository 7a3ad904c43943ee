//! What owners see on GitHub: a check run on each commit that touches definitions, and on pull requests before they are merged.

use crate::support::wait::eventually;
use crate::support::{Repo, TestApp};
use dotcursor::sandbox::CheckRun;
use serde_json::{Value, json};

mod head;
mod misfortune;
mod pull;
mod settings;
mod stranger;

/// The check run on a commit, once it is complete.
async fn check_on(app: &TestApp, repository: i64, head: &str) -> CheckRun {
    eventually(&format!("a check run on {head}"), async || {
        let runs = app.github.check_runs(repository);
        let complete = runs.iter().rev().find(|run| run.head_sha == head && run.text("conclusion").is_some());
        complete.cloned().ok_or_else(|| format!("{runs:#?}"))
    })
    .await
}

/// Waits for another conclusion or title than before.
async fn changed(app: &TestApp, repository: i64, before: &CheckRun) -> CheckRun {
    eventually("the check run to be written again", async || {
        let runs = app.github.check_runs(repository);
        let now = runs.iter().find(|run| run.id == before.id).ok_or("it is gone")?;
        if now.fields == before.fields { Err(format!("{now:#?}")) } else { Ok(now.clone()) }
    })
    .await
}

fn on(app: &TestApp, repository: i64, head: &str) -> Vec<CheckRun> {
    app.github.check_runs(repository).into_iter().filter(|run| run.head_sha == head).collect()
}

/// As an owner sees it; commits have other names every time.
fn shown(run: &CheckRun, commits: &[(&str, &str)]) -> String {
    let annotations: Vec<Value> = run.annotations.iter().take(3).cloned().collect();
    let shown = json!({
        "name": run.text("name"),
        "conclusion": run.text("conclusion"),
        "title": run.output("title"),
        "summary": run.output("summary").unwrap_or_default().lines().collect::<Vec<_>>(),
        "annotations": annotations,
    });
    let text = serde_json::to_string_pretty(&shown).expect("JSON");
    commits.iter().fold(text, |text, (sha, name)| text.replace(sha, name))
}

/// Compares with an inline snapshot that is the same on both set-ups.
macro_rules! assert_shown {
    ($shown:expr, @$snapshot:literal) => {{
        let shown = $shown;
        insta::allow_duplicates! { insta::assert_snapshot!(shown, @$snapshot) };
    }};
}
use assert_shown;

/// A file whose frontmatter never ends.
const BROKEN: &str = "---\ndescription: never closed\n";
const STYLE: &str = ".cursor/rules/style.mdc";
const REVIEWER: &str = ".cursor/agents/reviewer.md";

/// A rule that names so many files which are not there.
fn lost(number: usize) -> String {
    (0..number).map(|number| format!("See [this](missing-{number}.mdc).\n")).collect()
}

/// Files of two good definitions.
fn good() -> Repo {
    Repo::with(&[(STYLE, "Use tabs."), (REVIEWER, "---\nname: reviewer\ndescription: Reviews.\n---\nReview.")])
}
