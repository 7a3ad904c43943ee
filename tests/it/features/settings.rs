//! What owners say in `.cursor/dotcursor.yaml`, end to end.

use crate::support::{Repo, Setup, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

const FILE: &str = ".cursor/dotcursor.yaml";
const STYLE: &str = ".cursor/rules/style.mdc";
const REVIEWER: &str = ".claude/agents/reviewer.md";

struct Scene {
    app: TestApp,
    repo: Repo,
    id: i64,
    workspace: String,
}

impl Scene {
    async fn of(setup: Setup, files: &[(&str, &str)]) -> Self {
        let app = TestApp::start(setup).await;
        let repo = Repo::with(files);
        let (id, workspace) = app.install(&repo, "octo/web").await;
        Self { app, repo, id, workspace }
    }

    /// Commits, and waits until all of it is in; returns the sync status.
    async fn push(&self, files: &[(&str, &str)]) -> Value {
        let head = self.repo.commit(files);
        self.app.announce(self.id).await;
        self.app.settled(&self.workspace, &head).await["data"].clone()
    }

    async fn names(&self) -> [Vec<String>; 4] {
        let mut all = Vec::new();
        for kind in ["agents", "commands", "rules", "skills"] {
            all.push(self.app.names(&self.workspace, kind).await);
        }
        all.try_into().expect("four kinds")
    }
}

fn names(of: [&[&str]; 4]) -> [Vec<String>; 4] {
    of.map(|names| names.iter().map(|name| (*name).to_owned()).collect())
}

async fn settings_say_which_files_are_definitions_and_how_they_are_called(setup: Setup) {
    let scene = Scene::of(
        setup,
        &[
            (STYLE, "Style."),
            (".cursor/rules/old/gone.mdc", "Old."),
            (REVIEWER, "---\nname: reviewer\ndescription: Reviews.\nskills: [land]\n---\nReview."),
            (".agents/skills/land/SKILL.md", "---\nname: land\ndescription: Lands.\n---\nLand."),
            ("prompts/git/ship.md", "Ship it."),
        ],
    )
    .await;
    assert_eq!(scene.names().await, names([&[], &[], &["old-gone", "style"], &[]]));
    let style = scene.app.definition(&scene.workspace, "rules", "style").await;

    let text = "prefix: web\nexclude: .cursor/rules/old/\nfolders: [.claude/agents, .agents/skills]\n\
                include: {commands: \"prompts/**/*.md\"}\n";
    let status = scene.push(&[(FILE, text)]).await;
    assert_eq!((&status["status"], &status["problems"]), (&json!("synced"), &json!([])));
    assert_eq!(scene.names().await, names([&["web-reviewer"], &["web-git-ship"], &["web-style"], &["web-land"]]));
    let renamed = scene.app.definition(&scene.workspace, "rules", "web-style").await;
    assert_eq!((&renamed["id"], &renamed["version"]), (&style["id"], &json!(1)), "a new name is no new text");
    let needs = format!("/api/workspaces/{}/agents/web-reviewer/dependencies", scene.workspace);
    let needs = scene.app.get(&needs).await["data"].to_string();
    assert!(needs.contains("web-land"), "{needs}");
    assert_eq!(status["repositories"][0]["settings"]["include"], json!({"commands": ["prompts/**/*.md"]}));
    let ignored = status["repositories"][0]["ignored"].to_string();
    assert!(ignored.contains("excluded"), "{ignored}");

    // What lies elsewhere is followed by pushes, and read again as it was when somebody asks.
    scene.push(&[(REVIEWER, "---\nname: reviewer\ndescription: Reviews well.\n---\nReview.")]).await;
    let agent = scene.app.definition(&scene.workspace, "agents", "web-reviewer").await;
    assert_eq!((&agent["description"], &agent["version"]), (&json!("Reviews well."), &json!(2)));
    scene.push(&[("prompts/git/land.md", "Land it.")]).await;
    let path = format!("/api/workspaces/{}/agents/web-reviewer", scene.workspace);
    let edit = json!({"content": "---\nname: reviewer\ndescription: By hand.\n---\nReview."});
    let (status, _) = scene.app.send(Method::PUT, &path, Some("*"), &edit).await;
    assert_eq!(status, 200);
    assert_eq!(scene.app.definition(&scene.workspace, "agents", "web-reviewer").await["edited"], true);

    // Broken settings leave the last good ones in force, and say so.
    let status = scene.push(&[(FILE, "prefix: Web\nfolder: x\n"), (STYLE, "Style again.")]).await;
    assert_eq!(status["status"], "error");
    let problems: Vec<String> = status["problems"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| format!("{}:{} {}", one["path"], one["line"], one["code"]).replace('"', ""))
        .collect();
    assert_eq!(
        problems,
        [format!("{FILE}:1 settings-wrong-value"), format!("{FILE}:2 settings-unknown-key")],
        "{status}"
    );
    assert_eq!(scene.app.definition(&scene.workspace, "rules", "web-style").await["version"], 2);

    // Without settings all is as it was. An edit of what has gone waits for somebody who takes a side.
    scene.repo.remove(FILE);
    scene.push(&[]).await;
    assert_eq!(scene.names().await, names([&["web-reviewer"], &[], &["old-gone", "style"], &[]]));
    assert_eq!(scene.app.definition(&scene.workspace, "rules", "style").await["id"], style["id"]);
    let audit = scene.app.get(&format!("/api/workspaces/{}/audit", scene.workspace)).await["data"].to_string();
    assert!(audit.contains("repository.settings"), "{audit}");
}

async fn a_broken_file_is_called_by_the_settings_too(setup: Setup) {
    let scene = Scene::of(
        setup,
        &[(STYLE, "See `.cursor/rules/none.mdc`."), (".cursor/rules/a.mdc", "---\nrules: [style]\n---\nA.")],
    )
    .await;
    scene.push(&[(STYLE, "---\nnever: closed\n")]).await;
    for (settings, name) in [("prefix: web\n", "web-style"), ("prefix: app\n", "app-style"), ("", "style")] {
        scene.push(&[(FILE, settings)]).await;
        let rule = scene.app.definition(&scene.workspace, "rules", name).await;
        assert_eq!((&rule["syncStatus"], &rule["version"]), (&json!("error"), &json!(1)));
        assert_eq!(rule["content"], "See `.cursor/rules/none.mdc`.");
        let other = scene.app.definition(&scene.workspace, "rules", &name.replace("style", "a")).await;
        assert!(!other["diagnostics"].to_string().contains("reference-missing"), "{name}: {other}");
    }
}

async fn another_branch_may_be_followed(setup: Setup) {
    let scene = Scene::of(setup, &[(STYLE, "Main.")]).await;
    scene.repo.git(&["branch", "release"]);
    scene.app.announce(scene.id).await;
    let commit_on_release = |text: &str| {
        scene.repo.git(&["checkout", "--quiet", "release"]);
        let head = scene.repo.commit(&[(STYLE, text)]);
        scene.repo.git(&["checkout", "--quiet", "main"]);
        head
    };
    let head = commit_on_release("Release.");
    scene.repo.commit(&[(FILE, "branch: release\n")]);
    scene.app.announce(scene.id).await;
    scene.app.settled(&scene.workspace, &head).await;
    let content = async || scene.app.definition(&scene.workspace, "rules", "style").await["content"].clone();
    assert_eq!(content().await, "Release.");
    assert_eq!(scene.app.definition(&scene.workspace, "rules", "style").await["sourceBranch"], "release");

    let head = commit_on_release("Release again.");
    scene.app.announce(scene.id).await;
    scene.app.settled(&scene.workspace, &head).await;
    scene.repo.commit(&[(STYLE, "Main again.")]);
    scene.app.announce(scene.id).await;
    scene.app.settled(&scene.workspace, &head).await;
    assert_eq!(content().await, "Release again.");

    // A name that no branch has: the default branch is followed, and everybody is told.
    let status = scene.push(&[(FILE, "# ours\nbranch: relaese\n")]).await;
    assert_eq!(content().await, "Main again.");
    let problem = &status["problems"][0];
    assert_eq!((&problem["code"], &problem["line"]), (&json!("settings-branch-missing"), &json!(2)), "{status}");
    assert_eq!(scene.push(&[(STYLE, "More.")]).await["status"], "error");
    assert_eq!(content().await, "More.");
    scene.repo.git(&["branch", "relaese", "release"]);
    scene.app.announce(scene.id).await;
    let status = scene.app.settled(&scene.workspace, &head).await;
    assert_eq!((&status["data"]["status"], content().await), (&json!("synced"), json!("Release again.")));
}

async fn an_organisation_speaks_for_its_repositories(setup: Setup) {
    let scene = Scene::of(setup, &[(STYLE, "Style."), (FILE, "check: strict\n")]).await;
    let common = Repo::with(&[(FILE, "prefix: octo\nbranch: none\n"), (".cursor/rules/all.mdc", "All.")]);
    let (common_id, common_workspace) = scene.app.install(&common, "octo/.github").await;
    let called = async |name: &str| {
        crate::support::wait::eventually(&format!("a rule {name}"), async || {
            let names = scene.app.names(&scene.workspace, "rules").await;
            if names == [name] { Ok(()) } else { Err(format!("{names:?}")) }
        })
        .await;
    };
    called("octo-style").await;
    let status = scene.app.settled(&scene.workspace, &scene.repo.head()).await;
    assert_eq!(status["data"]["problems"], json!([]), "branches are each repository's own");

    let head = common.commit(&[(FILE, "prefix: hexa\nconflicts: github\n")]);
    scene.app.announce(common_id).await;
    scene.app.settled(&common_workspace, &head).await;
    assert_eq!(scene.app.names(&common_workspace, "rules").await, ["hexa-all"]);
    called("hexa-style").await;

    // Who wins in a conflict: the owner's word goes before the organisation's, and settles what stands.
    let path = format!("/api/workspaces/{}/rules/hexa-style", scene.workspace);
    let edit = async |text: &str| scene.app.send(Method::PUT, &path, Some("*"), &json!({"content": text})).await.0;
    let stands = async || {
        let rule = scene.app.definition(&scene.workspace, "rules", "hexa-style").await;
        (rule["content"].clone(), rule["edited"].clone(), rule["syncStatus"].clone())
    };
    assert_eq!(edit("By hand.").await, 200);
    scene.push(&[(STYLE, "By git.")]).await;
    assert_eq!(stands().await, (json!("By git."), json!(false), json!("synced")));
    scene.push(&[(FILE, "conflicts: ask\n")]).await;
    assert_eq!(edit("By hand.").await, 200);
    scene.push(&[(STYLE, "By git again.")]).await;
    assert_eq!(stands().await, (json!("By hand."), json!(true), json!("conflict")));
    scene.push(&[(FILE, "conflicts: local\n")]).await;
    assert_eq!(stands().await, (json!("By hand."), json!(true), json!("synced")));

    // What it speaks for goes by its name.
    scene.app.github.rename_repository(common_id, "octo/common").await.expect("a webhook is sent");
    called("style").await;
    scene.app.github.rename_repository(common_id, "octo/.github").await.expect("a webhook is sent");
    called("hexa-style").await;

    // The owner is called otherwise, and its repositories one after the other: nothing is other than before meanwhile.
    let ruled = async || {
        let audit = scene.app.get(&format!("/api/workspaces/{}/audit", scene.workspace)).await["data"].to_string();
        audit.matches("repository.settings").count()
    };
    let before = ruled().await;
    scene.app.github.rename_repository(scene.id, "corp/web").await.expect("a webhook is sent");
    crate::support::wait::eventually("its new name", async || {
        let path = "/api/repositories/corp/web";
        let (status, body) = scene.app.request(Method::GET, path, crate::support::app::ADMIN_TOKEN).await;
        if status == 200 { Ok(()) } else { Err(body.to_string()) }
    })
    .await;
    scene.app.github.rename_repository(common_id, "corp/.github").await.expect("a webhook is sent");
    scene.push(&[("readme.md", "Ours.")]).await;
    called("hexa-style").await;
    assert_eq!(ruled().await, before);

    scene.app.github.remove_repository(common_id).await.expect("a webhook is sent");
    called("style").await;
}

on_both_setups! {
    settings_say_which_files_are_definitions_and_how_they_are_called,
    a_broken_file_is_called_by_the_settings_too,
    another_branch_may_be_followed,
    an_organisation_speaks_for_its_repositories,
}
