use super::client::{Scene, options};
use crate::sandbox::git::fixture::Checkout;
use crate::sandbox::{Limits, StandInOptions};
use serde_json::{Value, json};

#[actix_web::test]
async fn head_and_folders_come_in_one_answer_of_one_commit() {
    let scene = Scene::with(&[(".cursor/rules/a.mdc", "rule"), ("apps/web/.cursor/rules/b.mdc", "b")]).await;
    let query = "query ($owner: String!, $name: String!) {
        repository(owner: $owner, name: $name) {
            databaseId nameWithOwner isPrivate isArchived isEmpty
            defaultBranchRef { name target { __typename ...Head } }
        }
        rateLimit { limit cost remaining used resetAt }
    }
    fragment Head on Commit {
        oid committedDate tree { oid }
        root: file(path: \".cursor\") { type mode oid object { ... on Tree { entries { name path type oid } } } }
        web: file(path: \"apps/web/.cursor\") { type }
        none: file(path: \"docs/.cursor\") { type }
    }";
    let answer = scene.graphql(query, json!({"owner": "octo", "name": "demo"})).await;
    let repository = &answer["data"]["repository"];
    assert_eq!(repository["databaseId"], scene.repository);
    assert_eq!(repository["isEmpty"], false);
    let head = &repository["defaultBranchRef"]["target"];
    assert_eq!(head["__typename"], "Commit");
    assert_eq!(head["oid"], scene.checkout.head());
    assert_eq!(head["tree"]["oid"], scene.checkout.git(&["rev-parse", "HEAD^{tree}"]));
    assert_eq!(head["root"]["mode"], 0o040_000);
    assert_eq!(head["root"]["object"]["entries"][0]["name"], "rules");
    assert_eq!(head["root"]["object"]["entries"][0]["type"], "tree");
    assert_eq!(head["web"]["type"], "tree");
    assert_eq!(head["none"], Value::Null);
    assert_eq!(answer["data"]["rateLimit"]["limit"], 5_000);
    assert!(answer.get("errors").is_none(), "{answer}");
}

#[actix_web::test]
async fn what_must_not_be_null_takes_along_what_it_stands_in() {
    let scene = Scene::with(&[("a.md", "a")]).await;
    let tree = scene.checkout.git(&["rev-parse", "HEAD^{tree}"]);
    let (folder, name) = tree.split_at(2);
    std::fs::remove_file(scene.checkout.path().join(".git/objects").join(folder).join(name)).unwrap();
    let query = "{ repository(owner: \"octo\", name: \"demo\") {
        name defaultBranchRef { name target { ... on Commit { oid tree { oid } } } }
    } }";
    let answer = scene.graphql(query, json!({})).await;
    let branch = json!({"name": "main", "target": null});
    assert_eq!(answer["data"]["repository"], json!({"name": "demo", "defaultBranchRef": branch}));
    assert_eq!(answer["errors"][0]["path"], json!(["repository", "defaultBranchRef", "target", "tree"]), "{answer}");
}

#[actix_web::test]
async fn blobs_come_by_alias_with_their_text_as_far_as_it_is_text() {
    let checkout = Checkout::with(&[("plain.md", "héllo"), ("long.md", "0123456789")]);
    checkout.write("binary.md", b"a\0b");
    checkout.write("latin.md", b"caf\xe9");
    checkout.commit(&[], "more");
    let limits = Limits { graphql_text: 8, ..Limits::default() };
    let scene = Scene::of(checkout, StandInOptions { limits, ..options() }).await;
    let oid = |name: &str| scene.checkout.git(&["rev-parse", &format!("HEAD:{name}")]);
    let blob = "{ ... on Blob { oid byteSize isBinary isTruncated text } }";
    let query = format!(
        "{{ repository(owner: \"octo\", name: \"demo\") {{
            a: object(oid: \"{}\") {blob} b: object(oid: \"{}\") {blob} c: object(oid: \"{}\") {blob}
            d: object(oid: \"{}\") {blob} e: object(oid: \"{}\") {blob} f: object(expression: \"main:plain.md\") {blob}
        }} }}",
        oid("plain.md"),
        oid("long.md"),
        oid("binary.md"),
        oid("latin.md"),
        "0".repeat(40),
    );
    let answer = scene.graphql(&query, json!({})).await;
    let blobs = &answer["data"]["repository"];
    assert_eq!(blobs["a"]["text"], "héllo");
    assert_eq!(blobs["a"]["byteSize"], 6);
    assert_eq!(blobs["b"]["isTruncated"], true);
    assert_eq!(blobs["b"]["text"], "01234567");
    assert_eq!(blobs["c"]["isBinary"], true);
    assert_eq!(blobs["c"]["text"], Value::Null);
    assert_eq!(blobs["d"]["text"], "caf\u{fffd}");
    assert_eq!(blobs["e"], Value::Null);
    assert_eq!(blobs["f"], blobs["a"]);
}

#[actix_web::test]
async fn links_are_entries_and_never_followed() {
    let checkout = Checkout::with(&[("real/rules/a.mdc", "x")]);
    std::os::unix::fs::symlink("real", checkout.path().join(".cursor")).unwrap();
    let head = checkout.commit(&[], "link");
    checkout.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},module")]);
    checkout.git(&["commit", "--quiet", "-m", "module"]);
    let scene = Scene::of(checkout, options()).await;
    let query =
        "{ repository(owner: \"octo\", name: \"demo\") { ref(qualifiedName: \"main\") { target { ... on Commit {
        link: file(path: \".cursor\") { type mode size object { __typename } }
        through: file(path: \".cursor/rules\") { type }
        module: file(path: \"module\") { type mode object { oid } }
        inside: file(path: \"module/a\") { type }
    } } } } }";
    let answer = scene.graphql(query, json!({})).await;
    let commit = &answer["data"]["repository"]["ref"]["target"];
    assert_eq!(commit["link"], json!({"type": "blob", "mode": 0o120_000, "size": 4, "object": {"__typename": "Blob"}}));
    assert_eq!(commit["through"], Value::Null);
    assert_eq!(commit["module"], json!({"type": "commit", "mode": 0o160_000, "object": null}));
    assert_eq!(commit["inside"], Value::Null);
}

#[actix_web::test]
async fn a_repository_is_found_under_its_old_name_and_missed_by_its_own_kind_of_error() {
    let scene = Scene::with(&[("a.txt", "a")]).await;
    scene.stand_in.rename_repository(scene.repository, "octo/renamed").await.unwrap();
    let query = "query ($n: String!) { repository(owner: \"octo\", name: $n) { nameWithOwner } }";
    let found = scene.graphql(query, json!({"n": "demo"})).await;
    assert_eq!(found["data"]["repository"]["nameWithOwner"], "octo/renamed");
    let missed = scene.graphql(query, json!({"n": "nothing"})).await;
    assert_eq!(missed["data"], json!({"repository": null}));
    assert_eq!(missed["errors"][0]["type"], "NOT_FOUND");
    assert_eq!(missed["errors"][0]["path"], json!(["repository"]));
}

#[actix_web::test]
async fn an_empty_repository_has_no_branch() {
    let scene = Scene::of(Checkout::empty(), options()).await;
    let query = "{ repository(owner: \"octo\", name: \"demo\") { isEmpty defaultBranchRef { name } } }";
    let answer = scene.graphql(query, json!({})).await;
    assert_eq!(answer["data"]["repository"], json!({"isEmpty": true, "defaultBranchRef": null}));
}

#[actix_web::test]
async fn what_the_schema_does_not_have_is_refused_before_anything_runs() {
    let scene = Scene::with(&[]).await;
    let inside = |fields: &str| format!("{{ repository(owner: \"octo\", name: \"demo\") {{ {fields} }} }}");
    let deep = format!("{}{}", "a { ".repeat(60), "}".repeat(60));
    for (query, expected) in [
        (inside("colour"), "Field 'colour' doesn't exist on type 'Repository'"),
        (inside("object { ... on Blob { colour } }"), "Field 'colour' doesn't exist on type 'Blob'"),
        (inside("ref { name }"), "missing required arguments: qualifiedName"),
        (inside("ref(qualifiedName: $missing) { name }"), "Variable $missing is used by the query but not declared"),
        (inside("name { length }"), "Selections can't be made on scalars"),
        (inside("defaultBranchRef"), "must have selections"),
        (inside("... on Blob { text }"), "can't be spread inside Repository"),
        (inside("...Nowhere"), "Fragment Nowhere was used, but not defined"),
        ("query ($n: String!) { repository(owner: \"octo\", name: $n) { id } }".to_owned(), "Variable $n"),
        (inside(&deep), "Parse error"),
        ("{".to_owned(), "Parse error"),
        ("mutation { x }".to_owned(), "no mutations"),
        ("{ ...A } fragment A on Query { ...A ...A }".to_owned(), "more than 10000 fields"),
    ] {
        let answer = scene.graphql(&query, json!({})).await;
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(expected), "{query}: {answer}");
        assert!(answer.get("data").is_none());
    }
}
