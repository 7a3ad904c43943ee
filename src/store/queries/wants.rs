use super::Conn;
use crate::model::CommitSha;
use crate::store::StoreError;
use crate::store::schema::{wanted_folders, wants};
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
    pub announced: Option<CommitSha>,
}

impl Owed {
    pub(crate) fn add(&mut self, other: Self) {
        self.times += other.times;
        self.whole |= other.whole;
        self.folders.extend(other.folders);
        self.announced = other.announced.or(self.announced.take());
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
    if let Some(head) = &owed.announced {
        let announced = wants::announced_head.eq(head.as_str());
        diesel::update(wants::table.find(repository)).set(announced).execute(conn).await?;
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
