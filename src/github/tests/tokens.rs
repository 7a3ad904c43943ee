use super::scene::Scene;
use crate::github::GitHubError;
use crate::github::token::{SignedIn, TokenCell};
use crate::model::InstallationId;
use crate::sandbox::fixture::Checkout;
use crate::sandbox::{Endpoint, Fault, Limits, Misbehaviour};
use futures::future::join_all;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

async fn ask_at_once(scene: &Scene, calls: usize) -> Vec<Result<usize, GitHubError>> {
    let ask = |_| async {
        // From the top each time, as callers do.
        let client = scene.github.installation(InstallationId::new(scene.installation));
        client.repositories().await.map(|list| list.repositories.len())
    };
    join_all((0..calls).map(ask)).await
}

fn minted(scene: &Scene) -> u64 {
    scene.stand_in.calls().of(Endpoint::AccessTokens)
}

#[tokio::test]
async fn many_cold_calls_mint_one_token() {
    let scene = Scene::with(&[("a", "a")]);
    let answers = ask_at_once(&scene, 30).await;
    assert!(answers.iter().all(|answer| *answer == Ok(1)));
    assert_eq!(minted(&scene), 1);
}

#[tokio::test]
async fn many_calls_with_a_revoked_token_mint_one_more() {
    let scene = Scene::with(&[("a", "a")]);
    ask_at_once(&scene, 1).await;
    scene.stand_in.expire_tokens();
    let answers = ask_at_once(&scene, 30).await;
    assert!(answers.iter().all(|answer| *answer == Ok(1)), "{answers:?}");
    assert_eq!(minted(&scene), 2);
}

#[tokio::test]
async fn a_call_that_is_refused_twice_is_not_tried_a_third_time() {
    let scene = Scene::with(&[("a", "a")]);
    let refused = Misbehaviour::new(Fault::Status(401)).on(Endpoint::InstallationRepositories).times(9);
    scene.misbehave(refused);
    assert!(matches!(scene.client.repositories().await, Err(GitHubError::Unauthorized { .. })));
    assert_eq!((scene.stand_in.calls().of(Endpoint::InstallationRepositories), minted(&scene)), (2, 2));
}

#[tokio::test]
async fn a_token_near_its_end_is_not_begun_with() {
    let short = Limits { token_lifetime: Duration::from_secs(240), ..Limits::default() };
    let scene = Scene::limited(Checkout::with(&[("a", "a")]), short);
    for _ in 0..2 {
        ask_at_once(&scene, 1).await;
    }
    assert_eq!(minted(&scene), 2);
}

#[tokio::test]
async fn those_who_wait_for_an_attempt_share_its_failure() {
    let cell = TokenCell::default();
    let attempts = AtomicU64::new(0);
    let mint = || async {
        attempts.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err::<SignedIn, _>(GitHubError::NotFound { subject: "installation 1".to_owned() })
    };
    let outcomes = join_all((0..20).map(|_| cell.get(None, mint()))).await;
    assert!(outcomes.iter().all(Result::is_err));
    assert_eq!(attempts.load(Ordering::Relaxed), 1);
    assert!(cell.get(None, mint()).await.is_err());
    assert_eq!(attempts.load(Ordering::Relaxed), 2, "who comes later tries anew");
}

#[tokio::test]
async fn a_suspended_or_removed_installation_says_so() {
    let scene = Scene::with(&[("a", "a")]);
    let id = InstallationId::new(scene.installation);
    scene.client.repositories().await.unwrap();
    scene.stand_in.suspend(scene.installation).await.unwrap();
    assert_eq!(scene.client.repositories().await, Err(GitHubError::Suspended { installation: id }));
    assert_eq!(
        scene.hasty(Duration::from_secs(5)).repositories().await,
        Err(GitHubError::Suspended { installation: id })
    );
    scene.stand_in.uninstall(scene.installation).await.unwrap();
    assert!(matches!(scene.client.repositories().await, Err(GitHubError::NotFound { .. })));
}

#[tokio::test]
async fn no_token_and_no_key_is_shown() {
    let scene = Scene::with(&[("a", "a")]);
    scene.client.repositories().await.unwrap();
    let shown = format!("{:?} {:?}", scene.github, scene.client);
    assert!(!shown.contains("ghs_") && !shown.contains("PRIVATE KEY"), "{shown}");
}
