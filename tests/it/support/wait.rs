//! Patience with a bound.

use std::time::Duration;
use tokio::time::{Instant, sleep};

const PAUSE: Duration = Duration::from_millis(20);

/// Asks again and again until there is an answer; fails the test, by naming what was waited for, when `patience` is over.
pub async fn eventually<T>(patience: Duration, what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(start.elapsed() < patience, "{what}: not within {patience:?}");
        sleep(PAUSE).await;
    }
}

#[tokio::test]
async fn it_gives_the_first_answer() {
    let mut asked = 0;
    let answer = eventually(Duration::from_secs(5), "the third time", async || {
        asked += 1;
        (asked == 3).then_some("answer")
    });
    assert_eq!(answer.await, "answer");
}

#[tokio::test]
#[should_panic(expected = "a wonder: not within 30ms")]
async fn it_does_not_wait_for_ever() {
    eventually(Duration::from_millis(30), "a wonder", async || None::<()>).await;
}
