//! Pull requests: what would come of them, without storing anything.

use super::*;
use crate::support::Setup;
use dotcursor::sandbox::{Endpoint, PullSpec};

pub(super) fn opened(number: i64) -> PullSpec {
    PullSpec { number, action: "opened", base: "main".into(), before: None, fork: None }
}

/// Commits on a branch of its own, as pull request `number`; the folder is at main again after that.
pub(super) fn propose(repo: &Repo, number: i64, change: impl FnOnce(&Repo)) -> String {
    repo.git(&["checkout", "--quiet", "-B", "change"]);
    change(repo);
    let head = repo.commit_all();
    repo.git(&["update-ref", &format!("refs/pull/{number}/head"), &head]);
    repo.git(&["checkout", "--quiet", "main"]);
    repo.git(&["branch", "--quiet", "-D", "change"]);
    head
}

async fn a_pull_request_tells_what_would_change(setup: Setup) {
    let app = TestApp::start(setup).await;
    let repo = good();
    repo.commit(&[(".cursor/commands/land.md", "---\ndepends_on: [reviewer]\n---\nLand it.")]);
    let (id, workspace) = app.install(&repo, "octo/web").await;
    check_on(&app, id, &repo.head()).await;
    let head = propose(&repo, 7, |repo| {
        repo.remove(REVIEWER);
        repo.write(STYLE, BROKEN);
        repo.write(".cursor/agents/taken.md", "---\nname: fresh\ndescription: Fresh.\n---\nSee [none](none.md).");
        repo.write(".cursor/agents/second.md", "---\nname: fresh\ndescription: The same name.\n---\nWork.");
        repo.write(".cursor/rules/style/RULE.md", "The name that the file had which is broken.");
    });
    // The base goes on meanwhile: that is no change of the pull request.
    let main = repo.commit(&[(".cursor/rules/meanwhile.mdc", "Meanwhile.")]);
    app.announce(id).await;
    app.settled(&workspace, &main).await;
    check_on(&app, id, &main).await;

    app.github.reset_calls();
    app.github.pull_request(id, opened(7)).await.expect("a webhook is sent");
    let run = check_on(&app, id, &head).await;
    let calls = app.github.calls();
    assert_eq!((calls.reads(), calls.of(Endpoint::CheckRun)), (4, 1));
    let inbox = app.get("/api/deliveries?outcome=check-owed").await;
    assert_eq!((&inbox["meta"]["total"], &inbox["data"][0]["event"]), (&json!(1), &json!("pull_request")));
    assert_shown!(shown(&run, &[(&head, "[head]")]), @r#"
    {
      "name": "dotcursor",
      "conclusion": "failure",
      "title": "5 definitions would change (3 added, 1 changed, 1 removed), 1 error, 3 warnings, 1 notice",
      "summary": [
        "Merged into `main`, this would change the registry as follows. Nothing is stored yet.",
        "",
        "| | agents | commands | rules | skills |",
        "|---|---|---|---|---|",
        "| added | 2 |  | 1 |  |",
        "| changed |  |  | 1 |  |",
        "| removed | 1 |  |  |  |",
        "",
        "- added agent `fresh`: `.cursor/agents/second.md`",
        "- added agent `fresh`: `.cursor/agents/taken.md`",
        "- added rule `style`: `.cursor/rules/style/RULE.md`",
        "- changed rule `style`: `.cursor/rules/style.mdc`",
        "- removed agent `reviewer`: `.cursor/agents/reviewer.md`",
        "",
        "**1 error.** Such a file would not take effect: its last good version, if it has one, would stay in force.",
        "",
        "**3 warnings.** The file is read, but Cursor probably does something else than is meant.",
        "",
        "| code | times | what it means | how to mend it |",
        "|---|---|---|---|",
        "| `frontmatter-unclosed` | 1 | `---` opens a frontmatter, keys follow, and no second `---` ends it. Cursor cannot read such a file. | Add the closing line. |",
        "| `name-conflict` | 1 | Another definition of this kind has the name: the one whose path is shallower, or comes first. | Give one of the two another name. |",
        "| `reference-missing` | 2 | The frontmatter or a link names a definition that is not there. | Correct the name, or add what it names. |",
        "| `folder-rule` | 1 | The rule is a `RULE.md` in a folder, which only some versions of Cursor read. | Rename it to a `.mdc` file. |"
      ],
      "annotations": [
        {
          "path": ".cursor/rules/style.mdc",
          "start_line": 1,
          "end_line": 1,
          "annotation_level": "failure",
          "title": "frontmatter-unclosed",
          "message": "The frontmatter that opens here is never closed.\nPut a line `---` behind the last key."
        },
        {
          "path": ".cursor/agents/taken.md",
          "start_line": 1,
          "end_line": 1,
          "annotation_level": "warning",
          "title": "name-conflict",
          "message": "The name fresh belongs to the agent .cursor/agents/second.md.\nGive one of the two another name."
        },
        {
          "path": ".cursor/agents/taken.md",
          "start_line": 5,
          "end_line": 5,
          "annotation_level": "warning",
          "title": "reference-missing",
          "message": "There is no agent .cursor/agents/none.md.\nCorrect the name, or add what it names."
        }
      ]
    }
    "#);
    assert_eq!(app.names(&workspace, "agents").await, ["reviewer"], "nothing is stored");

    // Mended by another commit: the old check stays as it is.
    let next = propose(&repo, 7, |repo| repo.write(STYLE, "Use spaces."));
    let again = PullSpec { action: "synchronize", before: Some(head.clone()), ..opened(7) };
    app.github.pull_request(id, again).await.expect("a webhook is sent");
    let run = check_on(&app, id, &next).await;
    assert_eq!(run.output("title"), Some("1 definition would change (1 changed)"));
    assert_eq!(run.text("conclusion"), Some("success"));

    // Merged as it is, the commit is the head of the branch, and its check says so.
    repo.git(&["update-ref", "refs/heads/main", &next]);
    app.announce(id).await;
    eventually("the check of the branch", async || {
        let title = on(&app, id, &next).iter().find_map(|run| run.output("title").map(str::to_owned));
        if title.as_deref().is_some_and(|title| title.contains("synced")) { Ok(()) } else { Err(format!("{title:?}")) }
    })
    .await;
    assert_eq!(on(&app, id, &next).len(), 1);
}

async fn a_fork_is_looked_at_too_and_what_is_not_ours_is_left_alone(setup: Setup) {
    let app = TestApp::start(setup).await;
    let repo = good();
    let (id, _) = app.install(&repo, "octo/web").await;
    check_on(&app, id, &repo.head()).await;
    let fork = Repo::init();
    let origin = repo.path().display().to_string();
    fork.git(&["pull", "--quiet", &origin, "main"]);
    let head = fork.commit(&[(STYLE, "Use spaces.")]);
    let fork_path = fork.path().display().to_string();
    // As GitHub has the heads of forks.
    repo.git(&["fetch", "--quiet", &fork_path, "main:refs/pull/1/head"]);
    let spec = PullSpec { fork: Some("stranger/web".into()), ..opened(1) };
    app.github.pull_request(id, spec).await.expect("a webhook is sent");
    let run = check_on(&app, id, &head).await;
    assert_eq!(run.output("title"), Some("1 definition would change (1 changed)"));

    let plain = propose(&repo, 2, |repo| repo.write("README.md", "Words."));
    let last = propose(&repo, 3, |repo| repo.remove(STYLE));
    app.github.reset_calls();
    app.github.pull_request(id, opened(2)).await.expect("a webhook is sent");
    app.github.pull_request(id, opened(3)).await.expect("a webhook is sent");
    check_on(&app, id, &last).await;
    assert!(on(&app, id, &plain).is_empty());
    assert_eq!(app.github.calls().of(Endpoint::Compare), 2);
}

/// GitHub only adds annotations: other ones need another check run of the same name.
async fn what_is_annotated_otherwise_is_another_check_run(setup: Setup) {
    let app = TestApp::start(setup).await;
    let repo = good();
    repo.commit(&[(".cursor/rules/broken.mdc", BROKEN)]);
    let (id, _) = app.install(&repo, "octo/web").await;
    check_on(&app, id, &repo.head()).await;
    let head = propose(&repo, 4, |repo| repo.write(".cursor/rules/lost.mdc", lost(1)));
    app.github.pull_request(id, opened(4)).await.expect("a webhook is sent");
    let pull = check_on(&app, id, &head).await;
    assert_eq!((pull.text("conclusion"), pull.annotations.len()), (Some("neutral"), 1));

    repo.git(&["merge", "--quiet", "--ff-only", &head]);
    app.announce(id).await;
    let branch = eventually("the check of the branch", async || {
        let runs = on(&app, id, &head);
        let newest = runs.last().filter(|run| run.id != pull.id && run.text("conclusion").is_some());
        newest.cloned().ok_or_else(|| format!("{runs:?}"))
    })
    .await;
    assert_eq!((branch.text("conclusion"), branch.annotations.len()), (Some("failure"), 2));
}

on_both_setups! {
    a_pull_request_tells_what_would_change,
    what_is_annotated_otherwise_is_another_check_run,
    a_fork_is_looked_at_too_and_what_is_not_ours_is_left_alone,
}
