use super::scene::{Scene, github_at};
use crate::github::{GitHub, GitHubConfig, GitHubError, Unavailability, Urgency};
use crate::model::time::now;
use crate::model::{InstallationId, TreeSha};
use crate::sandbox::fixture::Checkout;
use crate::sandbox::{Endpoint, Fault, Misbehaviour, Quota};
use chrono::{TimeDelta, Utc};
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;

/// What a call to the trees endpoint comes to.
async fn tree_error(scene: &Scene, fault: Fault) -> GitHubError {
    scene.misbehave(Misbehaviour::new(fault).on(Endpoint::Tree));
    let tree = TreeSha::new(&scene.oid("HEAD^{tree}")).unwrap();
    scene.client.tree(&scene.repository, &tree, &Arc::default()).await.unwrap_err()
}

async fn look_error(scene: &Scene, fault: Fault) -> GitHubError {
    scene.misbehave(Misbehaviour::new(fault).on(Endpoint::GraphQl));
    scene.client.look(&scene.repository, None, &[]).await.unwrap_err()
}

/// Seconds from now, and whether it is the secondary limit.
fn wait(error: &GitHubError) -> (i64, bool) {
    match error {
        GitHubError::RateLimited { until, secondary } => ((*until - now()).num_seconds(), *secondary),
        other => panic!("{other}"),
    }
}

fn reason(error: GitHubError) -> Unavailability {
    match error {
        GitHubError::Unavailable { reason, .. } => reason,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_used_up_quota_waits_for_its_reset() {
    let fault = Fault::PrimaryLimit { reset_in: Duration::from_secs(600) };
    let rest = tree_error(&Scene::with(&[("a", "a")]), fault.clone()).await;
    let graphql = look_error(&Scene::with(&[("a", "a")]), fault).await;
    for error in [rest, graphql] {
        let (seconds, secondary) = wait(&error);
        assert!((590..=600).contains(&seconds) && !secondary, "{error}");
        assert!(error.retry_at().unwrap() > now() + TimeDelta::seconds(500));
    }
}

#[tokio::test]
async fn the_secondary_limit_waits_as_told_or_a_minute() {
    let fresh = || Scene::with(&[("a", "a")]);
    for status in [403, 429] {
        let told = Fault::SecondaryLimit { status, retry_after: Some(Duration::from_secs(7)) };
        assert!(matches!(wait(&tree_error(&fresh(), told.clone()).await), (5..=7, true)));
        assert!(matches!(wait(&look_error(&fresh(), told).await), (5..=7, true)));
        let untold = Fault::SecondaryLimit { status, retry_after: None };
        assert!(matches!(wait(&tree_error(&fresh(), untold).await), (58..=60, true)));
    }
    let absurd = Fault::SecondaryLimit { status: 429, retry_after: Some(Duration::from_secs(1 << 40)) };
    assert!(wait(&tree_error(&fresh(), absurd).await).0 <= 65 * 60);
}

#[tokio::test]
async fn nothing_is_asked_before_the_time_that_github_told() {
    let scene = Scene::with(&[("a", "a")]);
    let wait = Duration::from_secs(1);
    look_error(&scene, Fault::SecondaryLimit { status: 429, retry_after: Some(wait) }).await;
    let asked = scene.stand_in.calls().total();
    let error = scene.client.look(&scene.repository, None, &[]).await.unwrap_err();
    assert!(matches!(error, GitHubError::RateLimited { secondary: true, .. }), "{error}");
    assert_eq!(scene.stand_in.calls().total(), asked);
    tokio::time::sleep(wait).await;
    scene.client.look(&scene.repository, None, &[]).await.unwrap();
}

#[tokio::test]
async fn the_last_calls_of_an_hour_are_kept_for_people() {
    let scene = Scene::with(&[("a", "a")]);
    let reset_at = Utc::now().timestamp() + 600;
    scene.stand_in.set_quota(scene.installation, Quota { limit: 5_000, used: 4_600, reset_at });
    scene.client.look(&scene.repository, None, &[]).await.unwrap();
    let asked = scene.stand_in.calls().total();
    let bulk = scene.client.clone().with(Urgency::Bulk);
    let error = bulk.look(&scene.repository, None, &[]).await.unwrap_err();
    let told = matches!(error, GitHubError::HeldBack { until } if until.and_utc().timestamp() == reset_at);
    assert!(told, "{error}");
    assert_eq!(scene.stand_in.calls().total(), asked);
    scene.client.look(&scene.repository, None, &[]).await.unwrap();
}

#[tokio::test]
async fn what_may_work_the_next_time_says_why_it_did_not_now() {
    let scene = Scene::with(&[("a", "a")]);
    assert_eq!(reason(tree_error(&scene, Fault::Status(502)).await), Unavailability::Status(502));
    assert_eq!(reason(look_error(&scene, Fault::Status(504)).await), Unavailability::Status(504));
    assert!(matches!(reason(tree_error(&scene, Fault::CutBody).await), Unavailability::Connection(_)));
    assert!(matches!(reason(look_error(&scene, Fault::CutBody).await), Unavailability::Connection(_)));
}

#[tokio::test]
async fn a_call_ends_at_its_timeout() {
    let scene = Scene::with(&[("a", "a")]);
    let timeout = Duration::from_millis(300);
    let hasty = scene.hasty(timeout);
    hasty.repositories().await.unwrap();
    scene.misbehave(Misbehaviour::new(Fault::Delay(Duration::from_secs(3))).on(Endpoint::GraphQl));
    let error = hasty.look(&scene.repository, None, &[]).await.unwrap_err();
    assert_eq!(reason(error), Unavailability::Timeout(timeout));
    assert!(hasty.look(&scene.repository, None, &[]).await.is_ok());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_in_plain_words() {
    let github = github_at("http://127.0.0.1:9", Duration::from_secs(5));
    let error = github.installation(InstallationId::new(1)).repositories().await.unwrap_err();
    let told = error.to_string();
    assert!(told.contains("installation 1") && told.contains("refused") && !told.contains('\n'), "{told}");
    assert!(matches!(reason(error), Unavailability::Connection(_)));
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let scene = Scene::with(&[("a", "a")]);
    assert!(matches!(tree_error(&scene, Fault::Status(403)).await, GitHubError::Forbidden { .. }));
    assert!(matches!(tree_error(&scene, Fault::Status(404)).await, GitHubError::NotFound { .. }));
    assert!(matches!(tree_error(&scene, Fault::Status(422)).await, GitHubError::Rejected { .. }));
    for status in [404, 410] {
        let error = tree_error(&scene, Fault::Page(status)).await;
        assert_eq!(reason(error), Unavailability::Status(status), "a proxy does not know what GitHub has");
    }
    let empty = Scene::of(Checkout::empty());
    let tree = TreeSha::new(&"1".repeat(40)).unwrap();
    let error = empty.client.tree(&empty.repository, &tree, &Arc::default()).await.unwrap_err();
    assert!(matches!(error, GitHubError::EmptyRepository { .. }), "{error}");
}

#[tokio::test]
async fn a_key_that_is_none_is_named_and_not_shown() {
    let scene = Scene::with(&[("a", "a")]);
    let url = scene.stand_in.url().parse().unwrap();
    let error = GitHub::new(&GitHubConfig::new(1, SecretString::from("my secret"), url)).unwrap_err();
    let told = error.to_string();
    assert!(told.contains("GITHUB_PRIVATE_KEY") && !told.contains("my secret"), "{told}");
}
