//! Who refers to whom, as the API tells it, and how it follows what is pushed.

use crate::convergence::compare;
use crate::support::app::ADMIN_TOKEN;
use crate::support::{Repo, Setup, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

const SHIP: &str = ".cursor/commands/ship.md";
const REVIEWER: &str = ".cursor/agents/reviewer.md";
const LAND: &str = ".cursor/skills/land/SKILL.md";
const STYLE: &str = ".cursor/rules/style.mdc";

fn files() -> Repo {
    let land = "---\nname: land\ndescription: Lands a change.\n---\nFollow [the style](mdc:.cursor/rules/style.mdc).";
    let reviewer = "---\nname: reviewer\ndescription: Reviews.\nskills: [land, gone]\n---\nReview.";
    Repo::with(&[
        (SHIP, "# Ship\nAsk the `reviewer` agent, then say `tabs`."),
        (REVIEWER, reviewer),
        (LAND, land),
        (STYLE, "Use tabs. `/ship` when you are done."),
    ])
}

async fn reached(app: &TestApp, workspace: &str, path: &str, key: &str) -> Vec<(String, u64)> {
    let body = app.get(&format!("/api/workspaces/{workspace}/{path}")).await;
    let list = body["data"][key].as_array().cloned().unwrap_or_default();
    let name = |one: &Value| one["name"].as_str().unwrap_or_default().to_owned();
    list.iter().map(|one| (name(one), one["depth"].as_u64().unwrap_or_default())).collect()
}

fn named(list: &[(&str, u64)]) -> Vec<(String, u64)> {
    list.iter().map(|(name, depth)| ((*name).to_owned(), *depth)).collect()
}

async fn what_a_definition_needs_and_what_needs_it(setup: Setup) {
    let app = TestApp::start(setup).await;
    let repo = files();
    let (id, workspace) = app.install(&repo, "octo/graph").await;
    let needs = reached(&app, &workspace, "commands/ship/dependencies", "dependencies").await;
    assert_eq!(needs, named(&[("reviewer", 1), ("land", 2), ("style", 3)]));
    let agents = reached(&app, &workspace, "commands/ship/dependencies?kind=agents", "dependencies").await;
    assert_eq!(agents, named(&[("reviewer", 1)]));
    let affected = reached(&app, &workspace, "skills/land/dependents?depth=1", "dependents").await;
    assert_eq!(affected, named(&[("reviewer", 1)]));
    let reviewer = app.get(&format!("/api/workspaces/{workspace}/agents/reviewer/dependencies")).await;
    assert_eq!(reviewer["data"]["missing"][0]["target"], "gone");
    assert_eq!(reviewer["data"]["cycle"].as_array().map(Vec::len), Some(4), "the style calls /ship");
    assert_eq!(reviewer["data"]["dependencies"][0]["referenceKinds"], json!(["explicit"]));

    // A name that was missing comes; one that was there goes; a definition is renamed.
    repo.write(".cursor/skills/gone/SKILL.md", "---\nname: gone\ndescription: Here now.\n---\nText.");
    repo.remove(STYLE);
    repo.write(LAND, "---\nname: bring-home\ndescription: Lands a change.\n---\nText.");
    let head = repo.commit_all();
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    let needs = reached(&app, &workspace, "commands/ship/dependencies", "dependencies").await;
    assert_eq!(needs, named(&[("reviewer", 1), ("gone", 2)]));
    let reviewer = app.get(&format!("/api/workspaces/{workspace}/agents/reviewer/dependencies")).await;
    assert_eq!(reviewer["data"]["missing"][0]["target"], "land");
    assert_eq!(reviewer["data"]["cycle"], Value::Null);

    let again = format!("/api/workspaces/{workspace}/commands/ship/resolve-deps");
    let (status, body) = app.request(Method::POST, &again, ADMIN_TOKEN).await;
    assert_eq!((status, body["data"]["dependencies"].as_array().map(Vec::len)), (200, Some(2)), "{body}");
}

/// Whichever texts were seen before a file broke, the others mean by their words what they mean in a clean import.
async fn a_reference_to_a_broken_file_goes_by_the_name_of_the_file(setup: Setup) {
    let skill = |name: &str| format!("---\nname: {name}\ndescription: Lands a change.\n---\nText.");
    let asks = |name: &str| format!("---\nname: asks-{name}\ndescription: Asks.\nskills: [{name}]\n---\nReview.");
    let app = TestApp::start(setup).await;
    let repo = Repo::with(&[
        (LAND, skill("bring-home").as_str()),
        (".cursor/agents/by-folder.md", asks("land").as_str()),
        (".cursor/agents/by-name.md", asks("bring-home").as_str()),
    ]);
    let (id, workspace) = app.install(&repo, "octo/graph").await;
    let missing = async |agent: &str| {
        let told = app.get(&format!("/api/workspaces/{workspace}/agents/{agent}/dependencies")).await;
        told["data"]["missing"].as_array().map(Vec::len)
    };
    let push = async |told: &str| {
        let head = repo.commit_all();
        app.announce(id).await;
        app.settled(&workspace, &head).await;
        compare::equals_a_clean_import(&app, &workspace, &repo, told).await;
        (missing("asks-land").await, missing("asks-bring-home").await)
    };
    let (there, gone) = (Some(0), Some(1));
    assert_eq!((missing("asks-land").await, missing("asks-bring-home").await), (gone, there), "good");

    repo.write(LAND, "---\nname: bring-home\nnever closed");
    assert_eq!(push("broken").await, (there, gone));
    assert_eq!(app.definition(&workspace, "skills", "bring-home").await["syncStatus"], "error", "tools find it still");

    repo.write("web/.cursor/skills/else/SKILL.md", skill("land"));
    assert_eq!(push("a good one takes the name of the file").await, (there, gone));
    let skills = reached(&app, &workspace, "agents/asks-land/dependencies", "dependencies").await;
    assert_eq!(skills, named(&[("land", 1)]), "the good one");

    repo.remove("web/.cursor/skills/else/SKILL.md");
    repo.write("web/.cursor/skills/land/SKILL.md", "---\nname: bring-home\nnever closed");
    assert_eq!(push("two broken ones").await, (there, gone));

    repo.remove(LAND);
    assert_eq!(push("the nearer one goes").await, (there, gone));

    repo.write("web/.cursor/skills/land/SKILL.md", skill("bring-home"));
    assert_eq!(push("mended").await, (gone, there));
}

async fn the_whole_graph_in_four_forms(setup: Setup) {
    let app = TestApp::start(setup).await;
    let (_, workspace) = app.install(&files(), "octo/graph").await;
    let graph = app.get(&format!("/api/workspaces/{workspace}/graph")).await["data"].clone();
    let lengths = ["nodes", "edges", "missing", "cycles"].map(|key| graph[key].as_array().map(Vec::len));
    assert_eq!(lengths, [Some(4), Some(4), Some(1), Some(1)], "{graph}");
    assert_eq!(graph["order"], Value::Null, "there is none in a cycle");
    for (format, begins) in [("mermaid", "flowchart LR"), ("dot", "digraph"), ("svg", "<svg ")] {
        let text = app.get(&format!("/api/workspaces/{workspace}/graph?format={format}")).await;
        let text = text.as_str().unwrap_or_default();
        assert!(text.starts_with(begins) && text.contains("reviewer"), "{format}: {text}");
    }
    let (status, body) =
        app.request(Method::GET, &format!("/api/workspaces/{workspace}/graph?format=png"), ADMIN_TOKEN).await;
    assert_eq!((status, &body["error"]["details"][0]["field"]), (400, &json!("format")));
}

async fn rules_that_are_attached_to_a_file(setup: Setup) {
    let app = TestApp::start(setup).await;
    let repo = Repo::with(&[
        (".cursor/rules/all.mdc", "---\nalwaysApply: true\n---\nAll."),
        (".cursor/rules/ts.mdc", "---\nglobs: **/*.ts\n---\nTypes."),
        (STYLE, "By hand."),
        ("apps/web/.cursor/rules/web.mdc", "---\nalwaysApply: true\n---\nWeb."),
    ]);
    let (_, workspace) = app.install(&repo, "octo/attached").await;
    for (path, expected) in [("src/a.ts", vec!["all", "ts"]), ("apps/web/a.css", vec!["all", "apps-web-web"])] {
        let body = app.get(&format!("/api/workspaces/{workspace}/rules?appliesTo={path}")).await;
        let names: Vec<&Value> = body["data"].as_array().into_iter().flatten().map(|one| &one["name"]).collect();
        assert_eq!((json!(names), &body["meta"]["total"]), (json!(expected), &json!(2)));
    }
}

crate::features::on_both_setups! {
    rules_that_are_attached_to_a_file,
    what_a_definition_needs_and_what_needs_it,
    a_reference_to_a_broken_file_goes_by_the_name_of_the_file,
    the_whole_graph_in_four_forms,
}
