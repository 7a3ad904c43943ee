//! What is told of a push.

use super::client::{Scene, options};
use super::receiver::heard;
use crate::sandbox::git::fixture::Checkout;
use crate::sandbox::webhook::signature;
use crate::sandbox::{DeliveryMode, Limits, NewRepository, PushSpec, StandInOptions};
use serde_json::{Value, json};
use std::time::Duration;

/// The payloads of all refs that moved, kept back rather than sent.
async fn pushes(scene: &Scene) -> Vec<Value> {
    scene.stand_in.set_delivery_mode(DeliveryMode::Held);
    let guids = scene.stand_in.announce_pushes(scene.repository).await.unwrap();
    guids.iter().map(|guid| scene.stand_in.payload(guid).unwrap()).collect()
}

#[actix_web::test]
async fn a_push_arrives_signed_and_is_noted() {
    let (scene, receiver) = heard(Checkout::with(&[("a.txt", "a")]), options()).await;
    let before = scene.checkout.head();
    let after = scene.checkout.commit(&[("b.txt", "b"), ("a.txt", "changed")], "second");
    let guids = scene.stand_in.announce_pushes(scene.repository).await.unwrap();
    let received = receiver.received();
    let push = &received[0];
    assert_eq!(push.headers["x-github-event"], "push");
    assert_eq!(push.headers["x-github-delivery"], guids[0]);
    assert_eq!(push.headers["content-type"], "application/json");
    assert_eq!(push.headers["x-hub-signature-256"], signature(&scene.stand_in.webhook_secret(), &push.body));
    assert!(push.headers["user-agent"].starts_with("GitHub-Hookshot/"));
    let payload = push.json();
    assert_eq!(payload["ref"], "refs/heads/main");
    assert_eq!((payload["before"].as_str(), payload["after"].as_str()), (Some(&*before), Some(&*after)));
    assert_eq!(payload["forced"], false);
    assert_eq!(payload["commits"].as_array().unwrap().len(), 1);
    assert_eq!(payload["head_commit"]["added"], json!(["b.txt"]));
    assert_eq!(payload["head_commit"]["modified"], json!(["a.txt"]));
    assert_eq!(payload["commits"][0]["distinct"], true);
    assert_eq!(payload["repository"]["id"], scene.repository);
    assert_eq!(payload["installation"]["id"], scene.installation);
    let noted = &scene.stand_in.deliveries()[0];
    assert_eq!((noted.status.as_str(), noted.status_code, noted.response_body.as_str()), ("OK", 202, "noted"));
    assert!(scene.stand_in.announce_pushes(scene.repository).await.unwrap().is_empty());
}

#[actix_web::test]
async fn a_branch_is_made_forced_and_deleted() {
    let scene = Scene::with(&[("a.txt", "a")]).await;
    let main = scene.checkout.head();
    scene.checkout.git(&["checkout", "--quiet", "-b", "side"]);
    let first = scene.checkout.commit(&[("b.txt", "b")], "on the side");
    let made = pushes(&scene).await;
    assert_eq!(made.len(), 1);
    assert_eq!((&made[0]["created"], &made[0]["ref"]), (&json!(true), &json!("refs/heads/side")));
    assert_eq!(made[0]["before"], "0".repeat(40));
    assert_eq!(made[0]["commits"].as_array().unwrap().len(), 1);

    scene.checkout.git(&["reset", "--quiet", "--hard", &main]);
    let second = scene.checkout.commit(&[("c.txt", "c")], "instead");
    let forced = &pushes(&scene).await[0];
    assert_eq!((&forced["forced"], &forced["before"], &forced["after"]), (&json!(true), &json!(first), &json!(second)));
    assert_eq!(forced["commits"][0]["added"], json!(["c.txt"]));
    assert_eq!(forced["commits"][0]["removed"], json!([]), "what was thrown away is in no list");

    scene.checkout.git(&["reset", "--quiet", "--hard", &main]);
    let rewound = &pushes(&scene).await[0];
    assert_eq!((&rewound["forced"], &rewound["commits"]), (&json!(true), &json!([])));
    assert_eq!(rewound["head_commit"]["id"], main);

    scene.checkout.git(&["checkout", "--quiet", "main"]);
    scene.checkout.git(&["branch", "--quiet", "-D", "side"]);
    let deleted = &pushes(&scene).await[0];
    assert_eq!((&deleted["deleted"], &deleted["head_commit"]), (&json!(true), &Value::Null));
    assert_eq!(deleted["after"], "0".repeat(40));
}

#[actix_web::test]
async fn a_first_push_brings_everything_and_a_rename_is_removed_and_added() {
    let scene = Scene::of(Checkout::empty(), options()).await;
    scene.checkout.commit(&[("old name.txt", "a\nb\nc\n")], "first");
    let first = &pushes(&scene).await[0];
    assert_eq!((&first["created"], &first["commits"][0]["added"]), (&json!(true), &json!(["old name.txt"])));
    std::fs::create_dir(scene.checkout.path().join("new")).unwrap();
    scene.checkout.git(&["mv", "old name.txt", "new/ü.txt"]);
    scene.checkout.commit(&[], "rename");
    let renamed = &pushes(&scene).await[0]["commits"][0];
    assert_eq!((&renamed["added"], &renamed["removed"]), (&json!(["new/ü.txt"]), &json!(["old name.txt"])));
}

#[actix_web::test]
async fn a_merge_is_told_from_its_first_parent_with_what_it_brings() {
    let scene = Scene::with(&[("a.txt", "a")]).await;
    scene.checkout.git(&["checkout", "--quiet", "-b", "side"]);
    scene.checkout.commit(&[("b.txt", "b")], "on the side");
    pushes(&scene).await;
    scene.checkout.git(&["checkout", "--quiet", "main"]);
    scene.checkout.git(&["merge", "--quiet", "--no-ff", "-m", "merge", "side"]);
    let push = &pushes(&scene).await[0];
    let commits = push["commits"].as_array().unwrap();
    assert_eq!(commits.len(), 2);
    assert_eq!(commits[0]["distinct"], false, "it was pushed before");
    assert_eq!((&commits[1]["message"], &commits[1]["added"]), (&json!("merge"), &json!(["b.txt"])));
}

#[actix_web::test]
async fn tags_are_told_up_to_three_at_once_and_lists_have_bounds() {
    let limits = Limits { push_commits: 2, commit_files: 1, ..Limits::default() };
    let scene = Scene::of(Checkout::with(&[("a.txt", "a")]), StandInOptions { limits, ..options() }).await;
    scene.checkout.git(&["tag", "-a", "-m", "one", "v1"]);
    let tag = &pushes(&scene).await[0];
    assert_eq!((&tag["ref"], &tag["commits"]), (&json!("refs/tags/v1"), &json!([])));
    assert_eq!(tag["head_commit"]["id"], scene.checkout.head());
    for name in ["v2", "v3", "v4", "v5"] {
        scene.checkout.git(&["tag", name]);
    }
    assert!(pushes(&scene).await.is_empty());
    for number in 0..3 {
        scene.checkout.commit(&[(&format!("{number}.txt"), "x"), (&format!("{number}.md"), "y")], "many");
    }
    let push = &pushes(&scene).await[0];
    assert_eq!(push["commits"].as_array().unwrap().len(), 2);
    assert_eq!(push["commits"][0]["added"], json!(["1.md"]));
}

#[actix_web::test]
async fn a_push_can_be_told_by_hand() {
    let scene = Scene::with(&[("a.txt", "a")]).await;
    let before = scene.checkout.head();
    let after = scene.checkout.commit(&[("b.txt", "b")], "second");
    scene.stand_in.set_delivery_mode(DeliveryMode::Held);
    let spec = PushSpec { reference: "refs/heads/main".to_owned(), before: Some(before), after: Some(after.clone()) };
    let guid = scene.stand_in.push(scene.repository, spec).await.unwrap().unwrap();
    assert_eq!(scene.stand_in.payload(&guid).unwrap()["head_commit"]["id"], after);
}

#[actix_web::test]
async fn commits_are_noticed_by_themselves_and_later_repositories_too() {
    let every = Some(Duration::from_millis(20));
    let (scene, receiver) = heard(Checkout::with(&[]), StandInOptions { watch_every: every, ..options() }).await;
    let second = Checkout::with(&[("x.txt", "x")]);
    let new = NewRepository::new(scene.installation, "octo/second", second.path());
    scene.stand_in.add_repository(new).unwrap();
    let first = scene.checkout.commit(&[("a.txt", "a")], "noticed");
    assert_eq!(receiver.wait_for(1).await[0].json()["after"], first);
    let other = second.commit(&[("y.txt", "y")], "noticed too");
    assert_eq!(receiver.wait_for(2).await[1].json()["after"], other);
    scene.checkout.git(&["pack-refs", "--all"]);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(receiver.received().len(), 2, "packing moves nothing");
}
