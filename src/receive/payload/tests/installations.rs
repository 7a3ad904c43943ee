//! Installations and repositories.

use super::*;
use crate::model::{Account, InstallationEvent, InstallationId, RepositoryChange, RepositoryFacts, RepositoryId};

fn installation() -> Value {
    json!({
        "id": 2, "account": { "login": "octocat", "id": 21031067, "type": "User" }, "repository_selection": "selected",
        "app_id": 5725, "permissions": { "contents": "read" }, "events": ["push"], "suspended_at": null,
    })
}

fn installation_payload(action: &str) -> Value {
    let listed = json!({ "id": 1296269, "node_id": "x", "name": "Hello-World", "full_name": "octocat/Hello-World", "private": true });
    json!({ "action": action, "installation": installation(), "repositories": [listed], "sender": { "login": "octocat" } })
}

fn octocat() -> Account {
    Account { installation: InstallationId::new(2), login: "octocat".into() }
}

fn hello_world() -> RepositoryFacts {
    RepositoryFacts {
        id: RepositoryId::new(1296269),
        full_name: "octocat/Hello-World".into(),
        private: true,
        default_branch: None,
    }
}

#[test]
fn an_installation_is_made_suspended_resumed_and_deleted() {
    let active = |repositories| InstallationEvent::Active { installation: octocat(), repositories };
    let id = InstallationId::new(2);
    let expected = [
        ("created", active(vec![hello_world()])),
        ("new_permissions_accepted", active(vec![hello_world()])),
        ("suspend", InstallationEvent::Suspended(id)),
        ("unsuspend", InstallationEvent::Unsuspended(id)),
        ("deleted", InstallationEvent::Deleted(id)),
    ];
    for (action, change) in expected {
        let read = event("installation", &installation_payload(action));
        assert_eq!(read, (Some(action.to_owned()), Event::Installation(change)));
    }
    let unlisted = event("installation", &without(installation_payload("created"), "repositories"));
    assert_eq!(unlisted.1, Event::Installation(active(vec![])));
}

#[test]
fn an_installation_of_an_enterprise_has_no_login() {
    let payload =
        with(installation_payload("created"), "installation", json!({ "id": 2, "account": { "slug": "corp" } }));
    let nameless = Account { login: String::new(), ..octocat() };
    let change = InstallationEvent::Active { installation: nameless, repositories: vec![hello_world()] };
    assert_eq!(event("installation", &payload).1, Event::Installation(change));
}

#[test]
fn an_action_that_we_do_not_know_is_kept_by_name() {
    let read = event("installation", &installation_payload("re\0named"));
    assert_eq!(read, (Some("re\u{FFFD}named".to_owned()), Event::Nothing));
}

#[test]
fn repositories_are_added_and_removed() {
    let payload = json!({
        "action": "removed", "installation": installation(), "repository_selection": "selected", "requester": null,
        "repositories_added": installation_payload("created")["repositories"],
        "repositories_removed": [{ "id": 9, "name": "Space", "full_name": "octocat/Space", "private": false }],
    });
    let expected = Event::InstallationRepositories {
        installation: octocat(),
        added: vec![hello_world()],
        removed: vec![RepositoryId::new(9)],
    };
    assert_eq!(event("installation_repositories", &payload), (Some("removed".into()), expected));
}

#[test]
fn a_repository_tells_how_it_stands_now() {
    let payload = |action: &str| {
        json!({
            "action": action, "changes": { "default_branch": { "from": "master" } }, "repository": repository(),
            "sender": {}, "installation": { "id": 2, "node_id": "x" },
        })
    };
    let (action, Event::Repository { installation, repository, change }) = event("repository", &payload("edited"))
    else {
        panic!("not a repository event")
    };
    assert_eq!(action.as_deref(), Some("edited"));
    assert_eq!(installation, Some(Account { login: "Codertocat".into(), ..octocat() }));
    assert_eq!(repository.default_branch.as_deref(), Some("main"));
    assert_eq!(change, RepositoryChange::Facts);
    let (_, deleted) = event("repository", &payload("deleted"));
    assert!(matches!(deleted, Event::Repository { change: RepositoryChange::Deleted, .. }));
}
