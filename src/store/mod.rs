//! The truth: what is owed, what is on its way, and what stands, in PostgreSQL or SQLite.
//!
//! In come deliveries, plans and parsed files; out go rows. Each public method of [`Store`] is one transaction (or one
//! read), so that a kill between any two leaves nothing half done. The methods stand by subject in the files beside this one
//! (`intake`, `debts`, `plans`, `tasks`, …).
//!
//! The queries are written once, in `queries/`, and compiled once per concrete connection type, since diesel
//! checks them against one. What the two databases do not share is in `postgres/dialect.rs` and `sqlite/dialect.rs`.

mod connect;
mod counter;
mod error;
pub mod rows;
mod schema;

mod postgres;
mod sqlite;

pub mod migrate;

pub use connect::Store;
pub use error::StoreError;

/// Runs one query function of `queries/` on a reading connection. Of several queries, each sees what stands by then.
///
/// A macro because the two arms call two functions of the same text but of different connection types.
macro_rules! read {
    ($store:expr, $subject:ident :: $function:ident ( $($argument:expr),* $(,)? )) => {
        match $store.backend() {
            $crate::store::connect::Backend::Postgres(database) => {
                let mut connection = database.reader().await?;
                $crate::store::postgres::queries::$subject::$function(&mut connection, $($argument),*).await
            }
            $crate::store::connect::Backend::Sqlite(database) => {
                let mut connection = database.reader().await?;
                let query = $crate::store::sqlite::queries::$subject::$function(&mut connection, $($argument),*);
                $crate::store::sqlite::in_one_go(query).await
            }
        }
    };
}

/// Runs one query function of `queries/` whose queries all see what stood at one moment.
macro_rules! snapshot {
    ($store:expr, $subject:ident :: $function:ident ( $($argument:expr),* $(,)? )) => {
        match $store.backend() {
            $crate::store::connect::Backend::Postgres(database) => {
                let mut connection = database.reader().await?;
                let mut transaction = connection.build_transaction().repeatable_read().read_only();
                transaction
                    .run(async |c| $crate::store::postgres::queries::$subject::$function(c, $($argument),*).await)
                    .await
            }
            $crate::store::connect::Backend::Sqlite(database) => {
                let mut connection = database.reader().await?;
                $crate::store::sqlite::in_one_go(async {
                    let c: &mut $crate::store::sqlite::Conn = &mut connection;
                    $crate::store::sqlite::begin_reading(c).await?;
                    let outcome = $crate::store::sqlite::queries::$subject::$function(c, $($argument),*).await;
                    $crate::store::sqlite::end(c, outcome).await
                })
                .await
            }
        }
    };
}

/// Runs one query function of `queries/` as a transaction that writes, again if another one was in its way.
macro_rules! commit {
    ($store:expr, $subject:ident :: $function:ident ( $($argument:expr),* $(,)? )) => {{
        let mut tries = 0;
        loop {
            let outcome: Result<_, $crate::store::StoreError> = match $store.backend() {
                $crate::store::connect::Backend::Postgres(database) => {
                    let mut connection = database.writer().await?;
                    let connection: &mut $crate::store::postgres::Conn = &mut connection;
                    diesel_async::AsyncConnection::transaction(connection, async |c| {
                        $crate::store::postgres::queries::$subject::$function(c, $($argument),*).await
                    })
                    .await
                }
                $crate::store::connect::Backend::Sqlite(database) => {
                    let mut connection = database.writer().await?;
                    $crate::store::sqlite::in_one_go(async {
                        let c: &mut $crate::store::sqlite::Conn = &mut connection;
                        $crate::store::sqlite::begin(c).await?;
                        let outcome = $crate::store::sqlite::queries::$subject::$function(c, $($argument),*).await;
                        $crate::store::sqlite::end(c, outcome).await
                    })
                    .await
                }
            };
            match outcome {
                Err(error) if error.is_tried_again(tries) => {
                    tries += 1;
                    tracing::debug!(%error, tries, "transaction tried again");
                }
                settled => break settled,
            }
        }
    }};
}

pub mod audit;
pub mod backoff;
pub mod batch;
mod bulk;
pub mod catalog;
pub mod checks;
mod clock;
mod debts;
pub mod duties;
pub mod edits;
pub mod events;
pub mod glances;
pub mod graph;
mod held;
pub mod idempotency;
pub mod import;
pub mod intake;
pub mod jobs;
pub mod letters;
pub mod linking;
pub mod missed;
pub mod plain_skills;
mod plans;
mod quotas;
pub mod reconciliation;
pub mod removal;
pub mod runs;
pub mod sessions;
pub mod status;
pub mod tasks;
pub mod tokens;
mod upkeep;
pub mod worklist;
pub mod workspaces;
