use super::*;
use crate::model::{DeliveryId, Event};
use diesel::result::Error as DieselError;
use std::sync::Mutex;
use tokio::sync::{Semaphore, mpsc::UnboundedReceiver};
use tokio::task::JoinHandle;

fn delivery(id: &str) -> Delivery {
    Delivery { id: DeliveryId(id.into()), name: "ping".into(), action: None, event: Event::Nothing }
}

/// Stands in for the database: tells of each transaction, and commits only when it is let.
struct Ledger {
    intake: Intake,
    began: UnboundedReceiver<usize>,
    go_on: Arc<Semaphore>,
    woken: Arc<Mutex<Vec<RepositoryId>>>,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Ledger {
    /// `verdict` is asked of each batch of ids.
    fn open(verdict: fn(&[&str]) -> Result<Outcome, StoreError>) -> Self {
        let (tell, began) = mpsc::unbounded_channel();
        let go_on = Arc::new(Semaphore::new(0));
        let woken = Arc::new(Mutex::new(vec![]));
        let record = {
            let go_on = go_on.clone();
            move |batch: Arc<[Delivery]>| {
                let (tell, go_on) = (tell.clone(), go_on.clone());
                async move {
                    tell.send(batch.len()).unwrap();
                    go_on.acquire().await.unwrap().forget();
                    let ids: Vec<&str> = batch.iter().map(|it| &*it.id.0).collect();
                    verdict(&ids).map(|outcome| vec![outcome; batch.len()])
                }
            }
        };
        let wake = {
            let woken = woken.clone();
            move |repository, _| woken.lock().unwrap().push(repository)
        };
        let (intake, committer) = super::open(record, wake);
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(committer.run(shutdown.clone()));
        Self { intake, began, go_on, woken, shutdown, task }
    }

    fn send(&self, id: &str) -> JoinHandle<Answer> {
        let (intake, delivery) = (self.intake.clone(), delivery(id));
        tokio::spawn(async move { intake.record(delivery).await })
    }

    /// Sends them while a first delivery is being committed, so that they wait together.
    async fn send_together(&mut self, ids: &[&str]) -> Vec<JoinHandle<Answer>> {
        let mut sent = vec![self.send("first")];
        assert_eq!(self.began.recv().await, Some(1));
        sent.extend(ids.iter().map(|id| self.send(id)));
        while self.intake.sender.capacity() > WAITING - ids.len() {
            tokio::task::yield_now().await;
        }
        sent
    }
}

async fn answers(sent: Vec<JoinHandle<Answer>>) -> Vec<Answer> {
    futures::future::try_join_all(sent).await.unwrap()
}

fn fine(_: &[&str]) -> Result<Outcome, StoreError> {
    Ok(Outcome::Recorded)
}

#[tokio::test]
async fn what_comes_in_during_a_commit_shares_the_next_one() {
    let mut ledger = Ledger::open(fine);
    let sent = ledger.send_together(&["a", "b", "c", "d"]).await;
    ledger.go_on.add_permits(2);
    assert_eq!(answers(sent).await, vec![Ok(Outcome::Recorded); 5]);
    assert_eq!(ledger.began.recv().await, Some(4));
    assert!(ledger.began.is_empty());
}

#[tokio::test]
async fn a_batch_has_a_largest_size() {
    let mut ledger = Ledger::open(fine);
    let ids = vec!["x"; BATCH + 1];
    let sent = ledger.send_together(&ids).await;
    ledger.go_on.add_permits(3);
    answers(sent).await;
    assert_eq!(ledger.began.recv().await, Some(BATCH));
    assert_eq!(ledger.began.recv().await, Some(1));
}

#[tokio::test]
async fn nothing_is_answered_before_it_is_committed() {
    let mut ledger = Ledger::open(fine);
    let sent = ledger.send_together(&[]).await;
    assert!(!sent[0].is_finished());
    ledger.go_on.add_permits(1);
    assert_eq!(answers(sent).await, [Ok(Outcome::Recorded)]);
}

#[tokio::test]
async fn one_that_the_database_refuses_does_not_take_the_others_with_it() {
    let mut ledger = Ledger::open(|ids| match ids.contains(&"poison") {
        true => Err(DieselError::NotFound.into()),
        false => Ok(Outcome::Untouched),
    });
    let sent = ledger.send_together(&["a", "poison", "b"]).await;
    ledger.go_on.add_permits(5);
    let (good, bad) = (Ok(Outcome::Untouched), Err(NotTaken::NotStored));
    assert_eq!(answers(sent).await, [good.clone(), good.clone(), bad, good]);
}

#[tokio::test]
async fn a_database_that_is_away_is_asked_once() {
    let mut ledger = Ledger::open(|_| Err(StoreError::Unreachable("gone".into())));
    let sent = ledger.send_together(&["a", "b"]).await;
    ledger.go_on.add_permits(9);
    assert_eq!(answers(sent).await, vec![Err(NotTaken::NotStored); 3]);
    assert_eq!(ledger.began.recv().await, Some(2));
    assert!(ledger.began.is_empty());
}

#[tokio::test]
async fn more_than_may_wait_are_refused_at_once() {
    let mut ledger = Ledger::open(fine);
    let ids = vec!["x"; WAITING];
    let sent = ledger.send_together(&ids).await;
    assert_eq!(ledger.intake.record(delivery("late")).await, Err(NotTaken::Overloaded));
    ledger.go_on.add_permits(1 + WAITING / BATCH);
    assert!(answers(sent).await.iter().all(Result::is_ok));
    ledger.go_on.add_permits(1);
    assert_eq!(ledger.intake.record(delivery("later")).await, Ok(Outcome::Recorded));
}

#[tokio::test]
async fn at_shutdown_what_waits_is_written_down_and_later_ones_are_refused() {
    let mut ledger = Ledger::open(fine);
    let sent = ledger.send_together(&["a", "b"]).await;
    ledger.shutdown.cancel();
    ledger.go_on.add_permits(2);
    assert_eq!(answers(sent).await, vec![Ok(Outcome::Recorded); 3]);
    ledger.task.await.unwrap();
    assert_eq!(ledger.intake.record(delivery("late")).await, Err(NotTaken::Closing));
}

#[tokio::test]
async fn it_ends_with_the_last_handler() {
    let ledger = Ledger::open(fine);
    drop(ledger.intake);
    ledger.task.await.unwrap();
}

#[tokio::test]
async fn who_is_owed_something_is_woken() {
    let ledger = Ledger::open(|ids| match ids {
        ["owing"] => Ok(Outcome::Owed(vec![RepositoryId::new(7), RepositoryId::new(8)])),
        _ => Ok(Outcome::Untouched),
    });
    ledger.go_on.add_permits(2);
    ledger.send("owing").await.unwrap().unwrap();
    ledger.send("untouched").await.unwrap().unwrap();
    assert_eq!(*ledger.woken.lock().unwrap(), [RepositoryId::new(7), RepositoryId::new(8)]);
}
