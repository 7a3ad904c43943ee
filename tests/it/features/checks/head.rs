//! Commits of the branch that is followed.

use super::*;
use crate::support::Setup;
use dotcursor::sandbox::Endpoint;

async fn a_good_push_tells_what_was_synced(setup: Setup) {
    let app = TestApp::start_with(setup, &[("DOTCURSOR_PUBLIC_URL", "https://dotcursor.example.com/")]).await;
    let repo = good();
    let (id, workspace) = app.install(&repo, "octo/web").await;
    let first = check_on(&app, id, &repo.head()).await;
    assert_eq!(first.output("title"), Some("2 definitions synced (2 added)"));

    app.github.reset_calls();
    repo.git(&["mv", ".cursor/agents/reviewer.md", ".cursor/agents/careful.md"]);
    repo.remove(STYLE);
    let head = repo.commit(&[(".cursor/commands/land.md", "Land it."), (".cursor/rules/other.mdc", "Other.")]);
    app.announce(id).await;
    let run = check_on(&app, id, &head).await;
    assert_eq!(app.github.calls().of(Endpoint::CheckRun), 1);
    assert_eq!(
        run.text("details_url"),
        Some(&*format!("https://dotcursor.example.com/api/workspaces/{workspace}/sync/status"))
    );
    assert_shown!(shown(&run, &[(&head, "[head]"), (&workspace, "[workspace]")]), @r#"
    {
      "name": "dotcursor",
      "conclusion": "success",
      "title": "4 definitions synced (2 added, 1 moved, 1 removed)",
      "summary": [
        "The registry is at `[head]` of `main`.",
        "",
        "| | agents | commands | rules | skills |",
        "|---|---|---|---|---|",
        "| added |  | 1 | 1 |  |",
        "| moved | 1 |  |  |  |",
        "| removed |  |  | 1 |  |",
        "",
        "- added command `land`: `.cursor/commands/land.md`",
        "- added rule `other`: `.cursor/rules/other.mdc`",
        "- moved agent `reviewer`: `.cursor/agents/reviewer.md` → `.cursor/agents/careful.md`",
        "- removed rule `style`: `.cursor/rules/style.mdc`",
        "",
        "[How all of it stands in the registry](https://dotcursor.example.com/api/workspaces/[workspace]/sync/status)"
      ],
      "annotations": []
    }
    "#);

    // Nothing of ours, nothing to tell.
    let head = repo.commit(&[("README.md", "Words.")]);
    app.announce(id).await;
    app.caught_up(&workspace, &head).await;
    let next = repo.commit(&[(".cursor/rules/other.mdc", "Another.")]);
    app.announce(id).await;
    let run = check_on(&app, id, &next).await;
    assert_eq!(run.output("title"), Some("1 definition synced (1 changed)"));
    assert!(on(&app, id, &head).is_empty());
}

async fn a_broken_push_tells_where_and_how_to_mend_it(setup: Setup) {
    let app = TestApp::start(setup).await;
    let repo = good();
    let (id, _) = app.install(&repo, "octo/web").await;
    check_on(&app, id, &repo.head()).await;
    repo.write(".cursor/rules/typo.mdc", "---\nalways_apply: true\n---\nSee [style](style.mdc).");
    let head = repo.commit(&[(STYLE, BROKEN)]);
    app.announce(id).await;
    let run = check_on(&app, id, &head).await;
    assert_shown!(shown(&run, &[(&head, "[head]")]), @r#"
    {
      "name": "dotcursor",
      "conclusion": "failure",
      "title": "2 definitions synced (1 added, 1 changed), 1 error, 1 warning",
      "summary": [
        "The registry is at `[head]` of `main`.",
        "",
        "| | agents | commands | rules | skills |",
        "|---|---|---|---|---|",
        "| added |  |  | 1 |  |",
        "| changed |  |  | 1 |  |",
        "",
        "- added rule `typo`: `.cursor/rules/typo.mdc`",
        "- changed rule `style`: `.cursor/rules/style.mdc`",
        "",
        "**1 error.** The last good version of such a file, if it has one, stays in force until the file is mended.",
        "",
        "**1 warning.** The file is read, but Cursor probably does something else than is meant.",
        "",
        "| code | times | what it means | how to mend it |",
        "|---|---|---|---|",
        "| `frontmatter-unclosed` | 1 | `---` opens a frontmatter, keys follow, and no second `---` ends it. Cursor cannot read such a file. | Add the closing line. |",
        "| `misspelt-key` | 1 | A key is known under a slightly different name (`always_apply`, `glob`). | Use the known name. |"
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
          "path": ".cursor/rules/typo.mdc",
          "start_line": 2,
          "end_line": 2,
          "annotation_level": "warning",
          "title": "misspelt-key",
          "message": "`always_apply` is not a key; `alwaysApply` is.\nWrite `alwaysApply`."
        }
      ]
    }
    "#);

    // Still broken, though this push is about something else; and a reference that it breaks.
    repo.remove(REVIEWER);
    let head = repo.commit(&[(".cursor/commands/land.md", "---\ndepends_on: [reviewer]\n---\nLand it.")]);
    app.announce(id).await;
    let run = check_on(&app, id, &head).await;
    assert_eq!(run.output("title"), Some("2 definitions synced (1 added, 1 removed), 1 error, 1 warning"));
    assert_eq!(run.annotations[0]["path"], STYLE);

    let head = repo.commit(&[(STYLE, "Use spaces."), (".cursor/commands/land.md", "Land it.")]);
    app.announce(id).await;
    let run = check_on(&app, id, &head).await;
    assert_eq!((run.text("conclusion"), run.annotations.len()), (Some("success"), 0));
}

/// It is called by its file then, until it is mended: who names it otherwise did nothing, and is told.
async fn who_names_what_breaks_or_is_mended_is_told(setup: Setup) {
    let app = TestApp::start(setup).await;
    let land = ".cursor/skills/land/SKILL.md";
    let good = "---\nname: bring-home\ndescription: Lands a change.\n---\nText.";
    let asks = |name: &str| format!("---\nname: asks-{name}\ndescription: Asks.\nskills: [{name}]\n---\nReview.");
    let (by_name, by_file) = (".cursor/agents/by-name.md", ".cursor/agents/by-file.md");
    let repo = Repo::with(&[(land, good), (by_name, asks("bring-home").as_str())]);
    let (id, _) = app.install(&repo, "octo/web").await;
    check_on(&app, id, &repo.head()).await;
    let missing = async |head: String| {
        app.announce(id).await;
        let run = check_on(&app, id, &head).await;
        let found = run.annotations.iter().filter(|one| one["title"] == "reference-missing");
        found.map(|one| one["path"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(missing(repo.commit(&[(land, BROKEN), (by_file, &asks("land"))])).await, [by_name]);
    let still = format!("{BROKEN} ");
    assert_eq!(missing(repo.commit(&[(land, &still)])).await, Vec::<String>::new(), "told already");
    assert_eq!(missing(repo.commit(&[(land, good)])).await, [by_file]);
    let more = format!("{good} More.");
    assert_eq!(missing(repo.commit(&[(land, &more)])).await, Vec::<String>::new(), "told already");
}

async fn ten_thousand_findings_cost_a_bounded_number_of_calls(setup: Setup) {
    let app = TestApp::start(setup).await;
    let repo = good();
    let (id, _) = app.install(&repo, "octo/wide").await;
    check_on(&app, id, &repo.head()).await;
    (0..100).for_each(|number| repo.write(&format!(".cursor/rules/many/r{number:02}.mdc"), lost(100)));
    let head = repo.commit(&[(STYLE, BROKEN)]);
    app.github.reset_calls();
    app.announce(id).await;
    let run = check_on(&app, id, &head).await;
    assert_eq!(run.annotations.len(), 200);
    assert_eq!(run.annotations[0]["annotation_level"], "failure");
    assert_eq!(app.github.calls().of(Endpoint::CheckRun), 4);
    let summary = run.output("summary").unwrap_or_default();
    assert!(summary.contains("Of 10,001 findings the 200 gravest are annotated."), "{summary}");
    assert!(summary.contains("- and 51 more\n"), "{summary}");
    assert_eq!(run.output("title"), Some("101 definitions synced (100 added, 1 changed), 1 error, 10,000 warnings"));
}

async fn who_asks_again_is_answered_on_the_same_check_run(setup: Setup) {
    let app = TestApp::start(setup).await;
    let repo = good();
    let (id, workspace) = app.install(&repo, "octo/web").await;
    check_on(&app, id, &repo.head()).await;
    let head = repo.commit(&[(STYLE, BROKEN)]);
    app.announce(id).await;
    let run = check_on(&app, id, &head).await;

    app.github.rerequest_check_run(run.id).await.expect("a webhook is sent");
    let again = changed(&app, id, &run).await;
    assert_eq!(again.output("title"), Some("1 of 2 in sync, 1 error"));
    assert_eq!((again.annotations.len(), on(&app, id, &head).len()), (1, 1));

    // All checks of the commit, while the branch has gone on without touching definitions.
    let next = repo.commit(&[("README.md", "Words.")]);
    app.announce(id).await;
    app.caught_up(&workspace, &next).await;
    app.github.rerequest_check_suite(id, &head).await.expect("a webhook is sent");
    eventually("the suite to be answered", async || {
        let title = on(&app, id, &head)[0].output("title").map(str::to_owned);
        let calls = app.github.calls().of(Endpoint::CheckRun);
        if calls >= 4 { Ok(()) } else { Err(format!("{title:?} {calls}")) }
    })
    .await;
    assert_eq!(on(&app, id, &head).len(), 1);
}

on_both_setups! {
    a_good_push_tells_what_was_synced,
    a_broken_push_tells_where_and_how_to_mend_it,
    who_names_what_breaks_or_is_mended_is_told,
    ten_thousand_findings_cost_a_bounded_number_of_calls,
    who_asks_again_is_answered_on_the_same_check_run,
}
