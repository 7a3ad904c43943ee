use super::Conn;
use crate::model::CommitSha;
use crate::store::StoreError;
use crate::store::schema::{repositories, wanted_folders, wants};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use std::collections::BTreeSet;

/// What one batch of deliveries adds to a repository's debt.
#[derive(Clone, Debug, Default)]
pub(crate) struct Owed {
    pub times: i64,
    pub whole: bool,
    pub folders: BTreeSet<String>,
    /// Untouched pushes in the order in which they came: from which commit to which.
    pub moved: Vec<(CommitSha, CommitSha)>,
}

impl Owed {
    pub(crate) fn add(&mut self, other: Self) {
        self.times += other.times;
        self.whole |= other.whole;
        self.folders.extend(other.folders);
        self.moved.extend(other.moved);
    }
}

/// Adds to the debt. Touches nothing but the rows that receivers own, so that no planner is in the way.
pub(crate) async fn owe(conn: &mut Conn, repository: i64, owed: &Owed) -> Result<(), StoreError> {
    let wanted: Option<i64> = diesel::update(wants::table.find(repository))
        .set(wants::wanted.eq(wants::wanted + owed.times))
        .returning(wants::wanted)
        .get_result(conn)
        .await
        .optional()?;
    let Some(wanted) = wanted else {
        return Ok(());
    };
    if owed.whole {
        diesel::update(wants::table.find(repository)).set(wants::wanted_whole.eq(wanted)).execute(conn).await?;
    }
    for (before, after) in &owed.moved {
        announce(conn, repository, before.as_str(), after.as_str()).await?;
    }
    for folder in &owed.folders {
        diesel::insert_into(wanted_folders::table)
            .values((
                wanted_folders::repository_id.eq(repository),
                wanted_folders::folder.eq(folder),
                wanted_folders::wanted.eq(wanted),
            ))
            .on_conflict((wanted_folders::repository_id, wanted_folders::folder))
            .do_update()
            .set(wanted_folders::wanted.eq(excluded(wanted_folders::wanted)))
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Notes, for people to see, that an untouched push moved the head on. Only from the head that was known: a webhook
/// that comes late tells of a head that is long gone.
async fn announce(conn: &mut Conn, repository: i64, before: &str, after: &str) -> Result<(), StoreError> {
    let compared: Option<Option<String>> =
        repositories::table.find(repository).select(repositories::head).first(conn).await.optional()?;
    let from_compared = compared.flatten().as_deref() == Some(before);
    let row = wants::table.find(repository);
    let set = wants::announced_head.eq(after);
    diesel::update(row.filter(wants::announced_head.eq(before))).set(set).execute(conn).await?;
    if from_compared {
        diesel::update(row.filter(wants::announced_head.is_null())).set(set).execute(conn).await?;
    }
    Ok(())
}
