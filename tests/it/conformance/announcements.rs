//! What announcers promise: heard once, here at once, and elsewhere if all goes well.

use super::queue::{A_WHILE, SOON};
use dotcursor::model::{RepositoryId, WorkspaceId};
use dotcursor::queue::{Announcer, Lane, Notice, Queue};
use tokio::time::{sleep, timeout};

pub async fn are_heard_once(queue: &Queue) {
    let announcer = Announcer::new(queue);
    let mut heard = announcer.subscribe();
    announcer.announce(owed(1));
    assert_eq!(heard.try_recv().unwrap(), owed(1), "at once in the same process");
    sleep(A_WHILE).await;
    assert!(heard.try_recv().is_err(), "not a second time by way of the broker");
}

pub async fn instances_hear_each_other(queue: &Queue) {
    let (one, other) = (Announcer::new(queue), Announcer::new(queue));
    assert_heard(&one, &other).await;
    assert_heard(&other, &one).await;
}

/// Says it until it is heard: what is said before the other one listens is lost, and may be.
pub async fn assert_heard(speaker: &Announcer, listener: &Announcer) {
    let mut heard = listener.subscribe();
    let notice = Notice::Changed { workspace: WorkspaceId::generate(), revision: 3 };
    let hear = async {
        loop {
            speaker.announce(notice.clone());
            if let Ok(Ok(found)) = timeout(A_WHILE, heard.recv()).await
                && found == notice
            {
                break;
            }
        }
    };
    timeout(SOON, hear).await.expect("the notice is heard");
}

fn owed(repository: i64) -> Notice {
    Notice::Owed { repository: RepositoryId::new(repository), lane: Lane::Bulk }
}
