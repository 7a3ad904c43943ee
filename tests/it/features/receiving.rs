//! Rule 1 of the protocol: what was answered with 202 is durable, and nothing that was sent is taken for known.

use crate::support::{Repo, Setup, TestApp};
use dotcursor::hold::{Point, arm};
use dotcursor::model::RepositoryId;
use dotcursor::sandbox::DeliveryMode;

const STYLE: &str = ".cursor/rules/style.mdc";

/// Nobody is told 202 before the delivery is written down.
#[tokio::test(flavor = "multi_thread")]
async fn a_202_comes_after_the_commit() {
    let app = TestApp::start(Setup::Embedded).await;
    let repo = Repo::with(&[(STYLE, "A.")]);
    let (id, _) = app.install(&repo, "octo/web").await;
    let writing = arm(Point::Received, RepositoryId::new(id));
    let answered = app.github.deliveries().len();
    repo.commit(&[(STYLE, "B.")]);
    tokio::join!(app.announce(id), async {
        writing.reached().await;
        // Whoever answers too early has had the time of two other requests for it.
        app.get("/api/workspaces").await;
        app.get("/api/deliveries").await;
        assert_eq!(app.github.deliveries().len(), answered, "answered before it was written down");
        drop(writing);
    });
    assert_eq!(app.github.deliveries().last().map(|delivery| delivery.status_code), Some(202));
}

/// A delivery under a known id makes us look again: GitHub, or a person, sends it again because something was missed.
#[tokio::test(flavor = "multi_thread")]
async fn a_redelivery_is_never_swallowed() {
    let app = TestApp::start(Setup::Embedded).await;
    let repo = Repo::with(&[(STYLE, "A.")]);
    let (id, workspace) = app.install(&repo, "octo/web").await;
    let head = repo.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    let known = app.github.deliveries().last().expect("a delivery").delivery.guid.clone();
    app.github.set_delivery_mode(DeliveryMode::Never);
    let head = repo.commit(&[(STYLE, "C.")]);
    app.announce(id).await;
    app.github.deliver_again(&known).await.expect("it is sent again");
    app.settled(&workspace, &head).await;
    let deliveries = app.get("/api/deliveries").await;
    let again = deliveries["data"].as_array().into_iter().flatten().find(|one| one["id"] == known.as_str());
    assert_eq!(again.map(|one| &one["times"]), Some(&2.into()), "{deliveries}");
}
