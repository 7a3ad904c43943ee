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
    /// A push is among the causes.
    pub pushed: bool,
    pub folders: BTreeSet<String>,
    /// Untouched pushes in the order in which they came: from which commit to which.
    pub moved: Vec<(CommitSha, CommitSha)>,
}

impl Owed {
    pub(crate) fn add(&mut self, other: Self) {
        self.times += other.times;
        self.whole |= other.whole;
        self.pushed |= other.pushed;
        self.folders.extend(other.folders);
        self.moved.extend(other.moved);
    }
}

/// Adds to the debt. Touches nothing but the rows that receivers own, so that no planner is in the way.
pub(crate) async fn owe(conn: &mut Conn, repository: i64, owed: &Owed) -> Result<(), StoreError> {
    let wanted = || wants::wanted + owed.times;
    let wanted: Option<i64> = diesel::update(wants::table.find(repository))
        .set((
            wants::wanted.eq(wanted()),
            owed.whole.then(|| wants::wanted_whole.eq(wanted())),
            owed.pushed.then(|| wants::wanted_push.eq(wanted())),
        ))
        .returning(wants::wanted)
        .get_result(conn)
        .await
        .optional()?;
    let Some(wanted) = wanted else {
        return Ok(());
    };
    if !owed.moved.is_empty() {
        announce(conn, repository, &owed.moved).await?;
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

/// Notes, for people to see, that untouched pushes moved the head on. Only from the head that was known: a webhook that comes
/// late tells of a head that is long gone. The row is locked by the update before.
async fn announce(conn: &mut Conn, repository: i64, moved: &[(CommitSha, CommitSha)]) -> Result<(), StoreError> {
    let (announced, compared): (Option<String>, Option<String>) = wants::table
        .inner_join(repositories::table.on(repositories::id.eq(wants::repository_id)))
        .filter(wants::repository_id.eq(repository))
        .select((wants::announced_head, repositories::head))
        .first(conn)
        .await?;
    let mut head = announced.clone();
    for (before, after) in moved {
        if head.as_ref().or(compared.as_ref()).is_some_and(|head| head == before.as_str()) {
            head = Some(after.as_str().to_owned());
        }
    }
    if head != announced {
        diesel::update(wants::table.find(repository)).set(wants::announced_head.eq(head)).execute(conn).await?;
    }
    Ok(())
}
