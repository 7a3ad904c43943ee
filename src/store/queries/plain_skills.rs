use super::{Conn, dialect, links, resolve, workspaces as workspace_rows};
use crate::model::{Kind, Source};
use crate::store::StoreError;
use crate::store::events::Event;
use crate::store::plain_skills::PlainSkill;
use crate::store::schema::definitions;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

diesel::table! {
    /// Not ours: it may be missing, and may have other columns.
    skills (name) {
        name -> Text,
        description -> Nullable<Text>,
        prompt_template -> Text,
    }
}

pub(crate) async fn all(conn: &mut Conn) -> Result<Vec<PlainSkill>, StoreError> {
    let rows: Vec<(String, Option<String>, String)> = skills::table
        .order(skills::name)
        .select((skills::name, skills::description, skills::prompt_template))
        .load(conn)
        .await?;
    let skill = |(name, description, prompt_template)| PlainSkill { name, description, prompt_template };
    Ok(rows.into_iter().map(skill).collect())
}

pub(crate) async fn imported(conn: &mut Conn, workspace: &str) -> Result<Vec<(String, String)>, StoreError> {
    let rows: Vec<(Option<String>, String)> = definitions::table
        .filter(definitions::workspace_id.eq(workspace))
        .filter(definitions::source.eq(Source::Imported.as_str()))
        .filter(definitions::kind.eq(Kind::Skill.as_str()))
        .filter(definitions::deleted_at.is_null())
        // What is broken stays: its newest text is not the one that is stored.
        .filter(definitions::error.is_null())
        .order(definitions::path)
        .select((definitions::path, definitions::content))
        .load(conn)
        .await?;
    Ok(rows.into_iter().filter_map(|(path, content)| Some((path?, content))).collect())
}

pub(crate) async fn give_back(
    conn: &mut Conn,
    workspace: &str,
    given: &[(String, PlainSkill)],
) -> Result<(), StoreError> {
    dialect::lock_workspace(conn, workspace).await?;
    let now = dialect::now(conn).await?;
    for (_, skill) in given {
        let written = diesel::update(skills::table.filter(skills::name.eq(&skill.name)))
            .set((skills::description.eq(&skill.description), skills::prompt_template.eq(&skill.prompt_template)))
            .execute(conn)
            .await?;
        if written == 0 {
            diesel::insert_into(skills::table)
                .values((
                    skills::name.eq(&skill.name),
                    skills::description.eq(&skill.description),
                    skills::prompt_template.eq(&skill.prompt_template),
                ))
                .execute(conn)
                .await?;
        }
    }
    let paths: Vec<&str> = given.iter().map(|(path, _)| path.as_str()).collect();
    let leaving = definitions::table
        .filter(definitions::workspace_id.eq(workspace))
        .filter(definitions::source.eq(Source::Imported.as_str()))
        .filter(definitions::path.eq_any(paths))
        .filter(definitions::deleted_at.is_null());
    let ids: Vec<String> = leaving.clone().select(definitions::id).load(conn).await?;
    links::owe(conn, &ids).await?;
    diesel::update(leaving)
        .set((
            definitions::deleted_at.eq(now),
            definitions::updated_at.eq(now),
            definitions::conflict.eq(None::<serde_json::Value>),
        ))
        .execute(conn)
        .await?;
    resolve::names(conn, workspace).await?;
    let stale = links::settle(conn, workspace).await?;
    workspace_rows::raise_with(conn, workspace, &[Event::Invalidate(stale)]).await?;
    Ok(())
}
