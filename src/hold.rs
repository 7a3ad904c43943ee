//! Named points between two steps of the program, at which a test can hold it and look, or let something else go first.
//!
//! Only with the feature `hold`; without it a point is nothing at all. Points are told apart by the repository that
//! the step is about, so that tests which run side by side do not hold each other.

/// Between which steps. The names say what has just been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Point {
    /// A planner has read `wanted`, and not yet GitHub.
    DebtTaken,
    /// A planner has read GitHub, and not yet begun its transaction.
    HeadRead,
    /// The plan is committed; no blob is fetched, no message published.
    Planned,
    /// A worker has read and parsed its files, and not yet stored them.
    Parsed,
    /// Stored and committed; not acknowledged, nobody told.
    Stored,
}

#[cfg(not(feature = "hold"))]
#[inline]
pub async fn point(_point: Point, _repository: crate::model::RepositoryId) {}

#[cfg(feature = "hold")]
pub use armed::{Hold, arm, point};

#[cfg(feature = "hold")]
mod armed {
    use super::Point;
    use crate::model::RepositoryId;
    use std::collections::HashMap;
    use std::sync::{Arc, LazyLock, Mutex, PoisonError};
    use tokio::sync::Semaphore;

    type Key = (Point, i64);
    static HOLDS: LazyLock<Mutex<HashMap<Key, Arc<Gate>>>> = LazyLock::new(Mutex::default);

    #[derive(Debug)]
    struct Gate {
        arrived: Semaphore,
        released: Semaphore,
    }

    /// Holds whoever comes to the point until it is released; dropping it releases all for good.
    #[derive(Debug)]
    pub struct Hold {
        key: Key,
        gate: Arc<Gate>,
    }

    fn holds() -> std::sync::MutexGuard<'static, HashMap<Key, Arc<Gate>>> {
        HOLDS.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on, whoever comes to `point` for `repository` waits.
    pub fn arm(point: Point, repository: RepositoryId) -> Hold {
        let gate = Arc::new(Gate { arrived: Semaphore::new(0), released: Semaphore::new(0) });
        let key = (point, repository.0);
        holds().insert(key, gate.clone());
        Hold { key, gate }
    }

    impl Hold {
        /// Waits until somebody has come to the point.
        pub async fn reached(&self) {
            if let Ok(permit) = self.gate.arrived.acquire().await {
                permit.forget();
            }
        }

        /// Lets one go on.
        pub fn release(&self) {
            self.gate.released.add_permits(1);
        }
    }

    impl Drop for Hold {
        fn drop(&mut self) {
            holds().remove(&self.key);
            self.gate.released.close();
        }
    }

    pub async fn point(point: Point, repository: RepositoryId) {
        let gate = holds().get(&(point, repository.0)).cloned();
        let Some(gate) = gate else {
            return;
        };
        gate.arrived.add_permits(1);
        // An error means that the hold was dropped: go on.
        if let Ok(permit) = gate.released.acquire().await {
            permit.forget();
        }
    }
}
