//! What owners say of check runs, and what is said of that.

use super::pull::{opened, propose};
use super::*;
use crate::support::Setup;

const FILE: &str = ".cursor/dotcursor.yaml";
const WARNED: &str = "---\nalways_apply: true\n---\nUse tabs.";

async fn settings_are_checked_and_say_how_checks_end(setup: Setup) {
    let app = TestApp::start(setup).await;
    let repo = good();
    let (id, workspace) = app.install(&repo, "octo/web").await;
    check_on(&app, id, &repo.head()).await;

    // Nothing but the settings: they are checked all the same, on their line.
    let head = repo.commit(&[(FILE, "# How we want it.\nchecks: strict\ncheck: hard\n")]);
    app.announce(id).await;
    let run = check_on(&app, id, &head).await;
    assert_shown!(shown(&run, &[(&head, "[head]")]), @r#"
    {
      "name": "dotcursor",
      "conclusion": "failure",
      "title": "2 of 2 in sync, 1 error, 1 warning",
      "summary": [
        "The registry is at `[head]` of `main`. Nothing has changed since the last check.",
        "",
        "**1 error.** The last good version of such a file, if it has one, stays in force until the file is mended.",
        "",
        "**1 warning.** The file is read, but Cursor probably does something else than is meant.",
        "",
        "| code | times | what it means | how to mend it |",
        "|---|---|---|---|",
        "| `settings-wrong-value` | 1 | A key of `.cursor/dotcursor.yaml` has a value that it cannot have. The settings that were read last stay in force. | Write one of the values that the message names. |",
        "| `settings-unknown-key` | 1 | `.cursor/dotcursor.yaml` has a key that means nothing. | Write the key that the message proposes, or remove it. |"
      ],
      "annotations": [
        {
          "path": ".cursor/dotcursor.yaml",
          "start_line": 3,
          "end_line": 3,
          "annotation_level": "failure",
          "title": "settings-wrong-value",
          "message": "`hard` is nothing that `check` can be.\nWrite one of `off`, `lenient`, `normal` and `strict`."
        },
        {
          "path": ".cursor/dotcursor.yaml",
          "start_line": 2,
          "end_line": 2,
          "annotation_level": "warning",
          "title": "settings-unknown-key",
          "message": "`checks` is no setting; it has no effect.\nWrite `check`, if that is meant."
        }
      ]
    }
    "#);

    let head = repo.commit(&[(FILE, "check: strict\n"), (STYLE, WARNED)]);
    app.announce(id).await;
    assert_eq!(
        check_on(&app, id, &head).await.text("conclusion"),
        Some("failure"),
        "warnings fail where that is wanted"
    );
    let head = repo.commit(&[(FILE, "check: lenient\n"), (STYLE, BROKEN)]);
    app.announce(id).await;
    assert_eq!(check_on(&app, id, &head).await.text("conclusion"), Some("neutral"));

    // A pull request is told what its settings would be.
    let head = propose(&repo, 3, |repo| repo.write(FILE, "prefix: [1]\n"));
    app.github.pull_request(id, opened(3)).await.expect("a webhook is sent");
    let run = check_on(&app, id, &head).await;
    assert_eq!(
        (run.text("conclusion"), run.output("title")),
        (Some("neutral"), Some("No definition would change, 1 error"))
    );
    assert_eq!((&run.annotations[0]["path"], &run.annotations[0]["start_line"]), (&json!(FILE), &json!(1)));

    let head = propose(&repo, 4, |repo| repo.write(FILE, "exclude: .cursor/agents/\ninclude: {commands: docs/*.md}\n"));
    app.github.pull_request(id, opened(4)).await.expect("a webhook is sent");
    let run = check_on(&app, id, &head).await;
    assert_eq!(run.output("title"), Some("1 definition would change (1 removed)"));

    let head = repo.commit(&[(FILE, "check: off\n"), (STYLE, "Good.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    let next = repo.commit(&[(FILE, "check: normal\n"), (STYLE, "Better.")]);
    app.announce(id).await;
    assert_eq!(check_on(&app, id, &next).await.text("conclusion"), Some("success"));
    assert!(on(&app, id, &head).is_empty());
}

crate::features::on_both_setups! { settings_are_checked_and_say_how_checks_end, }
