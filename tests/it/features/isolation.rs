//! What befalls one file, one repository or one process must not hold up the others.

use crate::support::app::ADMIN_TOKEN;
use crate::support::wait::eventually;
use crate::support::{Repo, Setup, TestApp};
use dotcursor::hold::{Point, arm};
use dotcursor::model::RepositoryId;
use dotcursor::sandbox::DeliveryMode;
use reqwest::Method;
use serde_json::Value;

const STYLE: &str = ".cursor/rules/style.mdc";

async fn scene(setup: Setup) -> (TestApp, Repo, i64, String) {
    let app = TestApp::start_with(setup, &[("DOTCURSOR_READ_LAG", "0s")]).await;
    let repo = Repo::with(&[(STYLE, "A.")]);
    let (id, workspace) = app.install(&repo, "octo/scene").await;
    (app, repo, id, workspace)
}

/// Of a batch that the database refuses, only the file that is to blame stays behind, in sight.
async fn a_file_that_cannot_be_stored_stands_alone(setup: Setup) {
    let (app, repo, id, workspace) = scene(setup).await;
    let refuse = match setup {
        Setup::Embedded => {
            "CREATE TRIGGER refuse BEFORE INSERT ON definitions WHEN NEW.path LIKE '%poison%' \
             BEGIN SELECT RAISE(ABORT, 'refused by the test'); END"
        }
        Setup::Distributed => "ALTER TABLE definitions ADD CONSTRAINT refuse CHECK (path NOT LIKE '%poison%')",
    };
    app.tamper(refuse).await;
    repo.commit(&[
        (".cursor/rules/before.mdc", "Good."),
        (".cursor/rules/poison.mdc", "Bad."),
        (".cursor/rules/zebra.mdc", "Good."),
    ]);
    app.announce(id).await;
    eventually("the good files, and what is wrong with the other", async || {
        let names = app.names(&workspace, "rules").await;
        let status = app.get(&format!("/api/workspaces/{workspace}/sync/status")).await;
        let problems = status["data"]["problems"].as_array().cloned().unwrap_or_default();
        let told = problems.iter().any(|problem| {
            problem["path"] == ".cursor/rules/poison.mdc"
                && problem["message"].as_str().is_some_and(|text| text.contains("cannot be stored"))
        });
        if told && names == ["before", "style", "zebra"] { Ok(()) } else { Err(format!("{names:?} {status}")) }
    })
    .await;
}

/// A path that no index takes is ignored with its reason, and what lies beside it is read.
async fn a_path_of_thousands_of_bytes_is_ignored(setup: Setup) {
    let (app, repo, id, workspace) = scene(setup).await;
    // Git on this machine takes a path of 4,096 bytes; without repetition, so that no compression makes it short.
    let folder =
        |seed: usize| (0..200).map(|n| char::from(b'a' + ((n * n * 7 + n * seed + seed) % 26) as u8)).collect();
    let deep: Vec<String> = (1..=17).map(folder).collect();
    let path = format!(".cursor/rules/{}/x.mdc", deep.join("/"));
    let head = repo.commit(&[(&path, "Deep."), (".cursor/rules/other.mdc", "Other.")]);
    app.announce(id).await;
    let status = app.settled(&workspace, &head).await;
    assert_eq!(app.names(&workspace, "rules").await, ["other", "style"]);
    let ignored = &status["data"]["repositories"][0]["ignored"];
    assert!(ignored.to_string().contains("path-too-long"), "{ignored}");
}

/// Imports that are slow to download do not keep planners from a push elsewhere.
async fn a_push_does_not_wait_for_imports(setup: Setup) {
    let (app, repo, id, workspace) = scene(setup).await;
    let mut importing = Vec::new();
    for number in 0..10 {
        let large = Repo::with(&[(STYLE, "Large.")]);
        let large_id = app.host(&large, &format!("octo/large{number}"));
        let fetching = arm(Point::HandingOut, RepositoryId::new(large_id));
        app.github.announce_repository(large_id).await.expect("a webhook is sent");
        importing.push((fetching, large));
    }
    for (fetching, _) in importing.iter().take(4) {
        fetching.reached().await;
    }
    let head = repo.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    // One that threw something away is waited for no less.
    repo.reset("HEAD~1");
    let head = repo.commit(&[(STYLE, "C.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    for (fetching, large) in importing {
        drop(fetching);
        drop(large);
    }
}

/// Who asks for a sync while the tree is being read is not answered by that reading.
async fn a_sync_asked_for_during_a_reading_reads_again(setup: Setup) {
    let (app, repo, id, workspace) = scene(setup).await;
    app.github.set_delivery_mode(DeliveryMode::Never);
    let sync = async || {
        let (status, body) = app.request(Method::POST, &format!("/api/workspaces/{workspace}/sync"), ADMIN_TOKEN).await;
        assert_eq!(status, 202, "{body}");
        body["data"][0]["id"].as_str().expect("a run").to_owned()
    };
    let reading = arm(Point::Compared, RepositoryId::new(id));
    let first = sync().await;
    reading.reached().await;
    repo.commit(&[(STYLE, "B.")]);
    let second = sync().await;
    assert_ne!(first, second, "the first has begun to read");
    assert_eq!(sync().await, second, "the second has not");
    drop(reading);
    eventually("both runs to end", async || {
        let runs = [app.get(&format!("/api/runs/{first}")).await, app.get(&format!("/api/runs/{second}")).await];
        if runs.iter().all(|run| run["data"]["status"] == "completed") { Ok(()) } else { Err(format!("{runs:?}")) }
    })
    .await;
    assert_eq!(app.definition(&workspace, "rules", "style").await["content"], "B.");
}

/// While versions change: a task that a planner of another version made is not stored under that version's promise.
async fn a_task_of_another_reader_waits(setup: Setup) {
    let (app, repo, id, workspace) = scene(setup).await;
    let planned = arm(Point::Planned, RepositoryId::new(id));
    let head = repo.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    planned.reached().await;
    app.tamper("UPDATE sync_queue SET seen = 'of another reader'").await;
    drop(planned);
    eventually("the task to wait", async || {
        let status = app.get(&format!("/api/workspaces/{workspace}/sync/status")).await;
        if status.to_string().contains("another version") { Ok(()) } else { Err(status.to_string()) }
    })
    .await;
    assert_eq!(app.definition(&workspace, "rules", "style").await["content"], "A.");
    // The newer process, or the older one when it is alone again, looks at its start.
    app.tamper("UPDATE repositories SET reader = reader - 1").await;
    let (status, body) = app.request(Method::POST, &format!("/api/workspaces/{workspace}/sync"), ADMIN_TOKEN).await;
    assert_eq!(status, 202, "{body}");
    app.settled(&workspace, &head).await;
    assert_eq!(app.definition(&workspace, "rules", "style").await["content"], "B.");
}

/// What an older reader has compared, and stored, is compared again though the head is the same.
async fn what_another_reader_compared_is_read_again(setup: Setup) {
    let (app, _repo, _, workspace) = scene(setup).await;
    let before = app.definition(&workspace, "rules", "style").await;
    app.tamper("UPDATE definitions SET seen = 'of another reader', content = 'misread'").await;
    app.tamper("UPDATE repositories SET reader = reader - 1").await;
    app.request(Method::POST, &format!("/api/workspaces/{workspace}/sync"), ADMIN_TOKEN).await;
    let content: &Value = &before["content"];
    eventually("the file to be read again", async || {
        let now = app.definition(&workspace, "rules", "style").await;
        if &now["content"] == content { Ok(()) } else { Err(now.to_string()) }
    })
    .await;
}

/// An event about a repository that a planner holds does not keep pushes from being written down.
#[tokio::test(flavor = "multi_thread")]
async fn distributed_pushes_do_not_wait_behind_an_installation_event() {
    let (app, repo, id, workspace) = scene(Setup::Distributed).await;
    let other = Repo::with(&[(STYLE, "Other.")]);
    let (other_id, _) = app.install(&other, "octo/other").await;
    let held = app.hold_row(&format!("SELECT id FROM repositories WHERE id = {other_id} FOR UPDATE")).await;
    let removing = app.github.remove_repository(other_id);
    let pushing = async {
        let head = repo.commit(&[(STYLE, "B.")]);
        app.announce(id).await;
        app.settled(&workspace, &head).await;
        drop(held);
    };
    let (removed, ()) = tokio::join!(removing, pushing);
    removed.expect("a webhook is sent");
}

crate::features::on_both_setups! {
    a_file_that_cannot_be_stored_stands_alone,
    a_path_of_thousands_of_bytes_is_ignored,
    a_push_does_not_wait_for_imports,
    a_sync_asked_for_during_a_reading_reads_again,
    a_task_of_another_reader_waits,
    what_another_reader_compared_is_read_again,
}
