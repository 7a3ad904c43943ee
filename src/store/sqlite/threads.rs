//! Where SQLite's calls run: they block, and the threads of the async runtime must not.
//!
//! Alone, a query hops to a thread that may block. A transaction of many queries would hop as often, so [`in_one_go`] hops
//! once: it makes this very thread one that may block, and has every query inside run in place.

use diesel_async::sync_connection_wrapper::SpawnBlocking;
use futures::FutureExt;
use futures::executor::block_on;
use futures::future::BoxFuture;
use std::cell::Cell;
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::{JoinHandle, block_in_place, unconstrained};

type Failure = Box<dyn Error + Send + Sync>;

thread_local! {
    /// Whether this thread may block.
    static MAY_BLOCK: Cell<bool> = const { Cell::new(false) };
}

/// How diesel runs what blocks.
#[derive(Debug)]
pub(crate) struct Threads;

impl SpawnBlocking for Threads {
    fn spawn_blocking<'a, R: Send + 'static>(
        &mut self,
        call: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Failure>> {
        if MAY_BLOCK.get() {
            let done = catch_unwind(AssertUnwindSafe(call)).map_err(|_| "a query panicked".into());
            return futures::future::ready(done).boxed();
        }
        Elsewhere(tokio::task::spawn_blocking(call)).boxed()
    }

    fn get_runtime() -> Self {
        Self
    }
}

/// Drives `work` to its end on this thread, if the runtime has others to go on with. (An HTTP worker's has not: there each
/// query hops.)
pub(crate) fn in_one_go<F: Future>(work: F) -> impl Future<Output = F::Output> {
    // Else it would stand in its caller's future twice.
    let work = Box::pin(work);
    async move {
        if Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread {
            return work.await;
        }
        block_in_place(|| {
            let _until_the_end = MayBlock::begin();
            block_on(work)
        })
    }
}

struct MayBlock {
    before: bool,
}

impl MayBlock {
    fn begin() -> Self {
        Self { before: MAY_BLOCK.replace(true) }
    }
}

impl Drop for MayBlock {
    fn drop(&mut self) {
        MAY_BLOCK.set(self.before);
    }
}

/// A call on another thread. Who stops waiting for it waits until it is done all the same: the connection is not free before.
struct Elsewhere<R>(JoinHandle<R>);

impl<R> Future for Elsewhere<R> {
    type Output = Result<R, Failure>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll_unpin(context).map_err(Failure::from)
    }
}

impl<R> Drop for Elsewhere<R> {
    fn drop(&mut self) {
        if !self.0.is_finished() {
            // Unconstrained: a task that has used up its turn would be told to come back later, and nobody comes back here.
            let _ = block_on(unconstrained(&mut self.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread::{current, sleep};
    use std::time::Duration;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_transaction_runs_its_queries_in_place() {
        let work = async { (current().id(), Threads.spawn_blocking(|| current().id()).await.unwrap()) };
        let (transaction, query) = in_one_go(work).await;
        assert_eq!(transaction, query);
        let here = current().id();
        assert_ne!(Threads.spawn_blocking(|| current().id()).await.unwrap(), here, "a query alone hops");
    }

    #[tokio::test]
    async fn where_no_other_thread_goes_on_each_query_hops() {
        let here = current().id();
        let query = in_one_go(async { Threads.spawn_blocking(|| current().id()).await }).await.unwrap();
        assert_ne!(query, here);
    }

    #[tokio::test]
    async fn who_stops_waiting_waits_until_the_call_is_done() {
        let done = Arc::new(AtomicBool::new(false));
        let in_call = done.clone();
        let call = Threads.spawn_blocking(move || {
            sleep(Duration::from_millis(50));
            in_call.store(true, Ordering::Release);
        });
        drop(call);
        assert!(done.load(Ordering::Acquire));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_query_that_panics_is_an_error() {
        let work = async { Threads.spawn_blocking(|| -> () { panic!("a query gone wrong") }).await };
        assert!(in_one_go(work).await.is_err());
    }
}
