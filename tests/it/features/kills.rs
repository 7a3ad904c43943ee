//! Killed with -9 at each named point, on the way of one push: the next process goes on, and nothing is lost or doubled.

use crate::support::app::TestApp;
use crate::support::child::Child;
use crate::support::wait::eventually;
use crate::support::{Repo, Setup};
use dotcursor::hold::Point;

const STYLE: &str = ".cursor/rules/style.mdc";

async fn killed_at(setup: Setup, point: Point) {
    let quick = [("DOTCURSOR_TASK_TIMEOUT", "1s"), ("DOTCURSOR_READ_LAG", "0s")];
    let mut app = TestApp::without_server(setup, &quick).await;
    let hold = app.data().join("hold");
    app.variables.insert("DOTCURSOR_HOLD_FILE".into(), hold.display().to_string());
    let mut server = Child::start("receiver,worker,api", &app.variables).await;
    let address = server.address().to_owned();
    app.serve_at(&address, &address);
    let repo = Repo::with(&[(STYLE, "A.")]);
    let (id, workspace) = app.install(&repo, "octo/killed").await;

    std::fs::write(&hold, format!("{point:?}")).expect("the point is named");
    // A forced push has the whole tree compared: the look at the next start then finds nothing to do, and cannot stand in for
    // what was lost with the process.
    repo.write(STYLE, "B.");
    repo.git(&["commit", "--quiet", "--all", "--amend", "--message", "Another one"]);
    let head = repo.head();
    tokio::join!(app.announce(id), async {
        eventually("the process to be held", async || if hold.exists() { Err(format!("{point:?}")) } else { Ok(()) })
            .await;
        server.kill();
    });
    server.start_again().await;
    app.settled(&workspace, &head).await;
    let rule = app.definition(&workspace, "rules", "style").await;
    assert_eq!((&rule["content"], &rule["version"]), (&"B.".into(), &2.into()));
}

mod embedded {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn before_a_delivery_is_written_down() {
        killed_at(Setup::Embedded, Point::Received).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn before_github_is_read() {
        killed_at(Setup::Embedded, Point::DebtTaken).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn before_the_plan_is_committed() {
        killed_at(Setup::Embedded, Point::HeadRead).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn before_the_tasks_are_published() {
        killed_at(Setup::Embedded, Point::Planned).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn before_the_files_are_stored() {
        killed_at(Setup::Embedded, Point::Parsed).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn before_the_messages_are_acknowledged() {
        killed_at(Setup::Embedded, Point::Stored).await;
    }
}

mod distributed {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn before_the_plan_is_committed() {
        killed_at(Setup::Distributed, Point::HeadRead).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn before_the_tasks_are_published() {
        killed_at(Setup::Distributed, Point::Planned).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn before_the_files_are_stored() {
        killed_at(Setup::Distributed, Point::Parsed).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn before_the_messages_are_acknowledged() {
        killed_at(Setup::Distributed, Point::Stored).await;
    }
}
