use super::scene::Scene;
use crate::github::InstallationState;
use crate::model::InstallationId;
use crate::sandbox::fixture::Checkout;
use crate::sandbox::{Edition, Endpoint, Fault, Misbehaviour, StandInOptions};
use std::sync::Arc;
use std::time::Duration;

#[tokio::test]
async fn the_app_knows_itself_and_where_it_is_installed() {
    let scene = Scene::with(&[("a", "a")]);
    assert_eq!(scene.github.app().await.unwrap().id, 4711);
    let other = scene.stand_in.install("hexa", None);
    scene.stand_in.suspend(other).await.unwrap();
    let installations = scene.github.installations().await.unwrap();
    let mut told: Vec<_> = installations.iter().map(|one| (one.account.login.as_str(), one.suspended)).collect();
    told.sort_unstable();
    assert_eq!(told, [("hexa", true), ("octo", false)]);
    for (id, state) in [
        (scene.installation, InstallationState::Active),
        (other, InstallationState::Suspended),
        (999_999, InstallationState::Removed),
    ] {
        assert_eq!(scene.github.installation_state(InstallationId::new(id)).await.unwrap(), state);
    }
}

#[tokio::test]
async fn all_pages_of_repositories_are_read() {
    let scene = Scene::with(&[("a", "a")]);
    for number in 0..105 {
        scene.add(&format!("octo/r{number}"));
    }
    let list = scene.client.repositories().await.unwrap();
    assert!(list.is_whole);
    let mut all: Vec<_> = list.repositories.into_iter().map(|listed| listed.facts).collect();
    assert_eq!(scene.stand_in.calls().of(Endpoint::InstallationRepositories), 2);
    all.sort_by_key(|repository| repository.id);
    all.dedup_by_key(|repository| repository.id);
    assert_eq!(all.len(), 106);
    assert_eq!((all[0].full_name.as_str(), all[0].default_branch.as_deref()), ("octo/demo", Some("main")));
}

/// The first of the list goes while the second page is asked for: the one that begins it moves to the first.
#[tokio::test]
async fn a_list_that_changed_between_two_pages_is_not_whole() {
    let scene = Scene::with(&[("a", "a")]);
    let others: Vec<_> = (0..105).map(|number| scene.add(&format!("octo/r{number}"))).collect();
    let last = others.last().unwrap();
    let late = Misbehaviour::new(Fault::Delay(Duration::from_millis(300))).path_containing("&page=2");
    scene.misbehave(late.on(Endpoint::InstallationRepositories));
    let removed = async {
        while scene.stand_in.calls().of(Endpoint::InstallationRepositories) < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        scene.stand_in.remove_repository(scene.repository.id.0).await.unwrap();
    };
    let (list, ()) = tokio::join!(scene.client.repositories(), removed);
    let list = list.unwrap();
    assert!(!list.is_whole, "{} of 105 are listed", list.repositories.len());
    assert!(list.repositories.iter().any(|listed| listed.facts.id == last.id));
}

#[tokio::test]
async fn more_than_a_page_of_installations_is_read() {
    let scene = Scene::with(&[("a", "a")]);
    for number in 0..100 {
        scene.stand_in.install(&format!("account-{number}"), None);
    }
    assert_eq!(scene.github.installations().await.unwrap().len(), 101);
}

#[tokio::test]
async fn enterprise_server_is_asked_at_its_own_addresses() {
    let options = StandInOptions { edition: Edition::EnterpriseServer, ..StandInOptions::default() };
    let scene = Scene::started(Checkout::with(&[(".cursor/rules/a.mdc", "a")]), options);
    assert!(scene.stand_in.url().ends_with("/api/v3"));
    let look = scene.client.look(&scene.repository, None, &[".cursor".to_owned()]).await.unwrap();
    let entries = scene.client.tree(&scene.repository, &look.head.unwrap().tree, &Arc::default()).await.unwrap();
    assert_eq!(entries.len(), 1);
}
