//! Group commit: deliveries that come in at the same time share one transaction, so that durability costs little.
//!
//! Handlers put a [`Delivery`] and a place for the answer into a bounded channel; one task takes all that wait, has them
//! written down at once, and answers each. While one batch is being committed the next one gathers: nobody waits for a
//! timer. A handler answers GitHub only with what came back, so what is lost in here was never accepted.

use crate::model::{Delivery, RepositoryId};
use crate::queue::Lane;
use crate::store::StoreError;
use crate::store::intake::Outcome;
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// Deliveries that may wait; more are refused, and GitHub lists them as failed.
const WAITING: usize = 4096;

/// Deliveries in one transaction: enough to share its cost, few enough to be done in some ten milliseconds.
const BATCH: usize = 512;

/// Why a delivery was not written down. GitHub will be asked for it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    #[error("more deliveries come in than can be written down")]
    Overloaded,
    #[error("the server is being stopped")]
    Closing,
    #[error("the delivery could not be written down: the server's log says why")]
    NotStored,
}

type Answer = Result<Outcome, NotTaken>;

#[derive(Debug)]
struct Waiting {
    delivery: Delivery,
    answer: oneshot::Sender<Answer>,
}

/// The handlers' end.
#[derive(Clone, Debug)]
pub struct Intake {
    sender: mpsc::Sender<Waiting>,
}

impl Intake {
    /// Returns when the delivery is durable, and what it led to.
    pub async fn record(&self, delivery: Delivery) -> Answer {
        let (answer, answered) = oneshot::channel();
        self.sender.try_send(Waiting { delivery, answer }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => NotTaken::Overloaded,
            mpsc::error::TrySendError::Closed(_) => NotTaken::Closing,
        })?;
        answered.await.unwrap_or(Err(NotTaken::Closing))
    }
}

/// The end that writes. `record` writes all deliveries or none and tells what each led to, in their order; `wake` is
/// called for each repository that is owed something, with who waits for it, once that is durable.
#[derive(Debug)]
pub struct Committer<R, W> {
    receiver: mpsc::Receiver<Waiting>,
    record: R,
    wake: W,
}

/// Makes the two ends.
pub fn open<R, W>(record: R, wake: W) -> (Intake, Committer<R, W>) {
    let (sender, receiver) = mpsc::channel(WAITING);
    (Intake { sender }, Committer { receiver, record, wake })
}

impl<R, W, F> Committer<R, W>
where
    R: Fn(Arc<[Delivery]>) -> F,
    F: Future<Output = Result<Vec<Outcome>, StoreError>>,
    W: Fn(RepositoryId, Lane),
{
    /// Runs until all handlers are gone, or until `shutdown`; what waits then is still written down, and later ones are
    /// refused.
    pub async fn run(mut self, shutdown: CancellationToken) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            let taken = tokio::select! {
                biased;
                () = shutdown.cancelled(), if !self.receiver.is_closed() => {
                    self.receiver.close();
                    continue;
                }
                taken = self.receiver.recv_many(&mut batch, BATCH) => taken,
            };
            if taken == 0 {
                return;
            }
            metrics::histogram!("dotcursor_intake_batch_size").record(taken as f64);
            self.commit(&mut batch).await;
        }
    }

    async fn commit(&self, batch: &mut Vec<Waiting>) {
        let (deliveries, answers): (Vec<_>, Vec<_>) = batch.drain(..).map(|it| (it.delivery, it.answer)).unzip();
        let number = deliveries.len();
        let lanes: Vec<Lane> = deliveries.iter().map(lane).collect();
        // A panic is one batch's misfortune: GitHub will be asked for it again, and the next batch is taken.
        let outcomes = AssertUnwindSafe(self.outcomes(deliveries.into())).catch_unwind().await;
        let outcomes = outcomes.unwrap_or_else(|_| vec![Err(NotTaken::NotStored); number]);
        for ((answer, outcome), lane) in answers.into_iter().zip(outcomes).zip(lanes) {
            if let Ok(Outcome::Owed(repositories)) = &outcome {
                repositories.iter().for_each(|repository| (self.wake)(*repository, lane));
            }
            // Nobody listens if the client has gone away meanwhile: the delivery stands all the same.
            let _ = answer.send(outcome);
        }
    }

    /// One for each delivery.
    async fn outcomes(&self, deliveries: Arc<[Delivery]>) -> Vec<Answer> {
        match (self.record)(deliveries.clone()).await {
            Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
            Err(error) if error.is_refusal() && deliveries.len() > 1 => {
                tracing::warn!(%error, deliveries = deliveries.len(), "a batch was refused, its deliveries are tried one by one");
                self.one_by_one(&deliveries).await
            }
            Err(error) => {
                tracing::error!(%error, deliveries = deliveries.len(), "deliveries could not be written down");
                vec![Err(NotTaken::NotStored); deliveries.len()]
            }
        }
    }

    /// So that one delivery that the database refuses does not take the others with it.
    async fn one_by_one(&self, deliveries: &[Delivery]) -> Vec<Answer> {
        let mut answers = Vec::with_capacity(deliveries.len());
        for delivery in deliveries {
            let outcome = match (self.record)(Arc::from([delivery.clone()])).await {
                Ok(outcomes) => outcomes.into_iter().next().ok_or(NotTaken::NotStored),
                Err(error) => {
                    tracing::error!(%error, delivery = %delivery.id, "a delivery could not be written down");
                    Err(NotTaken::NotStored)
                }
            };
            answers.push(outcome);
        }
        answers
    }
}

/// Somebody waits for what follows from a push; the rest is about many repositories at once, mostly.
fn lane(delivery: &Delivery) -> Lane {
    if delivery.pushed().is_some() { Lane::Person } else { Lane::Bulk }
}

#[cfg(test)]
mod tests;
