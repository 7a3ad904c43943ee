use super::{Conn, dialect, links, resolve, workspaces as workspace_rows};
use crate::model::{Kind, Source};
use crate::store::StoreError;
use crate::store::events::Event;
use crate::store::plain_skills::{AsRow, PlainSkill, TwiceTheSame};
use crate::store::schema::definitions;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

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

async fn imported(conn: &mut Conn, workspace: &str) -> Result<Vec<(String, String)>, StoreError> {
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
    as_row: AsRow,
) -> Result<Result<usize, TwiceTheSame>, StoreError> {
    dialect::lock_workspace(conn, workspace).await?;
    let texts = imported(conn, workspace).await?;
    let given: Vec<(String, PlainSkill)> =
        texts.into_iter().filter_map(|(path, text)| as_row(&path, &text).map(|row| (path, row))).collect();
    if let Some(twice) = twice_the_same(&given) {
        return Ok(Err(twice));
    }
    for (_, skill) in &given {
        write(conn, skill).await?;
    }
    let paths: Vec<&str> = given.iter().map(|(path, _)| path.as_str()).collect();
    take_out(conn, workspace, &paths).await?;
    Ok(Ok(given.len()))
}

fn twice_the_same(given: &[(String, PlainSkill)]) -> Option<TwiceTheSame> {
    let mut paths: HashMap<&str, &String> = HashMap::new();
    given.iter().find_map(|(path, skill)| {
        let other = paths.insert(&skill.name, path)?;
        Some(TwiceTheSame(other.clone(), path.clone(), skill.name.clone()))
    })
}

async fn write(conn: &mut Conn, skill: &PlainSkill) -> Result<(), StoreError> {
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
    Ok(())
}

/// They leave the registry; names and links of the others are settled.
async fn take_out(conn: &mut Conn, workspace: &str, paths: &[&str]) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
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
