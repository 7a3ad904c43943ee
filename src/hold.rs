//! Named points between two steps of the program, at which a test can hold it and look, or let something else go first.
//!
//! Only with the feature `hold`; without it a point is nothing at all. Points are told apart by the repository that
//! the step is about, so that tests which run side by side do not hold each other.
//!
//! A process of its own is held for good, to be killed there: if the file `DOTCURSOR_HOLD_FILE` names the point that is come
//! to, the file is deleted and the process goes no further.

/// Between which steps. The names say what has just been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Point {
    /// A delivery is read and found genuine, and not yet written down.
    Received,
    /// A planner has read `wanted`, and not yet GitHub.
    DebtTaken,
    /// A planner has read GitHub, and not yet judged what it read.
    Compared,
    /// A planner believes what it read, and has not yet begun its transaction.
    HeadRead,
    /// The plan is committed; no blob is fetched, no message published.
    Planned,
    /// The next few files of a plan are about to be fetched.
    HandingOut,
    /// A worker has read and parsed its files, and not yet stored them.
    Parsed,
    /// Stored and committed; not acknowledged, nobody told.
    Stored,
    /// GitHub has taken a piece of a check run, and nothing of that is written down.
    CheckWritten,
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
    use std::path::PathBuf;
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

        /// Who is held stays so; whoever comes later passes.
        pub fn let_others_pass(&self) {
            holds().remove(&self.key);
        }
    }

    impl Drop for Hold {
        fn drop(&mut self) {
            holds().remove(&self.key);
            self.gate.released.close();
        }
    }

    pub async fn point(point: Point, repository: RepositoryId) {
        if is_last(point) {
            std::future::pending::<()>().await;
        }
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

    /// Whether this process is to go no further.
    fn is_last(point: Point) -> bool {
        static FILE: LazyLock<Option<PathBuf>> =
            LazyLock::new(|| std::env::var_os("DOTCURSOR_HOLD_FILE").map(PathBuf::from));
        let Some(file) = FILE.as_deref() else {
            return false;
        };
        let named = std::fs::read_to_string(file).is_ok_and(|name| name == format!("{point:?}"));
        // Of several that come at once, the one whose deletion succeeds.
        named && std::fs::remove_file(file).is_ok()
    }
}
